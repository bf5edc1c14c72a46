package sim

import (
	"fmt"
	"slices"
	"time"
)

// Kind is what goes wrong.
type Kind string

// The kinds of fault.
const (
	NoPulse     Kind = "no_pulse"
	NoSentences Kind = "no_sentences"
	Unplugged   Kind = "unplugged"   // neither pulse nor sentences
	Restart     Kind = "restart"     // silence, then sentences without a time; no pulse
	Garbage     Kind = "garbage"     // noise of the sentences' length
	NoFix       Kind = "no_fix"      // sentences say void; the pulse goes on
	NoDate      Kind = "no_date"     // time of day without a date
	WrongDate   Kind = "wrong_date"  // sentences name another time, By later
	OffBy       Kind = "off_by"      // the same, by some seconds: no UTC parameters yet
	PulseShift  Kind = "pulse_shift" // every pulse is By late
	Spikes      Kind = "spikes"      // many pulses are about By late
	Constant    Kind = "latency"     // every stamp of the kernel is By later: someone has changed how the processor sleeps
	Busy        Kind = "load"        // interrupts take By longer, on average
	Open        Kind = "antenna_open"
	Short       Kind = "antenna_short"
)

var kinds = []Kind{NoPulse, NoSentences, Unplugged, Restart, Garbage, NoFix, NoDate, WrongDate, OffBy, PulseShift, Constant, Spikes, Busy, Open, Short}

// Fault is something that goes wrong for a while.
type Fault struct {
	Kind Kind  `toml:"kind"`
	At   Span  `toml:"at"`  // after the start, or after the list began again
	For  Span  `toml:"for"` // 0: for good, or until the list begins again
	By   Shift `toml:"by"`  // how far, for the kinds that move something
}

func (f Fault) check() error {
	by := f.By.Duration
	if !slices.Contains(kinds, f.Kind) {
		return fmt.Errorf("%q is no fault; there are %v", f.Kind, kinds)
	}
	switch f.Kind {
	case WrongDate, OffBy:
		if by == 0 || by%time.Second != 0 {
			return fmt.Errorf("%s: by must be whole seconds, and not 0", f.Kind)
		}
	case PulseShift, Constant, Spikes:
		if by == 0 || by.Abs() > lead {
			return fmt.Errorf("%s: by must not be 0, nor beyond %v", f.Kind, lead)
		}
	case Busy:
		if by <= 0 || by > maxJitter {
			return fmt.Errorf("%s: by must be above 0, and not beyond %v", f.Kind, maxJitter)
		}
	default:
		if by != 0 {
			return fmt.Errorf("%s: by says nothing here", f.Kind)
		}
	}
	return nil
}

// condition is what the faults do to one second; the zero value is health.
type condition struct {
	noPulse, noSentences           bool
	garbage, noFix, noTime, noDate bool
	lie                            time.Duration // sentences name a time that much later
	shift                          time.Duration // the pulse is that much late
	spike                          time.Duration // and many pulses are about that much later still
	latency                        time.Duration // the kernel stamps it that much late, always
	load                           time.Duration // the mean latency is that much longer
	antenna                        string        // what is said of it, "" for nothing
}

// condition returns the condition at elapsed after the start.
func (s Scenario) condition(elapsed time.Duration) condition {
	var c condition
	if elapsed < s.Receiver.FirstFix.Duration {
		c.cold()
	}
	for _, f := range s.Faults {
		since := s.inList(elapsed) - f.At.Duration
		over := since - f.For.Duration
		switch {
		case since >= 0 && (f.For.Duration == 0 || over < 0):
			c.add(f, since)
		case (f.Kind == Open || f.Kind == Short) && over >= 0 && over < allClear && c.antenna == "":
			c.antenna = "OK"
		}
	}
	return c
}

// allClear is how long after a fault of the antenna the receiver says that it is
// well again.
const allClear = 3 * time.Second

// cold is a receiver that has not found out what time it is.
func (c *condition) cold() { c.noPulse, c.noFix, c.noTime = true, true, true }

// add lets f, which began since ago, have its effect.
func (c *condition) add(f Fault, since time.Duration) {
	const boot = 2 * time.Second // silence of a receiver that restarts
	switch f.Kind {
	case NoPulse:
		c.noPulse = true
	case NoSentences:
		c.noSentences = true
	case Unplugged:
		c.noPulse, c.noSentences = true, true
	case Restart:
		c.cold()
		c.noSentences = c.noSentences || since < boot
	case Garbage:
		c.garbage = true
	case NoFix:
		c.noFix = true
	case NoDate:
		c.noDate = true
	case WrongDate, OffBy:
		c.lie += f.By.Duration
	case PulseShift:
		c.shift += f.By.Duration
	case Constant:
		c.latency += f.By.Duration
	case Spikes:
		c.spike += f.By.Duration
	case Busy:
		c.load += f.By.Duration
	case Open:
		c.noFix, c.antenna = true, "OPEN"
	case Short:
		c.noFix, c.antenna = true, "SHORT"
	}
}
