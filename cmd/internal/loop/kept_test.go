package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

// inherited is a clock that someone steered before.
type inherited struct {
	hw.Steerable
	frequency    hw.Frequency
	synchronized bool
}

func (c inherited) Frequency() (hw.Frequency, bool) { return c.frequency, c.synchronized }

func TestARestartGoesOnWithTheFrequencyInForce(t *testing.T) {
	kept := Kept{FrequencyPPM: 7, Date: time.Unix(1e9, 0)}
	for _, c := range []struct {
		name         string
		kept         Kept
		synchronized bool
		want, sigma  hw.Frequency
	}{
		{"synchronized", kept, true, 20 * hw.PPM, warmError},
		{"kept", kept, false, 7 * hw.PPM, coldError},
		{"nothing known", Kept{}, false, 20 * hw.PPM, 0},
	} {
		o := c.kept.Resume(discipline.Options{MaxError: 1}, inherited{frequency: 20 * hw.PPM, synchronized: c.synchronized})
		if o.Frequency != c.want || o.FrequencyError != c.sigma || o.MaxError != 1 {
			t.Errorf("%s: %+v", c.name, o)
		}
	}
}

func TestNothingIsKeptBeforeTheClockIsLocked(t *testing.T) {
	m := newMachine(t, "default")
	if k := m.Keep(); k != (Kept{}) {
		t.Errorf("at the start: %+v", k)
	}
	m.Play(2 * time.Minute)
	k := m.Keep()
	if k.Check(time.Now()) != nil || k.FrequencyPPM > -11 || k.FrequencyPPM < -13 || k.Latency() < 100*time.Millisecond {
		t.Errorf("after two minutes: %+v", k)
	}
	if k.Check(k.Date.Add(-1)) == nil {
		t.Error("a date after all that is believed")
	}
}

func TestARestartedDaemonIsBackWithoutAStep(t *testing.T) {
	s, err := sim.Load("default")
	if err != nil {
		t.Fatal(err)
	}
	m := playing(t, s, sim.NewMachine(s, begin), begin)
	m.Play(5 * time.Minute)
	c := m.Config
	c.Pairer, c.Latest = refclock.Pairer{}, &discipline.Latest{}
	frequency := m.controller.Estimates().Frequency
	c.Options = Kept{}.Resume(discipline.Options{}, inherited{frequency: frequency, synchronized: true})
	m.Loop = New(c)
	m.ReceiverDevice(hw.Device{Path: "sim", State: hw.Open})
	m.PulseDevice(hw.Device{Path: "sim", State: hw.Open})
	m.Play(10 * time.Second)
	if m.state != discipline.Locked || m.controller.Counts.Steps != 0 || m.wire.err.Abs() > 10*time.Microsecond {
		t.Errorf("ten seconds after the restart: %v, %d steps, off by %v", m.state, m.controller.Counts.Steps, m.wire.err)
	}
}
