package loop

import (
	"errors"
	"math"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Kept is what is worth knowing at the next start. The zero value is nothing.
type Kept struct {
	FrequencyPPM   float64   `json:"frequency_ppm"`   // correction that the oscillator needs
	LatencySeconds float64   `json:"latency_seconds"` // of the sentences
	Date           time.Time `json:"date"`            // it is not earlier than this
}

// errKept says that a state file holds what no loop has kept.
var errKept = errors.New("it holds values that no clock can have")

// Check finds values that can not be right.
func (k Kept) Check() error {
	if math.Abs(k.FrequencyPPM) > 500 || k.LatencySeconds < 0 || k.LatencySeconds > 2 {
		return errKept
	}
	return nil
}

// Keep returns what has been learnt, nothing before the clock was locked.
func (l *Loop) Keep() Kept {
	s := l.Latest.Load()
	if !s.StateAt(l.now.Time).Synchronized() {
		return Kept{}
	}
	frequency := l.controller.Estimates().Frequency
	return Kept{
		FrequencyPPM:   math.Round(frequency.PPM()*1e6) / 1e6,
		LatencySeconds: l.Pairer.Latency().Mean.Seconds(),
		Date:           utc(s, l.now.Time).Truncate(time.Second),
	}
}

// How wrong a frequency from before the start may be, rms: one that a daemon
// just left in force, slews included, and one that a crystal had on another day.
const (
	warmError = 3 * hw.PPM
	coldError = 5 * hw.PPM
)

// Resume adds to o what is known of the oscillator before the start.
func (k Kept) Resume(o discipline.Options, c hw.Steerable) discipline.Options {
	inForce, synchronized := c.Frequency()
	switch {
	case synchronized:
		o.Frequency, o.FrequencyError = inForce, warmError
	case !k.Date.IsZero():
		o.Frequency, o.FrequencyError = hw.Frequency(k.FrequencyPPM)*hw.PPM, coldError
	default:
		o.Frequency = inForce
	}
	return o
}

// Latency is how late the sentences were, 0 when that is not known.
func (k Kept) Latency() time.Duration { return time.Duration(k.LatencySeconds * float64(time.Second)) }

// Floor is the time that a clock can't be before: that of a board without a
// clock of its own, which starts in 1970, is.
func (k Kept) Floor(built refclock.UTC) refclock.UTC {
	if k.Date.IsZero() {
		return built
	}
	return max(built, refclock.UTC(k.Date.UnixNano()))
}
