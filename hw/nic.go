package hw

import "time"

// PTP is what the clock of a network interface showed, a PTP hardware clock:
// nanoseconds from an origin of its own, mostly TAI's or when it was switched on.
type PTP int64

// Sub returns p − q.
func (p PTP) Sub(q PTP) time.Duration { return time.Duration(p - q) }

// Relation is how a PTP hardware clock relates to CLOCK_REALTIME, by their last comparison.
type Relation struct {
	PTP    PTP       // it showed this …
	Kernel Time      // … when the kernel's clock showed that,
	Rate   Frequency // which gains so much on it
}

// reach is how far from the last comparison a stamp may be: then the comparisons
// have stopped.
const reach = 2 * time.Second

// KernelTime returns what CLOCK_REALTIME showed when the other clock showed p; not ok
// when the last comparison is too far from that.
func (r Relation) KernelTime(p PTP) (t Time, ok bool) {
	d := p.Sub(r.PTP)
	if d < -reach || d > reach {
		return 0, false
	}
	return r.Kernel.Add(d + r.Rate.Over(d)), true
}

// StampState says whether the stamps of a network interface can be used, and why
// not: one enumerated word for people and JSON.
type StampState string

// The conditions that the stamps of an interface can be in.
const (
	StampsUsable      StampState = "ok"
	StampsUnsupported StampState = "unsupported" // it does not stamp all that it receives
	StampsDenied      StampState = "denied"      // it could, but we may not switch that on, or read its clock
	StampsFailed      StampState = "failed"      // its clock cannot be read
	StampsTesting     StampState = "testing"     // its clock is compared with the kernel's
	StampsUnstable    StampState = "unstable"    // its clock and the kernel's do not run alike
)

// NIC is a network interface, with how its clock relates to the kernel's
// CLOCK_REALTIME if its stamps are usable.
type NIC struct {
	Name  string
	Index int // the kernel's
	Speed int // of its link, Mb/s; 0: unknown
	Tag   int // bytes that its frames are longer on the wire, since it is a VLAN
	State StampState
	Relation
}

// KernelTime returns what CLOCK_REALTIME showed when the clock of the interface
// showed p; not ok when that cannot be known.
func (n *NIC) KernelTime(p PTP) (t Time, ok bool) {
	if n.State != StampsUsable {
		return 0, false
	}
	return n.Relation.KernelTime(p)
}

// Of a frame, in bytes (IEEE 802.3).
const (
	checkSequence = 4
	shortest      = 64 // with the check sequence
)

// OnWire returns how long it takes to receive a frame, whose length is in bytes from
// its addresses to the last one of the packet in it. It takes from the end of the start
// frame delimiter, which interfaces stamp (IEEE 1588-2008, 7.3.4.1), to the end of the
// check sequence; the preamble is over by then. While the speed of the link is unknown
// it is 0.
func (n *NIC) OnWire(length int) time.Duration {
	if n.Speed <= 0 {
		return 0
	}
	const bits = 8
	return time.Duration(max(length+checkSequence, shortest)) * bits * time.Microsecond / time.Duration(n.Speed)
}
