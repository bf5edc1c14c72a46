package control

// Log is what the daemon logged last, oldest first.
type Log []LogEntry

// LogEntry is one line of it.
type LogEntry struct {
	Time    Time           `json:"time"`
	Level   string         `json:"level"` // "debug", "info", "warn" or "error"
	Message string         `json:"message"`
	Fields  map[string]any `json:"fields"` // with their units in their names; never null
}
