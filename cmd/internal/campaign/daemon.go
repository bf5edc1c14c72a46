package main

import (
	"context"
	"time"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

// daemon is gpsntpd: its loop, the pumps before it, and what it keeps.
type daemon struct {
	*world
	loop      *loop.Loop
	latest    *discipline.Latest
	clock     hw.Steerable
	framer    hw.Framer
	up        bool
	began     sim.Truth // when it was started last
	kept      loop.Kept
	inherited hw.Frequency // of the host's clock, when it was started
	saved     sim.Truth

	// What waits for the loop.
	edges  []hw.Edge
	frames []hw.Frame
	heated []hw.Temperature
	ticked bool
	woken  bool // wakeLoop is due
}

const (
	tickEvery = 250 * time.Millisecond
	saveEvery = time.Hour
	queued    = 256 // events that the channels to the loop hold
	works     = 40 * time.Microsecond
)

// built is when the program was: no clock is before that.
var built = refclock.UTC(time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())

// boot starts gpsntpd with what was kept.
func (d *daemon) boot() {
	d.clock = &d.world.clock
	if !d.Steer {
		own := clock.NewSoftware(
			func(ago time.Duration) hw.Raw { return d.rawAt(d.now.Add(-ago)) },
			d.world.clock.shows, d.world.clock.shows())
		own.Asleep = func(hw.Raw) time.Duration { return d.slept }
		d.clock = own
	}
	if late := refclock.Offset(d.floor(), d.clock.Read().Time); late > 0 {
		_ = d.clock.Step(late) // never fails
	}
	d.latest = &discipline.Latest{}
	c := loop.Config{
		Clock: d.clock, Latest: d.latest, NotBefore: d.floor(), KeptDate: d.kept.Date, SensorOff: !d.Sensor, Log: d.judge.log,
		Leaps:     d.table(),
		Pairer:    refclock.Pairer{EarlierLatency: d.kept.Latency()},
		Options:   d.kept.Resume(discipline.Options{MaxError: d.Limit}, d.clock),
		Observers: []loop.Observer{{Alarm: d.judge.raised}},

		EdgeLatency: func(hw.Device) time.Duration { return d.Known },
	}
	if d.Steer { // who takes over the kernel's clock ends what another one has armed
		d.world.clock.shows()
		d.world.clock.armed = 0
	}
	d.inherited = d.world.clock.frequency
	d.loop = loop.New(c)
	d.up, d.framer, d.saved, d.began = true, hw.Framer{}, d.now, d.now
	d.pulse.open()
	state := hw.Open
	if d.is("unplugged", d.since(d.now)) {
		state = hw.Missing
	}
	d.devices(state)
	if d.Sensor {
		d.loop.SensorDevice(hw.Device{Path: "sensor", State: hw.Open})
	}
}

func (d *daemon) floor() refclock.UTC { return min(built, refclock.UTC(d.start)) }

// devices has the condition of both devices change.
func (d *daemon) devices(s hw.State) {
	d.loop.ReceiverDevice(hw.Device{Path: "receiver", State: s, Baud: d.Baud})
	d.loop.PulseDevice(hw.Device{Path: "pulse", State: s})
}

// halt stops gpsntpd; in order, it keeps what it has learnt and leaves the clock
// at the frequency that the crystal needs.
func (d *daemon) halt(inOrder bool) {
	d.judge.received = d.judge.received[:0]
	if inOrder && d.up {
		if k := d.loop.Keep(); k != (loop.Kept{}) {
			d.kept = k
		}
		ended, end := context.WithCancel(context.Background())
		end()
		_ = d.loop.Run(ended, loop.Inputs{}) // returns at once
		d.judge.leaves()
	}
	d.up, d.edges, d.frames, d.heated, d.ticked = false, nil, nil, nil, false
	d.receiver.buffer = d.receiver.buffer[:0]
}

// busy requeues what the process cannot do now.
func (d *daemon) busy(what happening) bool {
	if d.now >= d.stopped {
		return false
	}
	d.queue.add(event{at: d.stopped.Add(d.wakes()), what: what})
	return true
}

func (d *daemon) fetchPulse() {
	if d.busy(fetchPulse) {
		return
	}
	d.pulse.pending = false
	if !d.up {
		return
	}
	if e, ok := d.pulse.fetch(); ok {
		d.edges = append(d.edges, e)
		d.wake()
	}
}

func (d *daemon) readSerial() {
	if d.busy(readSerial) {
		return
	}
	r := &d.receiver
	if len(d.frames) >= queued && d.up {
		d.queue.add(event{at: d.now.Add(time.Millisecond), what: readSerial})
		return
	}
	r.pending = false
	if d.up {
		d.frames = append(d.frames, d.framer.Feed(r.buffer, d.clock.Read().Time)...)
		d.wake()
	}
	r.buffer = r.buffer[:0]
}

func (d *daemon) heat() {
	if t, ok := d.world.heat.reads(d.since(d.now)); ok && d.up && len(d.heated) == 0 {
		d.heated = append(d.heated, t)
		d.wake()
	}
}

func (d *daemon) tick() {
	d.queue.add(event{at: d.now.Add(tickEvery), what: tick})
	if !d.up {
		return
	}
	d.ticked = true
	if d.now < d.hung || d.now < d.stopped {
		d.wake()
		return
	}
	d.work()
	if d.now.Sub(d.saved) >= saveEvery {
		d.saved = d.now
		if k := d.loop.Keep(); k != (loop.Kept{}) {
			d.kept = k
		}
	}
}

func (d *daemon) wake() {
	if !d.woken {
		d.woken = true
		d.queue.add(event{at: max(d.now.Add(d.wakes()), d.hung), what: wakeLoop})
	}
}

// work has the loop take one of what waits for it.
func (d *daemon) work() {
	if until := max(d.hung, d.stopped); d.now < until {
		d.woken = true
		d.queue.add(event{at: until, what: wakeLoop})
		return
	}
	d.woken = false
	for worked := false; d.up && !worked; {
		waiting := len(d.edges) + len(d.frames) + len(d.heated)
		if waiting == 0 && !d.ticked {
			return
		}
		worked = true
		switch n := d.chance.IntN(4); {
		case n == 0 && len(d.edges) > 0:
			e := d.edges[0]
			d.edges = d.edges[1:]
			d.loop.Edge(e)
		case n == 1 && len(d.frames) > 0:
			l := d.frames[0]
			d.frames = d.frames[1:]
			d.loop.Frame(l)
		case n == 2 && len(d.heated) > 0:
			d.loop.Temperature(d.heated[0])
			d.heated = d.heated[:0]
		case n == 3 && d.ticked:
			d.ticked = false
			d.loop.Tick()
		default:
			worked = false
		}
	}
	if len(d.edges)+len(d.frames)+len(d.heated) > 0 || d.ticked {
		d.woken = true
		d.queue.add(event{at: d.now.Add(works), what: wakeLoop})
	}
}
