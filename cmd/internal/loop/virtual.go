package loop

import (
	"math"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
)

// wakeUp is how long after its stamp the loop takes an edge.
const wakeUp = 20 * time.Microsecond

// Virtual plays a simulated machine through a loop in virtual time: all of the
// daemon but its sockets, without waiting. The same machine plays the same run.
type Virtual struct {
	*Loop
	World   *sim.World
	Stamped func(hw.Edge) hw.Edge // what else the kernel makes of an edge; nil: nothing
	Watch   func()                // called after each event and each tick; nil: nobody watches

	source sim.Source
	event  sim.Event // the next one …
	tick   sim.Truth // … and when time is let pass next
	framer hw.Framer
	seq    uint32
}

// NewVirtual returns a loop on the machine of s, switched on at start, whose
// events are those of source.
func NewVirtual(s sim.Scenario, source sim.Source, start sim.Truth) *Virtual {
	v := &Virtual{World: sim.NewWorld(s, start), source: source, tick: start.Add(tickEvery)}
	v.Loop = New(Config{Clock: v.World.Clock, Latest: &discipline.Latest{}, SensorOff: !s.Sensor.Present, Log: zerolog.Nop(),
		EdgeLatency: func(hw.Device) time.Duration { return s.Pulse.Constant.Duration }})
	open := hw.Device{Path: "sim", State: hw.Open}
	v.ReceiverDevice(open)
	v.PulseDevice(open)
	if s.Sensor.Present {
		v.SensorDevice(open)
	}
	v.next()
	return v
}

// next looks at the next event; after the last there is silence.
func (v *Virtual) next() {
	var ok bool
	if v.event, ok = v.source.Next(); !ok {
		v.event.At = math.MaxInt64
	}
}

// Play lets d pass.
func (v *Virtual) Play(d time.Duration) {
	end := v.World.Now.Add(d)
	for {
		at := min(v.tick, v.event.At)
		if at > end {
			break
		}
		v.World.Now = max(v.World.Now, at)
		if at == v.tick {
			v.tick = v.tick.Add(tickEvery)
			v.Tick()
		} else {
			v.deliver(v.event)
			v.next()
		}
		if v.Watch != nil {
			v.Watch()
		}
	}
	v.World.Now = max(v.World.Now, end)
}

// Suspend lets d pass in which the machine sleeps: what comes meanwhile is lost.
func (v *Virtual) Suspend(d time.Duration) {
	v.World.Suspend(d)
	for v.event.At < v.World.Now {
		v.next()
	}
	v.tick = v.World.Now
}

// deliver hands e to the loop as the pumps would.
func (v *Virtual) deliver(e sim.Event) {
	switch {
	case e.Edge:
		v.seq++
		edge := hw.Edge{At: v.World.Stamp(e.At), Seq: v.seq}
		if v.Stamped != nil {
			before := edge.At
			edge = v.Stamped(edge)
			v.World.Now = v.World.Now.Add(edge.At.Sub(before))
		}
		v.World.Now = v.World.Now.Add(wakeUp)
		v.Edge(edge)
	case e.Read:
		v.Temperature(e.Temperature)
	case len(e.Bytes) > 0:
		for _, f := range v.framer.Feed(e.Bytes, v.World.Clock.Read().Time) {
			v.Frame(f)
		}
	}
}
