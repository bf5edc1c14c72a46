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

// Offset is what a perfect reference would measure now: UTC − local, positive
// when the clock is slow.
func (w *World) Offset() time.Duration {
	return time.Duration(int64(w.Now) - int64(w.Clock.Read().Time))
}
