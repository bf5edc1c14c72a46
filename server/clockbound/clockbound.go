// Package clockbound shares the clock's bound with programs of this host, databases above
// all, in the page of memory that clients of ClockBound read (its protocol, version 2).
package clockbound

import (
	"encoding/binary"
	"math"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
)

// Status is what a client may make of the bound.
type Status int32

// The states of a clock, by their numbers in the page.
const (
	Unknown      Status = 0 // the bound says nothing
	Synchronized Status = 1
	FreeRunning  Status = 2 // nothing corrects the clock now; the bound holds
)

// Monotonic is what CLOCK_MONOTONIC_COARSE shows, ns.
type Monotonic int64

// Bound is what is claimed of CLOCK_REALTIME.
type Bound struct {
	AsOf, VoidAfter Monotonic
	Error           time.Duration // that the clock has at most at AsOf …
	Drift           uint32        // … and what is added to it later, parts per billion of the time since
	Status          Status
}

// valid is for how long a bound holds that is not renewed: as for ClockBound's own daemon,
// so that a restart of ours does no harm.
const valid = 1000 * time.Second

// looked is when the growth of a bound is looked at: it grows faster and faster, and the
// line of Drift must lie above it at each of its moments.
var looked = [...]time.Duration{time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute,
	2 * time.Minute, 5 * time.Minute, 10 * time.Minute, valid}

// Of is what s claims of the clock that shows now while CLOCK_MONOTONIC_COARSE shows at: its
// offset, root dispersion and half its root delay, as ClockBound adds them up.
func Of(s *discipline.Snapshot, now hw.Reading, at Monotonic) Bound {
	b := Bound{AsOf: at, VoidAfter: at + Monotonic(valid)}
	switch state := s.StateAt(now.Time); {
	case !state.Synchronized() || !s.Agrees(now):
		return b
	case state == discipline.Holdover:
		b.Status = FreeRunning
	default:
		b.Status = Synchronized
	}
	claim := func(t hw.Time) time.Duration {
		return s.OffsetAt(t).Abs() + s.DispersionAt(t) + (s.Reference.Delay+1)/2
	}
	b.Error = claim(now.Time)
	for _, later := range looked {
		grown := claim(now.Time.Add(later)) - b.Error
		b.Drift = max(b.Drift, uint32(min(math.Ceil(float64(grown)/later.Seconds()), mostDrift)))
	}
	return b
}

// mostDrift is more than any clock's; clients refuse 1e9.
const mostDrift = 999e6

// The page, in the byte order of the machine. Magic and size, then version and generation,
// which is odd while what follows is being written.
const (
	pageSize = 80
	bodyAt   = 16
	magic0   = 0x414D5A4E
	magic1   = 0x43420200
	version  = 2
)

// header is the page's first 12 bytes.
func header() (b [12]byte) {
	e := binary.NativeEndian
	e.PutUint32(b[0:], magic0)
	e.PutUint32(b[4:], magic1)
	e.PutUint32(b[8:], pageSize)
	return b
}

// body is b as it stands behind version and generation.
func (b *Bound) body() (p [pageSize - bodyAt]byte) {
	e := binary.NativeEndian
	for i, t := range []Monotonic{b.AsOf, b.VoidAfter} {
		e.PutUint64(p[16*i:], uint64(t/1e9))
		e.PutUint64(p[16*i+8:], uint64(t%1e9))
	}
	e.PutUint64(p[32:], uint64(b.Error))
	e.PutUint64(p[40:], 0) // the marker of a disruption, which is not supported
	e.PutUint32(p[48:], b.Drift)
	e.PutUint32(p[52:], uint32(b.Status))
	return p
}

// next is the generation after g that says that all is written: even, and never 0.
func next(g uint16) uint16 {
	if g = (g | 1) + 1; g == 0 {
		return 2
	}
	return g
}
