// Package phc keeps the clocks of network interfaces, PTP hardware clocks, and
// the kernel's in relation, so that what an interface stamps can be told by ours.
package phc

import (
	"cmp"
	"time"

	"gpsntpd/hw"
)

// Comparison is a PTP hardware clock beside CLOCK_REALTIME at one moment.
type Comparison struct {
	PTP    hw.PTP
	Kernel hw.Time
	Width  time.Duration // the moment is known to be within this
}

// What a clock must be like to be believed.
const (
	maxRate   = 1000 * hw.PPM         // against the kernel's, which is steered by 500 ppm at most
	maxWidth  = 50 * time.Microsecond // of a comparison
	maxStray  = 2 * time.Microsecond  // of one from what those before it foretold, beside its width
	enough    = 8                     // comparisons in a row that agree
	maxPause  = 2 * time.Second       // between two of them
	gainPhase = 0.3                   // of an alpha-beta filter, critically damped: most of what is new is noise of the bus
	gainRate  = 0.05
)

// gains are those of the filter after n comparisons. The first ones count as in the
// straight line through all of them, fitted by least squares (Brookner, Tracking and
// Kalman Filtering Made Easy, 1998, 1.2.10): two alone say little of the rate.
func gains(n int) (phase, rate float64) {
	all := float64(n+1) * float64(n+2)
	return max(gainPhase, 2*float64(2*n+1)/all), max(gainRate, 6/all)
}

// Relation keeps one PTP hardware clock and CLOCK_REALTIME in relation. The zero value has
// seen nothing.
type Relation struct {
	Widest time.Duration // of a comparison that counts; 0: maxWidth

	last   Comparison // smoothed
	rate   hw.Frequency
	agreed int
}

// Take judges a comparison by those before it, and returns whether the relation can be used
// now. A clock that is set, ours or the interface's, begins anew.
func (r *Relation) Take(c Comparison) hw.StampState {
	if c.Width < 0 || c.Width > cmp.Or(r.Widest, maxWidth) {
		*r = Relation{Widest: r.Widest}
		return hw.StampsUnstable
	}
	passed := c.PTP.Sub(r.last.PTP)
	if r.agreed == 0 || passed <= 0 || passed > maxPause {
		began := r.agreed > 0
		*r = Relation{Widest: r.Widest, last: c, agreed: 1}
		if began {
			return hw.StampsUnstable
		}
		return hw.StampsTesting
	}
	stray := c.Kernel.Sub(r.last.Kernel) - passed - r.rate.Over(passed)
	if r.agreed == 1 {
		r.rate = hw.Frequency(float64(stray) / float64(passed))
		r.last, r.agreed = c, 2
		if r.rate < -maxRate || r.rate > maxRate {
			*r = Relation{Widest: r.Widest, last: c, agreed: 1}
			return hw.StampsUnstable
		}
		return hw.StampsTesting
	}
	if limit := maxStray + c.Width + r.last.Width; stray < -limit || stray > limit {
		*r = Relation{Widest: r.Widest, last: c, agreed: 1}
		return hw.StampsUnstable
	}
	phase, rate := gains(r.agreed)
	r.rate += hw.Frequency(rate * float64(stray) / float64(passed))
	r.last = Comparison{PTP: c.PTP, Kernel: c.Kernel.Add(-time.Duration((1 - phase) * float64(stray))), Width: c.Width}
	if r.agreed++; r.agreed < enough {
		return hw.StampsTesting
	}
	return hw.StampsUsable
}

// Line is the relation as it is now.
func (r *Relation) Line() hw.Relation {
	return hw.Relation{PTP: r.last.PTP, Kernel: r.last.Kernel, Rate: r.rate}
}

// narrowest returns the comparison whose moment is known best.
func narrowest(all []Comparison) (best Comparison) {
	for i, c := range all {
		if i == 0 || c.Width < best.Width {
			best = c
		}
	}
	return best
}
