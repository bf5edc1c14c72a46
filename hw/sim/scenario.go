package sim

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"gpsntpd/hw"
)

// Scenario is what the simulated machine is and does. A file says what differs
// from the scenario "default".
type Scenario struct {
	About      string       `toml:"about"` // one sentence for people; a file that has none is called by its name
	Seed       uint64       `toml:"seed"`
	Clock      InitialClock `toml:"clock"`
	Oscillator Crystal      `toml:"oscillator"`
	Pulse      Pulse        `toml:"pulse"`
	Receiver   Receiver     `toml:"receiver"`
	Faults     []Fault      `toml:"faults"`
	Repeat     Span         `toml:"repeat"` // the list of faults begins again every so often; 0: never
}

// InitialClock says how wrong the clock is at the start.
type InitialClock struct {
	Offset Shift `toml:"offset"` // UTC − local, positive when the clock is slow
}

// at returns what the clock shows when start is true.
func (c InitialClock) at(start Truth) hw.Time { return hw.Time(start.Add(-c.Offset.Duration)) }

//go:embed scenarios/*.toml
var embedded embed.FS

// Load returns the scenario of that name, or the one in a file: whatever has a
// slash in it or ends in .toml.
func Load(nameOrFile string) (Scenario, error) {
	var s Scenario
	if err := s.overlay(embedded.ReadFile, builtin("default")); err != nil {
		return s, err
	}
	if nameOrFile == "default" {
		return s, nil
	}
	s.About = nameOrFile
	if strings.Contains(nameOrFile, "/") || strings.HasSuffix(nameOrFile, ".toml") {
		err := s.overlay(os.ReadFile, nameOrFile)
		return s, err
	}
	err := s.overlay(embedded.ReadFile, builtin(nameOrFile))
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("no scenario %q; there are %s, and files", nameOrFile, strings.Join(Names(), ", "))
	}
	return s, err
}

func builtin(name string) string { return "scenarios/" + name + ".toml" }

// Names lists the scenarios that are built in.
func Names() []string {
	files, _ := fs.Glob(embedded, builtin("*")) // fails for a bad pattern only
	for i, f := range files {
		files[i] = strings.TrimSuffix(path.Base(f), ".toml")
	}
	return files
}

// overlay reads a file on top of what s already says.
func (s *Scenario) overlay(read func(string) ([]byte, error), name string) error {
	text, err := read(name)
	if err != nil {
		return err
	}
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(s); err != nil {
		return explain(name, err)
	}
	if err := s.check(); err != nil {
		return fmt.Errorf("%s: %w", name, err)
	}
	return nil
}

// explain says in which lines what is wrong.
func explain(file string, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all []error
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			all = append(all, fmt.Errorf("%s:%d: %s: no such key", file, row, strings.Join(e.Key(), ".")))
		}
		return errors.Join(all...)
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		row, _ := wrong.Position()
		return fmt.Errorf("%s:%d: %s: %s", file, row, strings.Join(wrong.Key(), "."), strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", file, err)
}

// check finds what the types of the values let pass.
func (s *Scenario) check() error {
	cycle := s.Oscillator.Cycle
	switch {
	case cycle.Amplitude.Frequency != 0 && cycle.Period.Duration == 0:
		return errors.New("oscillator.cycle.period: is missing")
	case max(s.Pulse.Jitter.Duration, s.Pulse.Sawtooth.Duration) > maxJitter:
		return fmt.Errorf("pulse: jitter and sawtooth are at most %v", maxJitter)
	}
	if err := s.Receiver.check(); err != nil {
		return fmt.Errorf("receiver.%w", err)
	}
	for i, f := range s.Faults {
		if err := f.check(); err != nil {
			return fmt.Errorf("faults, number %d: %w", i+1, err)
		}
	}
	return nil
}
