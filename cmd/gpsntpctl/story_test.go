package main

import (
	"context"
	"io"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpd/loop"
	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// stage is a daemon whose machine is played in virtual time: it answers as that
// which runs, of the moment at which the play stands.
type stage struct {
	control.Daemon
	v *loop.Virtual
}

func (s stage) Status(context.Context) (control.Status, error) {
	st := s.v.Status()
	st.Servers = []control.Listener{{Listen: "127.0.0.1:123", Timestamps: "kernel"}}
	st.NTS.State, st.FastPath.State = "off", "off"
	return st, nil
}

func (s stage) Counters(context.Context) (control.Counters, error)     { return s.v.Counters(), nil }
func (s stage) Leap(context.Context) (control.Leap, error)             { return s.v.Leap(), nil }
func (s stage) Clients(context.Context) (control.Clients, error)       { return control.Clients{}, nil }
func (s stage) Satellites(context.Context) (control.Satellites, error) { return s.v.Satellites(), nil }
func (s stage) Scatter(context.Context) (control.Scatter, error)       { return s.v.Pulses().Scatter(), nil }

func (s stage) History(context.Context, string) (io.WriterTo, error) { return control.History{}, nil }

func (s stage) Why(_ context.Context, language string) (control.Why, error) {
	return s.v.Why(why.Language(language)), nil
}

func (s stage) Alarms(_ context.Context, language string) (control.Alarms, error) {
	return s.v.Alarms(why.Language(language)), nil
}

// The story: lock, the cable out, holdover, no longer synchronized, the cable
// back.
const (
	unpluggedAt = 30 * time.Minute
	pluggedIn   = 90 * time.Minute
	storyLimit  = 100 * time.Microsecond
	storyBegins = sim.Truth(1_790_000_000_000_000_000)
)

// newStage is the machine of the story, just switched on.
func newStage(t *testing.T) stage {
	t.Helper()
	s, err := sim.Load("default")
	if err != nil {
		t.Fatal(err)
	}
	s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: sim.Span{Duration: unpluggedAt}, For: sim.Span{Duration: pluggedIn - unpluggedAt}}}
	v := loop.NewVirtual(s, sim.NewMachine(s, storyBegins), storyBegins)
	c := v.Config
	c.Latest, c.Options.MaxError = &discipline.Latest{}, storyLimit
	c.Leaps = leap.Table{Expires: storyBegins.Add(1000 * 24 * time.Hour).Std().Unix()}
	c.Describe = loop.Description{Operation: why.Steered, Edge: "assert"}
	v.Loop = loop.New(c)
	v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600})
	v.PulseDevice(hw.Device{Path: "/dev/pps0", State: hw.Open})
	v.SensorDevice(hw.Device{Path: "cpu-thermal", State: hw.Open})
	return stage{Daemon: known{}, v: v}
}

// moments are when the story is looked at, as times since its beginning: often
// where much happens.
func moments() (all []time.Duration) {
	span := func(from, to, every time.Duration) {
		for at := from; at < to; at += every {
			all = append(all, at)
		}
	}
	span(time.Second, 25*time.Second, time.Second)
	span(25*time.Second, unpluggedAt, 2*time.Minute)
	span(unpluggedAt, unpluggedAt+80*time.Second, time.Second)
	span(unpluggedAt+80*time.Second, pluggedIn, 110*time.Second)
	span(pluggedIn, pluggedIn+75*time.Second, time.Second)
	span(pluggedIn+75*time.Second, pluggedIn+10*time.Minute, time.Minute)
	return all
}

func TestNoTwoScreensContradictEachOtherAtAnyMomentOfAStory(t *testing.T) {
	s := newStage(t)
	socket := serve(t, s)
	at, met := time.Duration(0), map[string]int{}
	all := moments()
	if len(all) < 200 {
		t.Fatalf("%d moments", len(all))
	}
	for _, next := range all {
		s.v.Play(next - at)
		at = next
		v := look(t, s, socket)
		met[v.status.State]++
		for _, c := range contradictions(v) {
			t.Errorf("%v, %s: %s", at, v.status.State, c)
		}
	}
	for state := discipline.Starting; state <= discipline.Unsynchronized; state++ {
		if met[state.String()] == 0 {
			t.Errorf("the story has no %s: %v", state, met)
		}
	}
}
