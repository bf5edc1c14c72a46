package sim

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"gpsntpd/hw"
)

// Scenario is what the simulated machine is and does. A file says what differs
// from the scenario that it is like.
type Scenario struct {
	About       string       `toml:"about"` // one sentence for people; a file that has none is called by its name
	Like        string       `toml:"like"`  // a scenario that is built in
	Seed        uint64       `toml:"seed"`
	Clock       InitialClock `toml:"clock"`
	Oscillator  Crystal      `toml:"oscillator"`
	Temperature Temperature  `toml:"temperature"`
	Sensor      Sensor       `toml:"sensor"`
	Board       Board        `toml:"board"` // whose paths see the pulse; "": Pulse says all
	Pulse       Pulse        `toml:"pulse"`
	Receiver    Receiver     `toml:"receiver"`
	Faults      []Fault      `toml:"faults"`
	Repeat      Span         `toml:"repeat"` // the list of faults begins again every so often; 0: never
	Simulate    Simulate     `toml:"simulate"`
}

// InitialClock says how wrong the clock is at the start.
type InitialClock struct {
	Offset Shift `toml:"offset"` // UTC − local, positive when the clock is slow
}

// at returns what the clock shows when start is true.
func (c InitialClock) at(start Truth) hw.Time { return hw.Time(start.Add(-c.Offset.Duration)) }

// Simulate says what those who measure in virtual time are to look at.
type Simulate struct {
	For    Span `toml:"for"`
	Steady Span `toml:"steady"` // from then on it counts
}

// check finds what the types of the values let pass.
func (s *Scenario) check() error {
	for i, f := range s.Faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("faults, number %d: %w", i+1, err)
		}
	}
	if s.Simulate.Steady.Duration >= s.Simulate.For.Duration {
		return errors.New("simulate: steady must come before the end of for")
	}
	return cmp.Or(
		in("oscillator", s.Oscillator.check()),
		in("temperature", s.Temperature.check()),
		in("sensor", s.Sensor.check()),
		in("pulse", s.Pulse.check()),
		in("receiver", s.Receiver.check()),
	)
}

func in(section string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s.%w", section, err)
}

// White returns the jitter of the pulse and the random walk of the frequency,
// of which the limit of all discipline follows; 0 for what there is not.
func (s Scenario) White() (jitter time.Duration, walk float64) {
	return s.Pulse.Jitter.Duration, s.Oscillator.Walk.Sigma
}

// recovery is how long after a fault of the receiver that no one could notice
// its traces are still to be expected.
const recovery = 2 * time.Minute

// Deceived reports whether, at elapsed after the start, the pulse is or has just
// been where it should not be, and nothing else tells the time so finely.
func (s Scenario) Deceived(elapsed time.Duration) bool {
	for _, f := range s.Faults {
		since := s.inList(elapsed) - f.At.Duration
		if f.Kind == PulseShift && since >= 0 && (f.For.Duration == 0 || since < f.For.Duration+recovery) {
			return true
		}
	}
	return false
}

// inList is where in the list of faults elapsed lies.
func (s Scenario) inList(elapsed time.Duration) time.Duration {
	if s.Repeat.Duration > 0 {
		return elapsed % s.Repeat.Duration
	}
	return elapsed
}
