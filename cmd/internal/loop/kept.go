package loop

import (
	"errors"
	"math"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
)

// Kept is what is worth knowing at the next start. The zero value is nothing.
type Kept struct {
	FrequencyPPM   float64   `json:"frequency_ppm"`   // correction that the oscillator needs
	LatencySeconds float64   `json:"latency_seconds"` // of the sentences
	Date           time.Time `json:"date"`            // the last one that was sure
	Edge           KeptEdge  `json:"edge"`
}

// KeptEdge is the constant by which the kernel stamps pulses late, as it was measured. The
// zero value is none.
type KeptEdge struct {
	Conditions         string  `json:"conditions"` // all that it is known to depend on
	LatencySeconds     float64 `json:"latency_seconds"`
	UncertaintySeconds float64 `json:"uncertainty_seconds"`
}

// errKept says that a state file holds what no loop has kept.
var errKept = errors.New("it holds values that no clock can have")

// Check finds values that can not be right, of a program that believes no date after
// notAfter.
func (k Kept) Check(notAfter time.Time) error {
	if !(math.Abs(k.Edge.LatencySeconds) < 0.01 && k.Edge.UncertaintySeconds >= 0 && k.Edge.UncertaintySeconds < 0.01) {
		return errKept
	}
	if math.Abs(k.FrequencyPPM) > 500 || k.LatencySeconds < 0 || k.LatencySeconds > 2 || k.Date.After(notAfter) {
		return errKept
	}
	return nil
}

// Keep returns what has been learnt, nothing before the clock was locked, and the date
// of before until there is one that is sure.
func (l *Loop) Keep() Kept {
	s := l.Latest.Load()
	if !s.StateAt(l.now.Time).Synchronized() {
		return Kept{}
	}
	frequency, date := l.controller.Estimates().Frequency, l.KeptDate
	if l.dated.sure() {
		date = utc(s, l.now.Time).Truncate(time.Second)
	}
	return Kept{
		FrequencyPPM:   math.Round(frequency.PPM()*1e6) / 1e6,
		LatencySeconds: l.Pairer.Latency().Mean.Seconds(),
		Date:           date,
		Edge:           l.keptEdge(),
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
	case k != Kept{}:
		o.Frequency, o.FrequencyError = hw.Frequency(k.FrequencyPPM)*hw.PPM, coldError
	default:
		o.Frequency = inForce
	}
	return o
}

// Latency is how late the sentences were, 0 when that is not known.
func (k Kept) Latency() time.Duration { return time.Duration(k.LatencySeconds * float64(time.Second)) }
