package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

// TestEachShapeIsTheDifferenceOfTwoSmoothings: after a step by 1 °C a reading that is smoothed
// over tau has come to 1 − exp(−t/tau).
func TestEachShapeIsTheDifferenceOfTwoSmoothings(t *testing.T) {
	var h tempco
	h.update(20)
	h.predict(1)
	h.update(21)
	for s := 1.0; s < 100; s++ {
		h.predict(1)
		h.update(21)
		near(t, "the first", h.shape[0], -math.Expm1(-s/smoothing[0]), 1e-9)
		for i := 1; i < shapes; i++ {
			near(t, "another", h.shape[i], math.Exp(-s/smoothing[i])-math.Exp(-s/smoothing[i-1]), 1e-6)
		}
	}
}

func TestAPositiveCoefficientMakesTheFrequencyRiseWithTheTemperature(t *testing.T) {
	var h tempco
	h.update(20)
	h.predict(1)
	h.update(21)
	h.predict(60)
	var x vector
	x[coefficients] = 100e-9
	near(t, "effect of a degree", h.effect(&x), 100e-9, 1e-9)
	k := kalman{x: x}
	g := transitionOver(1, &h, 0)
	k.predict(&g)
	near(t, "phase after a second of it", k.x[phase], 100e-9, 1e-9)
}

func TestTheNoiseOfReadingsIsTheirVariance(t *testing.T) {
	var h tempco
	rng := rand.New(rand.NewPCG(1, 1))
	for range 20 * noiseFor {
		h.update(40 + 0.1*rng.NormFloat64())
		h.predict(1)
	}
	near(t, "variance", h.noise, 0.01, 0.25)
	near(t, "of a frequency", h.jitter(1e-7), h.noise*1e-14, 1e-9)
}

// TestWithoutReadingsTheTemperatureGoesOnAsItDid: what swings by a variance about a mean that it
// goes back to within smoothing[3] has, after a short time, walked by that.
func TestWithoutReadingsTheTemperatureGoesOnAsItDid(t *testing.T) {
	var h tempco
	h.update(20)
	h.swing, h.silent = 4, silence+1
	const c, dt = 1e-7, 10.0
	want := 2 * h.swing * -math.Expm1(-dt/smoothing[shapes-1]) * c * c
	near(t, "variance of the frequency", h.uncertainty(c)*dt, want, 0.01)
	h.silent = 0
	near(t, "with readings", h.uncertainty(c), 0, 0)
}

func TestASensorThatIsReplacedMovesNothing(t *testing.T) {
	var h tempco
	for k := range 600 {
		h.update(20 + float64(k)/200)
		h.predict(1)
	}
	before := h.shape
	for range leapTaken + 1 {
		h.update(60)
	}
	h.predict(0)
	for i := range before {
		near(t, "shape", h.shape[i], before[i], 0.01)
	}
}

func TestASwingIsWhatTheEstimateIsNotWrongBy(t *testing.T) {
	const variance = 1e-18
	var s swings
	for k := range 2000 { // each change is what two errors make of it
		s.update(float64(k+1), math.Sqrt(2*variance)*float64(k/64%2), variance)
	}
	if d := s.density(1e-13); d != 0 {
		t.Errorf("density %g of a frequency that stands still", d)
	}
	s = swings{}
	for k := range 4000 {
		s.update(float64(k+1), 1e-9*math.Sqrt(64)*float64(k/64%2), 0)
	}
	near(t, "density of one that moves by 8e-9 in 64 s", s.density(1e-13), 1e-18, 0.05)
}
