package filter

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// reckoned is what a verdict must be, summed up over all delays: of noise of 1 rms and a
// delay of that mean, before outliers.
func reckoned(nu, mean float64, stages int) (v verdict) {
	const step = 1e-3
	var squares, delays float64
	for t := step / 2; t < 60; t += step {
		var prior float64
		switch rate := float64(stages) / mean; {
		case stages == evenly && t < 2*mean:
			prior = 1 / (2 * mean)
		case stages == evenly:
		default:
			prior = math.Exp(-rate*t) * rate
			for j := 1; j < stages; j++ {
				prior *= rate * t / float64(j)
			}
		}
		p := prior * density(nu-t) * step
		v.likelihood += p
		delays += p * t
		squares += p * t * t
	}
	likely := delays / v.likelihood
	v.late, v.doubt = nu-likely, squares/v.likelihood-likely*likely
	return v
}

func TestAVerdictIsWhatAllDelaysSumUpTo(t *testing.T) {
	for _, stages := range []int{evenly, 1, 2, 4} {
		for _, mean := range []float64{0.5, 2, 8} {
			for _, nu := range []float64{-4, -1, 0, 0.3, 2, 7, 12} {
				n := noise{sigma: 0.8, delay: mean, stages: stages}
				v, want := n.judge(nu, 0.36), reckoned(nu, mean, stages)
				for name, pair := range map[string][2]float64{
					"likelihood": {v.likelihood, want.likelihood}, "late": {v.late, want.late}, "doubt": {v.doubt, want.doubt},
				} {
					if want.likelihood > 1e-12 && math.Abs(pair[0]-pair[1]) > 2e-3*math.Max(math.Abs(pair[1]), 0.1*want.likelihood) {
						t.Errorf("%d stages, mean %g, at %g: %s %g, summed up %g", stages, mean, nu, name, pair[0], pair[1])
					}
				}
				n.delay *= 1.001
				if slope := math.Log(n.judge(nu, 0.36).likelihood/v.likelihood) / math.Log(1.001); v.likelihood > 1e-12 && math.Abs(slope-v.stretch) > 0.02*(1+math.Abs(slope)) {
					t.Errorf("%d stages, mean %g, at %g: slope %g, by difference %g", stages, mean, nu, v.stretch, slope)
				}
			}
		}
	}
}

func TestAVerdictIsANumberHoweverFarOff(t *testing.T) {
	for _, stages := range []int{evenly, 1, 2, 4} {
		for _, nu := range []float64{-1e6, -100, -20, 20, 100, 1e6} {
			n := noise{sigma: 1, delay: 0.3, stages: stages, outliers: fewestOutliers}
			if v := n.judge(nu, 0); math.IsNaN(v.late+v.doubt+v.share+v.stretch) || v.likelihood <= 0 {
				t.Errorf("%d stages, at %g: %+v", stages, nu, v)
			}
		}
	}
}

// TestAnyShapeOfDelayIsTakenOff: the estimate lies where measurements without a delay
// would place it, and what is claimed holds.
func TestAnyShapeOfDelayIsTakenOff(t *testing.T) {
	sum := func(n int, mean float64) func(r *rand.Rand) float64 {
		return func(r *rand.Rand) (late float64) {
			for range n {
				late += mean / float64(n) * r.ExpFloat64()
			}
			return late
		}
	}
	for i, c := range []struct {
		name string
		late func(r *rand.Rand) float64
		most float64
	}{
		{"gamma 2, 1 µs", sum(2, 1e-6), 250e-9},
		{"gamma 4, 2 µs", sum(4, 2e-6), 500e-9},
		{"evenly up to 4 µs", func(r *rand.Rand) float64 { return 4e-6 * r.Float64() }, 250e-9},
		{"evenly up to 125 µs", func(r *rand.Rand) float64 { return 125e-6 * r.Float64() }, 3e-6},
	} {
		t.Run(c.name, func(t *testing.T) {
			f := newCrystal(uint64(20+i), 100e-9, 1e-9)
			f.late = c.late
			f.rms(3600)
			outside, squares := 0, 0.0
			for range 1800 {
				f.second()
				off := math.Abs(f.X - f.x)
				squares += off * off
				if off > math.Hypot(4*math.Sqrt(f.PXX), f.Unseen)+100e-9 {
					outside++
				}
			}
			if rms := math.Sqrt(squares / 1800); rms > c.most || outside > 9 {
				t.Errorf("wrong by %.0f ns rms, %s", rms*1e9, fmt.Sprint(outside, " s of 1800 beyond what is claimed"))
			} else {
				t.Logf("%.0f ns, %d s", rms*1e9, outside)
			}
		})
	}
}
