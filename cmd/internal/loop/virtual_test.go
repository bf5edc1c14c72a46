package loop

import (
	"math"
	"slices"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
)

func virtual(tb testing.TB, name string) *Virtual {
	tb.Helper()
	s, err := sim.Load(name)
	if err != nil {
		tb.Fatal(err)
	}
	return NewVirtual(s, sim.NewMachine(s, begin), begin)
}

func TestTheSameMachinePlaysTheSameRun(t *testing.T) {
	t.Parallel()
	run := func() (all []discipline.Snapshot) {
		v := virtual(t, "faults")
		v.Watch = func() { all = append(all, *v.Latest.Load()) }
		v.Play(30 * time.Minute)
		return all
	}
	if a, b := run(), run(); !slices.Equal(a, b) {
		t.Error("two runs differ")
	}
}

func TestVirtualTimePassesAsFarAsAsked(t *testing.T) {
	v := virtual(t, "calm")
	for _, d := range []time.Duration{1, time.Second, 1500 * time.Millisecond} {
		before := v.World.Now
		v.Play(d)
		if got := v.World.Now.Sub(before); got != d {
			t.Errorf("%v passed, want %v", got, d)
		}
	}
}

func TestTheSimulatedSensorIsHeard(t *testing.T) {
	v := virtual(t, "default")
	v.Play(10 * time.Second)
	if s := v.Status().Temperature; s.State != "ok" || math.Abs(*s.Celsius-45) > 0.2 {
		t.Errorf("%+v", s)
	}
	v = virtual(t, "calm")
	v.Play(10 * time.Second)
	if s := v.Status().Temperature; s.State != "off" {
		t.Errorf("without a sensor: %+v", s)
	}
}

func BenchmarkAnHourOfTheDaemon(b *testing.B) {
	for b.Loop() {
		virtual(b, "white-300ns-1e-9").Play(time.Hour)
	}
}
