package discipline

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// MaxDispersion is the greatest dispersion (MAXDISP of RFC 5905), served while
// nothing is known.
const MaxDispersion = 16 * time.Second

// Snapshot is all that an answer is made from. It holds coefficients, not
// numbers: a reader computes the offset, the bound and the state for its own
// now, so that an answer is honest even if no one has ticked since.
// The zero value claims nothing.
type Snapshot struct {
	Anchor     hw.Reading    // what the two clocks showed when the line below begins
	Rate       hw.Frequency  // the local clock's rate against the raw clock, minus 1
	Tolerance  time.Duration // how far the local clock may be off that line before someone moved it
	Offset     time.Duration // estimate of UTC − local at Anchor
	OffsetRate hw.Frequency  // its change for each second after Anchor
	Measured   hw.Time       // moment of the estimate, from which its bound grows
	Growth     Growth        // how the bound grows
	MaxError   time.Duration // bound above which we are not synchronized
	State      State         // at Anchor
	Leap       refclock.Leap // at Anchor
	Armed      hw.Leap       // the leap second that the line will make
	Reference  Reference     // by whom it is disciplined
	LastSample hw.Time       // when the last usable sample was measured; 0 before the first
	Estimates  Estimates
	TAIOffset  int // TAI − UTC in seconds; 0 when unknown
}

// OffsetAt estimates UTC − local when the local clock shows now.
func (s *Snapshot) OffsetAt(now hw.Time) time.Duration {
	return s.Offset + s.OffsetRate.Over(now.Sub(s.Anchor.Time))
}

// BoundAt is the greatest error that the estimate is claimed to have, in at
// least 99.9 % of the moments.
func (s *Snapshot) BoundAt(now hw.Time) time.Duration {
	if s.LastSample == 0 {
		return MaxDispersion
	}
	return s.Growth.After(now.Sub(s.Measured))
}

// BudgetAt is what that bound is made of.
func (s *Snapshot) BudgetAt(now hw.Time) Budget { return s.Growth.BudgetAfter(now.Sub(s.Measured)) }

// StateAt is the state when the local clock shows now: silence and a grown
// bound count even if no one has ticked.
func (s *Snapshot) StateAt(now hw.Time) State {
	if !s.State.Synchronized() {
		return s.State
	}
	switch {
	case s.BoundAt(now) > s.MaxError:
		return Unsynchronized
	case s.State.Networked():
		return s.State
	case s.Silent(now):
		return Holdover
	}
	return Locked
}

// Agrees reports whether the clocks are still on the line that this snapshot
// predicts: not when someone stepped or steered the clock behind our back, nor
// when the machine has slept.
func (s *Snapshot) Agrees(r hw.Reading) bool {
	if slept(s.Anchor, r) {
		return false
	}
	predicted := s.shows(r.Raw)
	if s.Armed.By != 0 && predicted >= s.Armed.At {
		predicted = predicted.Add(s.Armed.By)
	}
	return r.Time.Sub(predicted).Abs() <= s.Tolerance
}

// shows is what the clock shows at raw, but for a leap second.
func (s *Snapshot) shows(raw hw.Raw) hw.Time {
	elapsed := raw.Sub(s.Anchor.Raw)
	return s.Anchor.Time.Add(elapsed + s.Rate.Over(elapsed))
}

// Margins that make the root dispersion on the wire certain where the bound
// covers all but one second in a thousand: a multiple of the bound for the
// rest of the distribution, and for holdover an allowance for a crystal that
// does what it never did while it was watched (a fan, an open window).
const (
	dispersionFactor  = 2
	dispersionReserve = 1 * hw.PPM

	// A crystal that changed a tenth of a second before the last measurement is ten times as
	// far off after another second.
	dispersionSudden = 8
)

// DispersionAt is the root dispersion when the local clock shows now: the
// bound plus a margin, because on the wire it is a claim without exceptions.
// It also covers a foreign move that is too small for Agrees to notice.
func (s *Snapshot) DispersionAt(now hw.Time) time.Duration {
	if s.LastSample == 0 {
		return MaxDispersion
	}
	since := max(now.Sub(s.LastSample), 0)
	certain := s.Growth.Edge + s.Growth.Network // greatest values already
	gone := ceil(s.Growth.suddenly(max(now.Sub(s.Measured), 0).Seconds()))
	bound, changed := s.BoundAt(now)-certain, dispersionSudden*gone
	if spike := s.Growth.Spike; spike > 0 {
		bound += spike + gone
	}
	on := certain - s.Reference.Delay/2 // the root delay is beside the root dispersion on the wire
	return min(dispersionFactor*bound+on+s.Tolerance+dispersionReserve.Over(since)+changed, MaxDispersion)
}
