// Package trace is what the guest of the virtual machine test tells the host:
// one JSON object per line of its console.
package trace

import "time"

// Record is one line. Of what is nil or empty, it says nothing.
type Record struct {
	At     float64 `json:"t"` // seconds of truth since the program under test was started
	Event  string  `json:"event,omitempty"`
	Point  *Point  `json:"point,omitempty"`
	Answer *Answer `json:"answer,omitempty"`
	Status *Status `json:"status,omitempty"`
	Pulse  *Pulse  `json:"pulse,omitempty"`
	Stamp  *Stamp  `json:"stamp,omitempty"`
	Usage  *Usage  `json:"usage,omitempty"`
	End    bool    `json:"end,omitempty"` // the last record: all went as it was planned
}

// Point is how wrong the guest's clock is.
type Point struct {
	Offset    int64   `json:"offset"`    // UTC − CLOCK_REALTIME, ns
	Frequency float64 `json:"frequency"` // of the kernel's correction, ppm
	Unsync    bool    `json:"unsync"`    // the kernel says that its clock is not synchronized
	MaxError  int64   `json:"max_error"` // as the kernel claims it, ns
	TAI       int32   `json:"tai"`       // TAI − UTC as the kernel has it, s
}

// Answer is what the wire says, and how wrong that is.
type Answer struct {
	Leap       uint8 `json:"leap"`
	Stratum    uint8 `json:"stratum"`
	Offset     int64 `json:"offset"`     // UTC − served, ns
	Dispersion int64 `json:"dispersion"` // root dispersion, ns
	Distance   int64 `json:"distance"`   // root distance: half of all delays added, ns
}

// Status is what the program says of itself, and how wrong that is.
type Status struct {
	State string `json:"state"`
	Error *int64 `json:"error"` // of its estimate of UTC − local, ns; nil while it has none
	Bound *int64 `json:"bound"` // of that, as claimed, ns
	Paths []Path `json:"paths,omitempty"`
}

// Path is one path of the pulse, as the program tells of it, in its words.
type Path struct {
	Path     string  `json:"path"`
	State    string  `json:"state"`
	Used     bool    `json:"used"`
	Edges    uint64  `json:"edges"`
	Measured bool    `json:"measured"`
	Late     float64 `json:"latency_seconds"`
	Left     float64 `json:"uncertainty_seconds"`
	Spread   float64 `json:"spread_seconds"`
}

// Pulse is one pulse on its way through the kernel.
type Pulse struct {
	Drawn   int64 `json:"drawn"`   // how late the receiver sent it, ns
	Stamped int64 `json:"stamped"` // how late it was stamped, ns
}

// Stamp is the receive timestamp of one answer.
type Stamp struct {
	Late int64 `json:"late"` // after the request arrived at the interface, ns
}

// Usage is what the program under test took of the machine, once it had settled.
type Usage struct {
	CPU      time.Duration `json:"cpu"`      // that its threads ran
	Elapsed  time.Duration `json:"elapsed"`  // in this time
	Private  int64         `json:"private"`  // bytes of memory of its own, at most
	Resident int64         `json:"resident"` // bytes of its address space in memory, at most
}
