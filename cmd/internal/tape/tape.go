// Package tape has the simulated machine play what the flight recorder holds.
package tape

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"slices"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/recorder"
)

// Is tells whether the file at path is a recording. One that cannot be read is
// none.
func Is(path string) bool {
	file, err := os.Open(path)
	if err != nil {
		return false
	}
	defer file.Close()
	b, _ := bufio.NewReader(file).Peek(64) // a shorter one is none
	return recorder.Begins(b)
}

// Read hands each event of the file at path to take.
func Read(path string, take func(recorder.Event) error) (recorder.Header, error) {
	file, err := os.Open(path)
	if err != nil {
		return recorder.Header{}, err
	}
	defer file.Close()
	h, err := recorder.Read(file, take)
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return h, err
}

// Tape is a recording as the simulated machine plays it. The raw clock of the host
// that it is from is the truth: what the receiver and its pulse did by it, they do
// again.
type Tape struct {
	recorder.Header
	Start  sim.Truth // of the first event
	Events []sim.Event
	Sensor bool // temperatures are on it
}

// errEmpty says that there is nothing to play.
var errEmpty = errors.New("nothing is recorded in it")

// Load reads the file at path.
func Load(path string) (t Tape, err error) {
	var origin hw.Reading
	t.Header, err = Read(path, func(e recorder.Event) error {
		if origin == (hw.Reading{}) {
			origin = e.At
			t.Start = sim.Truth(e.At.Time)
		}
		t.add(t.Start.Add(e.At.Raw.Sub(origin.Raw)), e)
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, recorder.ErrTorn):
		return t, err
	case len(t.Events) == 0:
		return t, errors.Join(fmt.Errorf("%s: %w", path, errEmpty), err)
	}
	slices.SortStableFunc(t.Events, func(a, b sim.Event) int { return int(min(max(a.At-b.At, -1), 1)) })
	return t, nil
}

// add takes what happened at a moment, if the machine can do it again.
func (t *Tape) add(at sim.Truth, e recorder.Event) {
	switch e.Kind {
	case recorder.Bytes:
		t.Events = append(t.Events, sim.Event{At: at, Bytes: e.Bytes})
	case recorder.Edge:
		// How long ago it was, the clock knows best; in so short a time it is as
		// good as the raw one.
		t.Events = append(t.Events, sim.Event{At: at.Add(-e.At.Time.Sub(e.Edge.At)), Edge: true})
	case recorder.Heated:
		t.Sensor = true
		t.Events = append(t.Events, sim.Event{At: at, Read: true, Temperature: e.Temperature})
	}
}

// Scenario is the machine that plays it: one that adds nothing of its own.
func (t Tape) Scenario() (sim.Scenario, error) {
	s, err := sim.Load("calm")
	s.Oscillator, s.Temperature, s.Pulse, s.Clock = sim.Crystal{}, sim.Temperature{}, sim.Pulse{}, sim.InitialClock{}
	s.Sensor = sim.Sensor{Present: t.Sensor}
	return s, err
}
