// Package phc keeps the clocks of network interfaces, PTP hardware clocks, and
// the kernel's in relation, so that what an interface stamps can be told by ours.
package phc

import (
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

// track follows one clock. The zero value has seen nothing.
type track struct {
	at     Comparison // smoothed
	rate   hw.Frequency
	agreed int
}

// take judges a comparison by those before it. A clock that somebody sets, ours or
// the interface's, begins anew.
func (t *track) take(c Comparison) hw.StampState {
	if c.Width < 0 || c.Width > maxWidth {
		*t = track{}
		return hw.StampsUnstable
	}
	passed := c.PTP.Sub(t.at.PTP)
	if t.agreed == 0 || passed <= 0 || passed > maxPause {
		began := t.agreed > 0
		*t = track{at: c, agreed: 1}
		if began {
			return hw.StampsUnstable
		}
		return hw.StampsTesting
	}
	stray := c.Kernel.Sub(t.at.Kernel) - passed - t.rate.Over(passed)
	if t.agreed == 1 {
		t.rate = hw.Frequency(float64(stray) / float64(passed))
		t.at, t.agreed = c, 2
		if t.rate < -maxRate || t.rate > maxRate {
			*t = track{at: c, agreed: 1}
			return hw.StampsUnstable
		}
		return hw.StampsTesting
	}
	if limit := maxStray + c.Width + t.at.Width; stray < -limit || stray > limit {
		*t = track{at: c, agreed: 1}
		return hw.StampsUnstable
	}
	phase, rate := gains(t.agreed)
	t.rate += hw.Frequency(rate * float64(stray) / float64(passed))
	t.at = Comparison{PTP: c.PTP, Kernel: c.Kernel.Add(-time.Duration((1 - phase) * float64(stray))), Width: c.Width}
	if t.agreed++; t.agreed < enough {
		return hw.StampsTesting
	}
	return hw.StampsUsable
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
