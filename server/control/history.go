package control

// History is how things were, one value for each step of time, oldest first.
// All columns are of one length; what was not known then is null.
type History struct {
	Span              string     `json:"span"` // "1h", "24h" or "60d"
	From              Time       `json:"from"` // when the first step begins
	StepSeconds       int        `json:"step_seconds"`
	State             []*string  `json:"state"` // the worst within the step
	OffsetSeconds     []*float64 `json:"offset_seconds"`
	BoundSeconds      []*float64 `json:"bound_seconds"` // the greatest within the step
	FrequencyPPM      []*float64 `json:"frequency_ppm"`
	JitterSeconds     []*float64 `json:"jitter_seconds"`
	Celsius           []*float64 `json:"celsius"`
	SatellitesUsed    []*float64 `json:"satellites_used"`
	RequestsPerSecond []*float64 `json:"requests_per_second"`
}
