package simulation

import (
	"math"
	"testing"
)

// riccati iterates the covariance of the filter's prediction to its steady state.
func riccati(jitter, walk float64) float64 {
	r := jitter * jitter
	phase, both, frequency := r, 0.0, 1.0
	for range 200_000 {
		s := phase + r
		frequency += walk*walk - both*both/s
		phase, both = phase*r/s, both*r/s
		phase, both = phase+2*both+frequency-walk*walk, both+frequency-walk*walk
	}
	return math.Sqrt(phase)
}

func TestTheLimitIsTheSteadyStateOfTheRiccatiEquation(t *testing.T) {
	for _, jitter := range []float64{50, 300, 1000, 5000} {
		for _, walk := range []float64{0.3, 1, 10, 1000} {
			if got, want := Limit(jitter, walk), riccati(jitter, walk); math.Abs(got/want-1) > 1e-6 {
				t.Errorf("jitter %v, walk %v: %v, want %v", jitter, walk, got, want)
			}
		}
	}
}

func TestTheLimitOfASlowWalkIsTheKnownPowerLaw(t *testing.T) {
	for _, c := range [][2]float64{{300, 0.001}, {5000, 0.01}, {1e6, 1}} {
		jitter, walk := c[0], c[1]
		want := math.Pow(2, 0.25) * math.Pow(walk, 0.25) * math.Pow(jitter, 0.75)
		if got := Limit(jitter, walk); math.Abs(got/want-1) > 0.002 {
			t.Errorf("jitter %v, walk %v: %v, want %v", jitter, walk, got, want)
		}
	}
}
