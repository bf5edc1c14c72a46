package loop

import (
	"math"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/serial"
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
	Watch   func()                // called after each event and each tick; nil: no one watches

	source sim.Source
	live   sim.Live  // the source, if it can be spoken to
	event  sim.Event // the next one of a source that cannot …
	tick   sim.Truth // … and when time is let pass next
	line   *serial.Line
	seq    uint32
}

// NewVirtual returns a loop on the machine of s, switched on at start, whose
// events are those of source.
func NewVirtual(s sim.Scenario, source sim.Source, start sim.Truth) *Virtual {
	return newVirtual(s, source, nil, start, Config{}, terminalBaud)
}

// terminalBaud is as good as any where the speed does not matter.
const terminalBaud = 9600

// NewConversation returns a loop that speaks with the receiver on live as c says. Its
// serial line is at baud; 0 finds that out.
func NewConversation(s sim.Scenario, live sim.Live, start sim.Truth, c Config, baud int) *Virtual {
	return newVirtual(s, live, live, start, c, baud)
}

func newVirtual(s sim.Scenario, source sim.Source, live sim.Live, start sim.Truth, c Config, baud int) *Virtual {
	v := &Virtual{World: sim.NewWorld(s, start), source: source, live: live, tick: start.Add(tickEvery)}
	v.line = serial.NewLine(baud, v.World.Now.Std())
	if live != nil {
		c.Send = v.send
	}
	c.Clock, c.Latest, c.SensorOff, c.Log = v.World.Clock, &discipline.Latest{}, !s.Sensor.Present, zerolog.Nop()
	c.EdgeLatency = func(hw.Device) time.Duration { return s.Pulse.Constant.Duration + s.Board.Constant() }
	if s.Board.Polled() != "" {
		c.Poll = func(d hw.Due) bool {
			v.World.Poll(d)
			return true
		}
	}
	v.Loop = New(c)
	open := hw.Device{Path: "sim", State: hw.Open}
	switch {
	case c.ReceiverOff:
	case live != nil:
		v.ReceiverDevice(v.port())
	default:
		v.ReceiverDevice(open)
	}
	if !c.ReceiverOff {
		v.PulseDevice(open)
	}
	if s.Sensor.Present {
		v.SensorDevice(open)
	}
	v.next()
	return v
}

// port is the serial port as its pump would report it.
func (v *Virtual) port() hw.Device {
	return hw.Device{Path: "sim", State: hw.Open, Baud: v.line.Baud()}
}

// send is what the pump of the port does.
func (v *Virtual) send(o hw.Output) {
	if !v.line.Understood() {
		return
	}
	if len(o.Bytes) > 0 {
		v.live.Tell(v.World.Now, o.Bytes, v.line.Baud())
	}
	v.line.Move(v.World.Now.Std(), o.Baud)
}

// next looks at the next event; after the last there is silence.
func (v *Virtual) next() {
	if v.live != nil {
		return
	}
	var ok bool
	if v.event, ok = v.source.Next(); !ok {
		v.event.At = math.MaxInt64
	}
}

// Play lets d pass.
func (v *Virtual) Play(d time.Duration) {
	end := v.World.Now.Add(d)
	for {
		if v.live != nil {
			v.event.At = v.live.Due()
		}
		at := min(v.tick, v.event.At)
		if at > end {
			break
		}
		v.World.Now = max(v.World.Now, at)
		if at == v.tick {
			v.tick = v.tick.Add(tickEvery)
			v.listen(nil)
			v.Tick()
		} else {
			if v.live != nil {
				v.event, _ = v.live.Next()
			}
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
		edge, seen := v.World.Edge(e, v.seq)
		if !seen {
			return
		}
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
		text := e.Bytes
		if e.Baud != 0 && e.Baud != v.line.Baud() {
			text = sim.Sent{Text: text, Baud: e.Baud}.Heard(v.line.Baud())
		}
		v.listen(text)
	}
}

// listen hands what was heard to the loop.
func (v *Virtual) listen(text []byte) {
	frames, understood := v.line.Hear(v.World.Now.Std(), text, v.World.Clock.Read().Time)
	if understood && v.live != nil {
		v.ReceiverDevice(v.port())
	}
	for _, f := range frames {
		v.Frame(f)
	}
}
