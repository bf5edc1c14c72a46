package refclock

import (
	"math"
	"time"
)

// SawtoothVerdict is whether what a receiver says of its pulses is used.
type SawtoothVerdict string

// The verdicts.
const (
	SawtoothUnsaid   SawtoothVerdict = ""         // it says nothing, or is not listened to
	SawtoothUnproven SawtoothVerdict = "unproven" // used: it is too small to be seen in the noise
	SawtoothUseful   SawtoothVerdict = "useful"   // used: pulses scatter less with it
	SawtoothDropped  SawtoothVerdict = "dropped"  // not used: they do not
)

// sawtooth judges by the pulses themselves whether the receiver's corrections are true of
// them. They are not when something has smoothed the pulse on its way, such as a disciplined
// oscillator, or when they are of another pulse. From one second to the next the oscillator
// of the host changes little, so what is between two pulses is their noise, d, and the
// difference of their corrections, c: if these are true, d is −c but for other noise. The
// slope −Σdc/Σc² is 1 then, and 0 when they have nothing to do with each other.
type sawtooth struct {
	off            bool
	at             UTC           // of the last pulse with a correction
	residual, late time.Duration // of that pulse
	dd, dc, cc     float64       // sums in ns², with a memory
	n              float64
	peak           time.Duration // greatest correction seen, with a memory
}

const (
	sawtoothMemory  = 256 // pulses
	sawtoothEnough  = 16
	sawtoothCertain = 3   // standard deviations
	sawtoothHalf    = 0.5 // the slope above which a correction lowers the variance
)

// take learns from a pulse at a second that is late by so much, as the receiver says, and by
// residual, as the clock does. It returns what is to be taken off.
func (w *sawtooth) take(second UTC, late, residual time.Duration, said bool) time.Duration {
	switch {
	case w.off:
		return 0
	case !said:
		w.at = 0
		return 0
	}
	if w.at != 0 && second.Sub(w.at) == time.Second {
		d, c := float64(residual-w.residual), float64(late-w.late)
		const keep = 1 - 1./sawtoothMemory
		w.dd, w.dc, w.cc, w.n = w.dd*keep+d*d, w.dc*keep+d*c, w.cc*keep+c*c, w.n*keep+1
	}
	w.at, w.residual, w.late = second, residual, late
	w.peak = max(w.peak-w.peak/sawtoothMemory, late.Abs())
	if w.verdict() == SawtoothDropped {
		return 0
	}
	return late
}

// verdict is what the pulses say of the corrections.
func (w *sawtooth) verdict() SawtoothVerdict {
	switch {
	case w.off || w.peak == 0:
		return SawtoothUnsaid
	case w.n < sawtoothEnough || w.cc == 0:
		return SawtoothUnproven
	}
	slope := -w.dc / w.cc
	rest := max(w.dd-slope*slope*w.cc, 0)
	unsure := sawtoothCertain * math.Sqrt(rest/w.cc/w.n)
	switch {
	case slope-unsure > sawtoothHalf:
		return SawtoothUseful
	case slope+unsure < sawtoothHalf:
		return SawtoothDropped
	}
	return SawtoothUnproven
}

// Sawtooth returns whether what the receiver says of its pulses is used, and the greatest
// correction lately.
func (p *Pairer) Sawtooth() (SawtoothVerdict, time.Duration) { return p.saw.verdict(), p.saw.peak }
