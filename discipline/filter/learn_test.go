package filter

import (
	"math"
	"testing"
)

func TestABiasIsWhatLiesToOneSideOfTheDelay(t *testing.T) {
	for _, c := range []struct{ off, least, most float64 }{{0, 0, 0}, {3e-6, 1e-6, 6e-6}, {-3e-6, 1e-6, 6e-6}} {
		var f Filter
		f.bank.noise = noise{sigma: 100e-9, delay: 500e-9, stages: 4}
		for range biasOver {
			f.learnt++
			f.updateBias(innovation{500e-9 + c.off, 1e-14})
		}
		if f.Bias < c.least || f.Bias > c.most {
			t.Errorf("late by the delay and %g: bias %g", c.off, f.Bias)
		}
	}
}

func TestADelayIsNoSurpriseUnlessItIsEarly(t *testing.T) {
	const limit = 1e-6
	for _, c := range []struct {
		late      float64
		surprised bool
	}{{limit + 2e-6, false}, {-limit - 2e-6, true}, {limit + 20e-6, true}, {0, false}} {
		var f Filter
		f.learnt = roughMost + 1
		f.bank.noise = noise{sigma: 100e-9, delay: 1e-6, stages: 1}
		f.surprised(c.late, limit)
		if surprised := f.Bias > 0; surprised != c.surprised {
			t.Errorf("late by %g: bias %g", c.late, f.Bias)
		}
	}
}

func TestTheMoreIsLearntTheLessLatencyIsUnseen(t *testing.T) {
	for name, n := range map[string]noise{"none is found": {sigma: 1e-6}, "one is found": {sigma: 1e-6, delay: 1e-6, stages: 1}} {
		before := math.Inf(1)
		for _, learnt := range []int{100, 1000, unseenAfter, 10 * unseenAfter} {
			var f Filter
			f.learnt, f.bank.noise = learnt, n
			u := f.unseen()
			if u > before || u > 1.6e-6 || learnt <= unseenAfter && u >= before && before < 1e-6 {
				t.Errorf("%s: %g unseen after %d, before %g", name, u, learnt, before)
			}
			before = u
		}
		if n.delay > 0 {
			near(t, name, before, foundShare*n.delay, 1e-9)
		} else {
			near(t, name, before, unseenShare*n.sigma, 1e-9)
		}
	}
}

func TestTheFirstMeasurementsAreThoseThatMostAgreeWith(t *testing.T) {
	var s startup
	for i := range 6 {
		p := point{float64(i), 1 + 1e-5*float64(i)}
		if i == 1 || i == 4 {
			p.z += 1e-3 * float64(i)
		}
		s.add(p)
	}
	off, worst := s.residuals()
	for i, o := range off[:6] {
		if spike := i == 1 || i == 4; spike != (o > 1e-4) {
			t.Errorf("measurement %d is off by %g", i, o)
		}
	}
	if worst > 1e-9 {
		t.Errorf("those that agree are off by %g", worst)
	}
}
