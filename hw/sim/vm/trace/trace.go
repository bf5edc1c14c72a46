// Package trace is what the guest of the virtual machine test tells the host:
// one JSON object per line of its console.
package trace

// Record is one line. Of what is nil, it says nothing.
type Record struct {
	At     float64 `json:"t"` // seconds of truth since the program under test was started
	Event  string  `json:"event,omitempty"`
	State  string  `json:"state,omitempty"` // as the program's status has it
	Point  *Point  `json:"point,omitempty"`
	Answer *Answer `json:"answer,omitempty"`
	Edge   *int64  `json:"edge,omitempty"` // ns that the path of a pulse has added to it
	Usage  *Usage  `json:"usage,omitempty"`
}

// Point is how wrong the guest's clock is.
type Point struct {
	Offset    int64   `json:"offset"`    // UTC − CLOCK_REALTIME, ns
	Frequency float64 `json:"frequency"` // of the kernel's correction, ppm
}

// Answer is what the wire says, and how wrong that is.
type Answer struct {
	Leap       uint8 `json:"leap"`
	Stratum    uint8 `json:"stratum"`
	Offset     int64 `json:"offset"`     // UTC − served, ns
	Dispersion int64 `json:"dispersion"` // root dispersion, ns
	Distance   int64 `json:"distance"`   // root distance: half of all delays added, ns
}

// Usage is what the program under test took of the machine.
type Usage struct {
	CPU     float64 `json:"cpu"`     // s of user and system time
	Elapsed float64 `json:"elapsed"` // s
	RSS     int64   `json:"rss"`     // bytes
}
