package sim

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

// World is the simulated machine's clock in virtual time: whoever plays the
// events sets Now. It is for one goroutine.
type World struct {
	Now        Truth
	Oscillator *Oscillator
	Clock      *clock.Software
	pulse      Pulse
	polled     Truth         // the newest second that a path is polled in
	stood      time.Duration // for how long the machine has stood still …
	asleep     time.Duration // … and known of it
}

// NewWorld returns a world that begins at start. Its kernel stamps with truth.
func NewWorld(s Scenario, start Truth) *World {
	w := &World{Now: start, Oscillator: NewOscillator(s, start), pulse: s.Pulse}
	w.Clock = clock.NewSoftware(
		func(ago time.Duration) hw.Raw { return w.raw(w.Now.Add(-ago)) },
		func() hw.Time { return hw.Time(w.Now) },
		s.Clock.at(start))
	w.Clock.Asleep = func(hw.Raw) time.Duration { return w.asleep }
	return w
}

func (w *World) raw(t Truth) hw.Raw { return w.Oscillator.Raw(t.Add(-w.stood)) }

// Pause lets d pass in which the machine stands still and does not notice, as a
// virtual one does while its host saves it.
func (w *World) Pause(d time.Duration) {
	w.Now = w.Now.Add(d)
	w.stood += d
}

// Suspend lets d pass in which the machine sleeps.
func (w *World) Suspend(d time.Duration) {
	w.Pause(d)
	w.asleep += d
}

// Stamp is how the clock stamps an edge that came at t.
func (w *World) Stamp(t Truth) hw.Time { return w.pulse.stamp(w.Clock.TimeAt(w.raw(t))) }

// Poll has the path that is polled looked at when a pulse is due.
func (w *World) Poll(d hw.Due) { w.polled = nearestSecond(w.Now.Add(d.At.Sub(w.Clock.Read().Time))) }

// Edge is how the machine sees an edge, and whether it does: paths that are polled see
// those that someone looks at.
func (w *World) Edge(e Event, seq uint32) (hw.Edge, bool) {
	return e.edge(w.polled, seq, w.Stamp)
}

// edge is e as a machine stamps it, and whether it sees it, when a path is polled in that
// second.
func (e Event) edge(polled Truth, seq uint32, stamp func(Truth) hw.Time) (hw.Edge, bool) {
	at := e.stamped()
	looked := nearestSecond(at) == polled
	if looked {
		at = at.Add(-e.Eased)
	}
	return hw.Edge{At: stamp(at), Seq: seq, Path: e.Path, Within: e.Within}, looked || !e.Path.Polled()
}

// stamped is when an edge came, however late it is delivered.
func (e Event) stamped() Truth {
	if e.Stamp != 0 {
		return e.Stamp
	}
	return e.At
}

// nearestSecond is the whole second nearest to t.
func nearestSecond(t Truth) Truth {
	return (t + Truth(time.Second/2)) / Truth(time.Second) * Truth(time.Second)
}

// Offset is what a perfect reference would measure now: UTC − local, positive
// when the clock is slow.
func (w *World) Offset() time.Duration {
	return time.Duration(int64(w.Now) - int64(w.Clock.Read().Time))
}
