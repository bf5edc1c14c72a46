package filter

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

func TestScratchLatency(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 11))
	x, y := 0.0, 20e-6
	var f Filter
	for k := range 10800 {
		x += y
		y += 1e-9 * rng.NormFloat64()
		z := x + 100e-9*rng.NormFloat64() - 2e-6*rng.ExpFloat64()
		if rng.Float64() < .01 {
			z -= 1e-4 * rng.Float64()
		}
		if k > 0 {
			f.Predict(1)
		}
		f.Update(z, 10e-9)
		if k < 100 && k%10 == 0 || k%600 == 0 {
			fmt.Printf("%5d err %7.0f sd %6.0f sym %.0f o %.3f late %.0f %.0f o %.3f ev %.1f %v wander %.1e missing %.2f ride %v jumps %d learnt %d\n", k, (f.X-x)*1e9, 1e9*math.Sqrt(f.PXX), f.shape.symmetric.noise.sigma*1e9, f.shape.symmetric.noise.outliers, f.shape.delayed.noise.sigma*1e9, f.shape.delayed.noise.delay*1e9, f.shape.delayed.noise.outliers, f.shape.evidence, f.shape.late, f.Wander, f.Missing, f.ride.on, f.Jumps, f.learnt)
		}
	}
}

func TestScratchDay(t *testing.T) {
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 11))
		x, y := 0.0, 20e-6
		var f Filter
		for k := range 7200 + 86400 + 4000 {
			x += y
			y += 1e-9 * rng.NormFloat64()
			z := x + 50e-9*rng.NormFloat64()
			if k > 0 {
				f.Predict(1)
			}
			if k < 7200 || k >= 7200+86400 {
				f.Update(z, 10e-9)
				if k > 7190 && k < 7200+86400+12 {
					fmt.Printf("%5d err %7.0f sd %6.0f y %.2e sd %.2e sym %.0f o %.3f late %.0f %.0f o %.3f ev %.1f %v wander %.1e missing %.2f ride %v jumps %d learnt %d\n", k, (f.X-x)*1e9, 1e9*math.Sqrt(f.PXX), f.Y-y, math.Sqrt(f.PYY), f.shape.symmetric.noise.sigma*1e9, f.shape.symmetric.noise.outliers, f.shape.delayed.noise.sigma*1e9, f.shape.delayed.noise.delay*1e9, f.shape.delayed.noise.outliers, f.shape.evidence, f.shape.late, f.Wander, f.Missing, f.ride.on, f.Jumps, f.learnt)
				}
			}
		}
	}
}
