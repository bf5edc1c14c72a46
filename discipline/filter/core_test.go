package filter

import (
	"math"
	"testing"
)

func TestWhatLiesBelowIsTheIntegralOfTheLikelihood(t *testing.T) {
	for _, n := range []noise{
		{sigma: 1e-6, outliers: 0.1},
		{sigma: 1e-6, delay: 2e-6, stages: 1, outliers: 0.01},
		{sigma: 0.3e-6, delay: 1e-6, stages: 2, outliers: 0.01},
		{sigma: 1e-6, delay: 3e-6, stages: 4, outliers: 0.01},
		{sigma: 0.5e-6, delay: 2e-6, stages: evenly, outliers: 0.01},
		{sigma: 0.3e-6, delay: 1e-6, stages: 2, mode: 4e-6, share: 0.3, outliers: 0.01},
	} {
		const from, to, steps, variance = -3e-6, 6e-6, 90_000, 1e-14
		sum := 0.0
		for i := range steps {
			sum += n.judge(from+(float64(i)+0.5)*(to-from)/steps, variance).likelihood * (to - from) / steps
		}
		if got := n.below(to, variance) - n.below(from, variance); math.Abs(got-sum) > 1e-6 {
			t.Errorf("%+v: %.8f, the sum is %.8f", n, got, sum)
		}
	}
}
