// Package playback has the simulated machine play what the flight recorder holds.
package playback

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/recorder"
)

// Is reports whether the file at path is a recording. One that cannot be read is
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

// Recording is a recording as the simulated machine plays it. The raw clock of the host
// that it is from is the truth: what the receiver and its pulse did by it, they do
// again.
type Recording struct {
	recorder.Header
	Start  sim.Truth     // of the first event
	Length time.Duration // until the last one that is played
	Sensor bool          // temperatures are in it

	path string
	raw  hw.Raw // at the start
}

// errEmpty says that there is nothing to play.
var errEmpty = errors.New("nothing is recorded in it")

// Load looks through the file at path.
func Load(path string) (t Recording, err error) {
	t.path = path
	read, played := 0, 0
	t.Header, err = Read(path, func(e recorder.Event) error {
		if read++; read == 1 {
			t.Start, t.raw = sim.Truth(e.At.Time), e.At.Raw
		}
		if p, can := t.event(e); can {
			played++
			t.Length = max(t.Length, p.At.Sub(t.Start))
			t.Sensor = t.Sensor || p.Read
		}
		return nil
	})
	switch {
	case err != nil && !errors.Is(err, recorder.ErrTorn):
		return t, err
	case played == 0:
		return t, errors.Join(fmt.Errorf("%s: %w", path, errEmpty), err)
	}
	return t, nil
}

// event is what happens again of e, if the machine can do it.
func (t Recording) event(e recorder.Event) (p sim.Event, can bool) {
	at := t.Start.Add(e.At.Raw.Sub(t.raw))
	switch e.Kind {
	case recorder.Bytes:
		return sim.Event{At: at, Bytes: e.Bytes}, true
	case recorder.Edge:
		// How long ago it was, the clock knows best; in so short a time it is as
		// good as the raw one.
		ago := e.At.Time.Sub(e.Edge.At)
		if ago < 0 || ago > held {
			ago = 0 // the clock was stepped between
		}
		return sim.Event{At: at.Add(-ago), Edge: true}, true
	case recorder.Heated:
		return sim.Event{At: at, Read: true, Temperature: e.Temperature}, true
	}
	return p, false
}

// Play calls do with one event after another, in order, as long as it returns true.
// It needs little memory, however long the recording is. What can't be read any more
// has been said by Load.
func (t Recording) Play(do func(sim.Event) bool) {
	q := queue{do: do}
	_, _ = Read(t.path, func(e recorder.Event) error {
		if p, can := t.event(e); can && !q.add(p) {
			return errEnough
		}
		return nil
	})
	q.end()
}

// errEnough says that no more is wanted.
var errEnough = errors.New("enough")

// Scenario is the machine that plays it: one that adds nothing of its own.
func (t Recording) Scenario() (sim.Scenario, error) {
	s, err := sim.Load("calm")
	s.Oscillator, s.Temperature, s.Pulse, s.Clock = sim.Crystal{}, sim.Temperature{}, sim.Pulse{}, sim.InitialClock{}
	s.Sensor = sim.Sensor{Present: t.Sensor}
	return s, err
}
