package loop

import (
	"math"
	"testing"
	"time"

	"gpsntpd/hw/sim"
)

func TestTheScatterIsThatOfThePulses(t *testing.T) {
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	const start = sim.Truth(1_790_000_000_000_000_000)
	v := NewVirtual(s, sim.NewMachine(s, start), start)
	if c := v.Pulses().Scatter(); c.Count != 0 || c.MeanSeconds != nil || c.Histogram == nil || c.Allan == nil {
		t.Errorf("before the first pulse: %+v", c)
	}
	v.Play(time.Hour)
	c := v.Pulses().Scatter()
	jitter := s.Pulse.Jitter.Seconds()
	if c.Count < 3500 || math.Abs(*c.MeanSeconds) > jitter || *c.JitterSeconds > 3*jitter+1e-7 || *c.JitterSeconds < jitter/2 {
		t.Errorf("%d pulses, mean %g, jitter %g of %g", c.Count, *c.MeanSeconds, *c.JitterSeconds, jitter)
	}
	if n := len(c.Allan); n != 10 || c.Allan[9].TauSeconds != 512 || c.Allan[9].Deviation > c.Allan[0].Deviation {
		t.Errorf("%+v", c.Allan)
	}
}
