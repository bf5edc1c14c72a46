package control

// Alarms are those that are raised now, then those of the past, newest first.
type Alarms []Alarm

// Alarm is one defect that somebody ought to know of.
type Alarm struct {
	Code     string `json:"code"`     // an enumerated word, such as "no_pulse"
	Severity string `json:"severity"` // "warning" or "critical"
	Raised   Time   `json:"raised"`
	Cleared  *Time  `json:"cleared"` // nil while it is raised
	Text     string `json:"text"`
	Remedy   string `json:"remedy"`
}
