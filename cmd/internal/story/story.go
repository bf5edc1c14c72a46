// Package story plays one story to whatever shows how a daemon is: lock, the cable
// out, holdover, no longer synchronized, the cable back. The daemon is the one that
// runs, on the simulated machine in virtual time.
package story

import (
	"context"
	"io"
	"sync"
	"time"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/discipline"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/control"
	"gpsntpd/server/history"
	"gpsntpd/server/why"
)

// The story, as times since its beginning. Limit is above which bound clients are
// refused.
const (
	Unplugged = 30 * time.Minute
	PluggedIn = 90 * time.Minute
	Limit     = 100 * time.Microsecond
	begins    = sim.Truth(1_790_000_000_000_000_000)
)

// Stage is the daemon of the story: it answers as that which runs, of the moment at
// which the play stands. Any goroutine may use it.
type Stage struct {
	control.Daemon // nil: no one asks for the rest

	mu       sync.Mutex
	v        *loop.Virtual
	past     *history.History
	watchers control.Watchers
	lan      lan
}

// New is the machine of the story, just switched on.
func New() (*Stage, error) {
	s, err := sim.Load("default")
	if err != nil {
		return nil, err
	}
	s.Faults = []sim.Fault{{Kind: sim.Unplugged, At: sim.Span{Duration: Unplugged}, For: sim.Span{Duration: PluggedIn - Unplugged}}}
	stage := &Stage{v: loop.NewVirtual(s, sim.NewMachine(s, begins), begins), past: history.New()}
	c := stage.v.Config
	c.Latest, c.Options.MaxError = &discipline.Latest{}, Limit
	c.Leaps = leap.Table{Expires: begins.Add(1000 * 24 * time.Hour).Std().Unix()}
	c.LeapSource = "built in"
	c.Describe = loop.Description{Version: "0.1.0", Operation: why.Steered, Edge: "assert"}
	stage.lan = newLAN(c.Latest)
	c.Observers, c.Outside = []loop.Observer{{Second: stage.second}}, stage.lan.tell
	stage.v.Loop = loop.New(c)
	stage.v.ReceiverDevice(hw.Device{Path: "/dev/serial0", State: hw.Open, Baud: 9600})
	stage.v.PulseDevice(hw.Device{Path: "/dev/pps0", State: hw.Open})
	stage.v.SensorDevice(hw.Device{Path: "cpu-thermal", State: hw.Open})
	return stage, nil
}

// Play lets d pass, then tells those who watch.
func (s *Stage) Play(d time.Duration) {
	s.mu.Lock()
	s.v.Play(d)
	status := s.status()
	s.mu.Unlock()
	if e, err := control.NewEvent("status", status); err == nil && s.watchers.Watched() {
		s.watchers.Publish(e)
	}
}

// passed is how long the story has been played.
func (s *Stage) passed() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.v.World.Now.Sub(begins)
}

// second is the end of one: the clients of the network ask, and it is remembered.
func (s *Stage) second(m loop.Moment) {
	m.Requests = float64(s.lan.ask(m.Second, s.v.World.Clock.Read()))
	s.past.Add(m.Second, m.Clock, m.Moment)
}

func (s *Stage) status() control.Status {
	st := s.v.Status()
	st.Servers = []control.Listener{{Listen: "127.0.0.1:123", Requests: s.lan.requests, Answers: s.lan.answers, Timestamps: "kernel"}}
	st.NTS.State, st.FastPath.State = "off", "off"
	return st
}

// of answers with what ask knows now.
func of[T any](s *Stage, ask func() T) (T, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return ask(), nil
}

// Status implements control.Daemon, as does what follows.
func (s *Stage) Status(context.Context) (control.Status, error) { return of(s, s.status) }

// Counters implements control.Daemon.
func (s *Stage) Counters(context.Context) (control.Counters, error) { return of(s, s.v.Counters) }

// Leap implements control.Daemon.
func (s *Stage) Leap(context.Context) (control.Leap, error) { return of(s, s.v.Leap) }

// Satellites implements control.Daemon.
func (s *Stage) Satellites(context.Context) (control.Satellites, error) { return of(s, s.v.Satellites) }

// Scatter implements control.Daemon.
func (s *Stage) Scatter(context.Context) (control.Scatter, error) {
	return of(s, func() control.Scatter { return s.v.Pulses().Scatter() })
}

// Clients implements control.Daemon.
func (s *Stage) Clients(context.Context) (control.Clients, error) {
	return of(s, func() control.Clients {
		return loop.Clients(s.lan.gate.Clients(nil), s.v.World.Clock.Read().Raw)
	})
}

// Why implements control.Daemon.
func (s *Stage) Why(_ context.Context, language string) (control.Why, error) {
	return of(s, func() control.Why { return s.v.Why(why.Language(language)) })
}

// Alarms implements control.Daemon.
func (s *Stage) Alarms(_ context.Context, language string) (control.Alarms, error) {
	return of(s, func() control.Alarms { return s.v.Alarms(why.Language(language)) })
}

// Moment implements web.Daemon.
func (s *Stage) Moment(_ context.Context, language string) (control.Moment, error) {
	l := why.Language(language)
	return of(s, func() control.Moment {
		return control.Moment{Status: s.status(), Why: s.v.Why(l), Alarms: s.v.Alarms(l), Leap: s.v.Leap()}
	})
}

// History implements control.Daemon, as does Watch.
func (s *Stage) History(_ context.Context, span string) (io.WriterTo, error) {
	return s.past.Past(span)
}

// Watch tells the status each time that the play has gone on.
func (s *Stage) Watch(ctx context.Context) (<-chan control.Event, error) {
	return s.watchers.Watch(ctx)
}

// Moments are when the story is looked at, as times since its beginning: often
// where much happens.
func Moments() (all []time.Duration) {
	span := func(from, to, every time.Duration) {
		for at := from; at < to; at += every {
			all = append(all, at)
		}
	}
	span(time.Second, 25*time.Second, time.Second)
	span(25*time.Second, Unplugged, 2*time.Minute)
	span(Unplugged, Unplugged+80*time.Second, time.Second)
	span(Unplugged+80*time.Second, PluggedIn, 110*time.Second)
	span(PluggedIn, PluggedIn+75*time.Second, time.Second)
	span(PluggedIn+75*time.Second, PluggedIn+10*time.Minute, time.Minute)
	return all
}
