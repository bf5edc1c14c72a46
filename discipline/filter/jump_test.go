package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

func TestAnAnchorIsPredictedAsTheBankIs(t *testing.T) {
	h := tempco{shape: [shapes]float64{2}}
	var k kalman
	k.wander = 1e-9
	k.x[phase], k.x[frequency], k.x[coefficients] = 1e-6, 3e-9, 5e-9
	k.p[phase][phase], k.p[phase][frequency], k.p[frequency][phase], k.p[frequency][frequency] = 1e-16, 2e-17, 2e-17, 1e-17
	a := anchor{x: k.x[phase], y: k.x[frequency], xx: 1e-16, xy: 2e-17, yy: 1e-17, wander: k.wander}
	g := transitionOver(2, &h, 0)
	for range 5 {
		a.predict(2, h.effect(&k.x))
		k.predict(&g)
	}
	near(t, "phase", a.x, k.x[phase], 1e-9)
	near(t, "variance of the phase", a.xx, k.p[phase][phase], 1e-9)
	near(t, "covariance", a.xy, k.p[phase][frequency], 1e-9)
	near(t, "variance of the frequency", a.yy, k.p[frequency][frequency], 1e-9)
}

// TestAJumpHypothesisIsAKalmanFilterOfThreeStates holds it against one that multiplies
// matrices.
func TestAJumpHypothesisIsAKalmanFilterOfThreeStates(t *testing.T) {
	const wander, noise, dt = 1e-9, 300e-9, 1.5
	j := jumpHypothesis{on: true, noise: noise}
	j.p[0][0], j.p[0][1], j.p[1][0], j.p[1][1] = 1e-14, 1e-16, 1e-16, 1e-17
	j.restart(20e-6)
	x, p := dense{{0}, {0}, {20e-6}}, dense{{1e-14, 1e-16, 0}, {1e-16, 1e-17, 0}, {0, 0, 1}}
	f := dense{{1, dt, 0}, {0, 1, 0}, {0, 0, 1}}
	h := dense{{1, 0, 1}}
	q := wander * wander
	rng := rand.New(rand.NewPCG(2, 2))
	for range 50 {
		j.predict(dt, wander)
		x, p = f.times(x), f.times(p).times(f.transposed())
		p[0][0] += q * dt * dt * dt / 3
		p[0][1] += q * dt * dt / 2
		p[1][0] += q * dt * dt / 2
		p[1][1] += q * dt
		nu := 300e-9 * rng.NormFloat64()
		j.update(nu)
		k := p.times(h.transposed())
		s2 := h.times(k)[0][0] + noise*noise
		for i := range k {
			x[i][0] += k[i][0] / s2 * nu
		}
		for i := range p {
			for l := range p {
				p[i][l] -= k[i][0] * k[l][0] / s2
			}
		}
	}
	for i := range x {
		near(t, "state", j.x[i], x[i][0], 1e-5)
		for l := range x {
			near(t, "covariance", j.p[i][l], p[i][l], 1e-4)
		}
	}
}

func TestOnlyPulsesThatAreALittleLateMayBeLoad(t *testing.T) {
	for d, want := range map[float64]float64{ // d is what the phase has jumped by: a late pulse makes it less
		-mostLoad / 2: loadFor, -2 * mostLoad: followAfter, mostLoad / 2: followAfter,
	} {
		near(t, "time that it is suspected for", suspected(d), want, 0)
	}
}

func TestARampIsFoundWhereItBegins(t *testing.T) {
	const began, slope, sigma = 10.3, 2e-6, 100e-9
	var h history
	for s := range 24 {
		at := float64(s)
		h.off[h.n] = point{at, slope * math.Max(at-began, 0)}
		h.n++
	}
	b, s := h.ramp(11, sigma)
	near(t, "begin", b, began, 0.01)
	near(t, "slope", s, slope, 0.01)
	step, ramp := h.explain(sigma)
	if ramp.cost > 1 || step.cost < 10 {
		t.Errorf("a ramp costs %g, a step %g", ramp.cost, step.cost)
	}
	near(t, "where it has led to", ramp.at, slope*(23-began), 0.01)
}

func TestAStepIsFoundBetweenTwoMeasurements(t *testing.T) {
	var h history
	for s := range 24 {
		h.off[h.n] = point{float64(s), 0}
		if s >= 15 {
			h.off[h.n].z = -5e-6
		}
		h.n++
	}
	step, ramp := h.explain(100e-9)
	if step.cost > 1 || ramp.cost < 10 || step.before != 15 {
		t.Errorf("a step costs %g, a ramp %g; %d before it", step.cost, ramp.cost, step.before)
	}
	near(t, "step", step.at, -5e-6, 1e-9)
}

func TestTheLineOfOutliersIsThatWhichMostLieOn(t *testing.T) {
	var s suspicion
	const at, slope = 5e-6, -1e-6
	for i := range 6 {
		p := point{float64(i), at + slope*float64(i-5)}
		if i == 2 {
			p.z += 1e-3
		}
		s.add(p)
	}
	l, ok := s.line(100e-9)
	if !ok || l.n != 5 {
		t.Fatalf("%+v, %v", l, ok)
	}
	near(t, "at the newest", l.at, at, 1e-6)
	near(t, "slope", l.slope, slope, 1e-6)
}
