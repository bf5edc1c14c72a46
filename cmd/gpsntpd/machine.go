package main

import (
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/cmd/internal/playback"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/phc"
	"gpsntpd/hw/serial"
	"gpsntpd/hw/sim"
	"gpsntpd/hw/thermal"
	"gpsntpd/refclock"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// machine is the hardware, real or simulated.
type machine struct {
	clock       hw.Steerable
	port        *serial.Port
	absent      bool                          // there is to be no receiver
	outputs     bool                          // the receiver can be spoken to
	pulses      hw.Pulses                     // nil when there is no pulse
	edgeLatency func(hw.Device) time.Duration // how late its pulses may be stamped, always alike
	beside      hw.Pulses                     // another path of the same pulse; nil: there is none
	poll        func(hw.Due) bool             // has a path of the pulse that is polled looked at; nil: there is none
	poller      hw.Poller                     // that path, …
	due         chan hw.Due                   // … and when it is to look
	conditions  func() string                 // that the latency of the pulse input depends on; nil: unknown
	thermometer hw.Thermometer                // nil when there is none
	stamps      *phc.Watch                    // nil: requests are dated by the kernel alone
	notBefore   refclock.UTC
	notAfter    refclock.UTC // no date is later; 0: any may be
	floor       refclock.UTC // a real clock is not before this; 0 for a simulated one, which may play the past
	operation   why.Operation
	about       string // what the operator is told at the start
	close       func() error
}

// measuredTo is how right a latency is that an operator has measured: it differs
// by about half of that from one start of a board to the next.
const measuredTo = time.Microsecond

// unmeasured is how much later than configured pulses may be stamped.
func (m machine) unmeasured(p config.Pulse) func(hw.Device) time.Duration {
	always := func(d time.Duration) func(hw.Device) time.Duration {
		return func(hw.Device) time.Duration { return d }
	}
	switch {
	case p.LatencyError != nil:
		return always(*p.LatencyError)
	case p.Latency != 0:
		return always(measuredTo)
	}
	return m.edgeLatency
}

// horizon is the last date that is believed: twenty years after the program was built, or
// after the day before which no date lies.
func horizon(notBefore refclock.UTC) refclock.UTC {
	if built, err := time.Parse(time.DateOnly, committed); err == nil {
		notBefore = max(notBefore, refclock.UTC(built.UnixNano()))
	}
	return notBefore.Add(loop.Horizon)
}

// believed is the last date that a state may have.
func (m machine) believed() time.Time { return horizon(m.notBefore).Std() }

// groups is where rivals show: of interest only to who steers the host's clock.
func (m machine) groups() string {
	if m.operation != why.Steered {
		return ""
	}
	return services
}

const (
	oldestCapture    = "1999-01-01"      // pivot for captures
	simListen        = "localhost:11123" // 127.0.0.1 and [::1]
	simListenWeb     = "127.0.0.1:18123"
	simListenNTS     = "127.0.0.1:14460"
	simListenMetrics = "127.0.0.1:19123"
)

// build finds the machine that o and c ask for.
func build(o options, c config.Config) (machine, error) {
	pivot := committed
	if o.replay != "" {
		pivot = oldestCapture
	}
	if o.notBefore != "" {
		pivot = o.notBefore
	}
	date, err := time.Parse(time.DateOnly, pivot)
	if err != nil {
		return machine{}, errConfig{fmt.Errorf("--not-before: want a date such as 2026-11-22; got %q", pivot)}
	}
	notBefore := refclock.UTC(date.UnixNano())
	if o.notBefore == "" && o.replay == "" && c.Receiver.NotBefore != 0 {
		notBefore = c.Receiver.NotBefore
	}
	switch {
	case o.simulate:
		return simulated(o.scenario, o.receiver, o.edges, notBefore)
	case o.replay != "":
		return replayed(o.replay, notBefore)
	}
	return hardware(c, notBefore)
}

func simulated(name, receiver, edges string, notBefore refclock.UTC) (machine, error) {
	s, err := sim.Load(name)
	if err != nil {
		return machine{}, errConfig{err}
	}
	if edges != "" {
		if err := s.Board.UnmarshalText([]byte(edges)); err != nil {
			return machine{}, errConfig{fmt.Errorf("--edges: %w", err)}
		}
	}
	now := sim.HostTruth()
	source := sim.NewMachine(s, now())
	if receiver != "" {
		r, err := sim.NewModule(receiver, now(), s.Seed)
		if err != nil {
			return machine{}, errConfig{err}
		}
		source.Attach(r)
	}
	m, err := played(s, now, source, notBefore)
	if err == nil && receiver != "" {
		m.port.Baud, m.outputs = 0, true
	}
	m.about = fmt.Sprintf("the simulated machine, scenario %q: %s", name, human.Printable(s.About))
	return m, err
}

func replayed(path string, notBefore refclock.UTC) (machine, error) {
	if playback.Is(path) {
		return recorded(path, notBefore)
	}
	capture, err := readCapture(path, notBefore)
	if err != nil {
		return machine{}, errConfig{err}
	}
	s, err := sim.Load("calm")
	if err != nil {
		return machine{}, err
	}
	s.Pulse.Jitter, s.Clock.Offset = sim.Span{Duration: time.Microsecond}, sim.Shift{Duration: quarterSecond}
	start := sim.Truth(capture.first)
	m, err := played(s, sim.TruthFrom(start.Add(-time.Second)), sim.NewReplay(s, start, capture.bursts), notBefore)
	m.operation = why.Replayed
	m.about = fmt.Sprintf("the capture %s: %d epochs from %s on", path,
		len(capture.bursts), capture.first.Std().Format(time.DateTime))
	return m, err
}

// recorded plays what a flight recorder has recorded, with the pulses as they were.
func recorded(path string, notBefore refclock.UTC) (machine, error) {
	t, err := playback.Load(path)
	if err != nil {
		return machine{}, errConfig{err}
	}
	s, err := t.Scenario()
	if err != nil {
		return machine{}, err
	}
	m, err := played(s, sim.TruthFrom(t.Start.Add(-time.Second)), sim.NewSequence(t.Play), notBefore)
	m.operation = why.Replayed
	m.about = fmt.Sprintf("the recording %s by gpsntpd %s: %s from %s on", path, t.Version,
		human.Duration(t.Length), t.Start.Std().Format(time.DateTime))
	return m, err
}

// terminalBaud is as good as any on a pseudo-terminal, where there is nothing to
// be found out.
const terminalBaud = 9600

const quarterSecond = 250 * time.Millisecond // error of the clock when a replay starts

func played(s sim.Scenario, now func() sim.Truth, source sim.Source, notBefore refclock.UTC) (machine, error) {
	p, err := sim.NewPlayer(s, now, source)
	if err != nil {
		return machine{}, err
	}
	m := machine{
		clock:       p.Clock,
		port:        &serial.Port{Paths: []string{p.Path()}, Baud: terminalBaud, Clock: p.Clock},
		pulses:      p,
		edgeLatency: func(hw.Device) time.Duration { return s.Pulse.Constant.Duration + s.Board.Constant() },
		thermometer: p.Thermometer,
		notBefore:   notBefore,
		operation:   why.Simulated,
		close:       p.Close,
	}
	if s.Board.Polled() != "" {
		m.poll = func(d hw.Due) bool {
			p.Poll(d)
			return true
		}
	}
	return m, nil
}

func hardware(c config.Config, notBefore refclock.UTC) (machine, error) {
	m := machine{notBefore: notBefore, notAfter: horizon(notBefore), floor: notBefore, operation: why.Steered, close: func() error { return nil }}
	m.about = fmt.Sprintf("receiver on %s, pulse on %s", strings.Join(c.Receiver.Devices, " or "), c.Pulse.Device)
	if !c.Receiver.Enabled {
		m.about = "no receiver: network servers are followed"
	}
	if c.Clock.Steer {
		k, err := clock.OpenKernel()
		if err != nil && !c.Receiver.Enabled { // in a container: watch, and serve by a clock of our own
			c.Clock.Steer = false
			m, err := hardware(c, notBefore)
			m.about += ", since that is not permitted"
			return m, err
		}
		if err != nil {
			return m, fmt.Errorf("%w; --no-steer serves the time without steering the host's clock", err)
		}
		m.clock = k
	} else {
		sleep, c := new(clock.Sleep), clock.NewSoftware(clock.MonotonicRaw, clock.Realtime, clock.Realtime())
		c.Asleep = func(raw hw.Raw) time.Duration { return sleep.Total(clock.Realtime(), raw) }
		m.clock = c
		m.operation = why.NotSteered
		m.about += "; the host's clock is not steered"
	}
	m.outputs = true
	m.port = &serial.Port{
		Paths: c.Receiver.Devices, Baud: c.Receiver.Baud, Clock: m.clock,
		Named: !slices.Equal(c.Receiver.Devices, config.Default().Receiver.Devices), Left: new(atomic.Pointer[[]hw.Device]),
	}
	if c.Receiver.Enabled {
		m.paths(c.Pulse)
	} else {
		m.absent = true
	}
	if c.Server.Hardware == "auto" {
		m.stamps = &phc.Watch{Interface: c.Server.Interface, NICs: new(atomic.Pointer[[]hw.NIC])}
	}
	if c.Clock.Temperature != "" {
		m.thermometer = &thermal.Sensor{Name: c.Clock.Temperature}
	}
	return m, nil
}
