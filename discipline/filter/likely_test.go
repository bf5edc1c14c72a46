package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestAJumpThatMayBeLoadIsInTheBoundWhenItIsFollowed(t *testing.T) {
	c := newCrystal(5, 50e-9, 4e-10)
	c.rms(60)
	c.late = func(*rand.Rand) float64 { return 8e-6 } // for longer than the receiver was known to be at home
	for range 560 {
		c.second()
		if e := math.Abs(c.X - c.x); e > 4*math.Sqrt(c.PXX)+c.Unseen+c.LastOutlier+c.Bias+c.Drawn+100e-9 {
			t.Fatalf("%d s after the start wrong by %.2f µs, which is not in the bound", c.k, 1e6*e)
		}
	}
	if e := math.Abs(c.X - c.x); e < 7e-6 {
		t.Errorf("wrong by %.2f µs: it is not followed", 1e6*e)
	}
}

func TestStagesThatCannotBeToldApartAreInTheBound(t *testing.T) {
	for _, c := range []struct {
		noise
		measurements, least, most float64
	}{
		{noise{sigma: 290e-9, delay: 505e-9, stages: 4}, 2900, 250e-9, 350e-9}, // of one stage it would be 200 ns
		{noise{sigma: 290e-9, delay: 505e-9, stages: 4}, 1e6, 0, 1e-9},
		{noise{sigma: 100e-9, delay: 2e-6, stages: 1}, 600, 0, 1e-9},
		{noise{sigma: 1e-6, delay: 1e-6, stages: evenly}, 600, 0, 0},
	} {
		if got := c.stagesDoubt(c.measurements); got < c.least || got > c.most {
			t.Errorf("%+v after %g: %.0f ns", c.noise, c.measurements, got*1e9)
		}
	}
}
