package main

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// strike has a fault of the machine begin or end now. Those of the receiver and
// of the pulse are looked up when something is made up.
func (w *world) strike(f *Fault, begins bool) {
	until := w.start.Add(f.At + f.For)
	switch {
	case f.Kind == "unplugged" && w.daemon.up:
		w.plug(!begins)
	case f.Kind == "suspend" && !begins:
		w.slept += f.For
		_ = w.clock.Step(f.For + scale(time.Second, f.X)) // as the kernel does, by its real-time clock
	case f.Kind == "slew" && !begins:
		w.clock.shows()
		w.clock.foreign -= hw.Frequency(f.X) * hw.PPM
	case f.Kind == "restart" && !begins:
		w.daemon.boot()
	case f.Kind == "powercut" && !begins:
		w.power(f)
	case !begins:
	case f.Kind == "hang":
		w.hung = until
	case f.Kind == "stop":
		w.stopped = until
	case f.Kind == "pause" || f.Kind == "suspend":
		w.asleep, w.latch = max(w.asleep, until), f.Kind == "pause"
		if f.X == 1 || f.Kind == "suspend" {
			w.freeze(until)
		}
	case f.Kind == "restart" || f.Kind == "powercut":
		w.daemon.halt(f.Kind == "restart")
	case f.Kind == "step":
		_ = w.clock.Step(f.By)
	case f.Kind == "slew":
		w.clock.shows()
		w.clock.foreign += hw.Frequency(f.X) * hw.PPM
	}
}

// freeze has the raw clock stand still.
func (w *world) freeze(until sim.Truth) {
	from := w.now
	if n := len(w.frozen); n > 0 {
		from = max(from, w.frozen[n-1].to)
	}
	if until > from {
		w.frozen = append(w.frozen, frozen{interval: interval{from, until}, began: w.crystal.Raw(from)})
	}
}

// plug pulls the devices out, or puts them in again.
func (w *world) plug(in bool) {
	if in {
		w.daemon.framer = hw.Framer{}
		w.daemon.devices(hw.Open)
		return
	}
	w.receiver.buffer = w.receiver.buffer[:0]
	w.daemon.devices(hw.Missing)
}

// bootTime is what the raw clock shows when gpsntpd starts after the machine.
const bootTime = hw.Raw(20 * time.Second)

// power switches the machine on again: its clock shows what the real-time clock
// does, or 1970 without one.
func (w *world) power(f *Fault) {
	w.base += w.rawAt(w.now) - bootTime
	shows := hw.Time(w.calendar.utc(w.now).Add(-f.By))
	if f.X == 1 {
		shows = hw.Time(bootTime)
	}
	w.slept = 0
	w.clock = kernel{world: w, raw: w.rawAt(w.now), time: shows}
	w.pulse.seq, w.pulse.taken, w.pulse.count = [2]uint32{}, 0, 0
	w.daemon.boot()
}

// latched reports whether what reaches a machine that stands still is there
// when it goes on: one interrupt of the pulse, and what the host has read of the
// serial port. One that is suspended hears nothing.
func (w *world) latched(e event) bool {
	if !w.latch || e.what == arrive {
		return w.latch
	}
	for _, o := range w.queue.events {
		if o.what == interrupt && o.at >= w.asleep && o.at < w.asleep.Add(time.Millisecond) {
			return false
		}
	}
	return true
}

// meddle has a rival set the frequency, once a second.
func (w *world) meddle() {
	if f := w.find("rival", w.since(w.now)); f != nil && w.now >= w.asleep {
		_ = w.clock.SetFrequency(hw.Frequency(f.X) * hw.PPM)
	}
}

// healthySince returns since when nothing has been wrong, and whether that is
// so at t.
func (w *world) healthySince(t time.Duration) (since time.Duration, healthy bool) {
	for _, f := range w.Faults {
		if f.At > t {
			continue
		}
		over := f.over()
		if over > t {
			return 0, false
		}
		since = max(since, over)
	}
	return since, true
}

// between reports whether t lies from a to b.
func between(t, a, b sim.Truth) bool { return t >= a && t <= b }
