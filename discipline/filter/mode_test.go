package filter

import (
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
)

// TestAModeIsFoundAndTakenOff: a share of the interrupts is later than the others by a
// constant. The estimate lies where the early ones place it, and what is claimed holds.
func TestAModeIsFoundAndTakenOff(t *testing.T) {
	for _, c := range []struct {
		jitter, base, by, share float64 // ns; base is the mean of an exponential delay that all have
		most                    float64 // ns
	}{
		{50, 0, 5000, 0.35, 120},
		{50, 0, 5000, 0.70, 150},
		{300, 0, 5000, 0.35, 200},
		{300, 0, 5000, 0.70, 250},
		{500, 0, 2000, 0.5, 500},
		{154, 358, 6569, 0.218, 250},
		{100, 0, 50e3, 0.1, 120},
		{1720, 78, 9040, 0.035, 1200},
	} {
		t.Run(fmt.Sprint(c), func(t *testing.T) {
			f := newCrystal(1, c.jitter*1e-9, 1e-9)
			f.late = func(r *rand.Rand) float64 {
				late := c.base * 1e-9 * r.ExpFloat64()
				if r.Float64() < c.share {
					late += c.by * 1e-9
				}
				return late
			}
			f.rms(3600)
			outside, squares := 0, 0.0
			for range 3600 {
				f.second()
				off := math.Abs(f.X - f.x)
				squares += off * off
				if off > f.claimed() {
					outside++
				}
			}
			rms := 1e9 * math.Sqrt(squares/3600)
			if rms > c.most || outside > 3 {
				t.Errorf("wrong by %.0f ns rms, %d s of 3600 beyond what is claimed", rms, outside)
			}
			t.Logf("%.0f ns, %d s", rms, outside)
		})
	}
}

// claimed is what the bound is made of when a measurement was believed.
func (c *crystal) claimed() float64 {
	return math.Hypot(4*math.Sqrt(c.PXX), c.Unseen) + 100e-9 + c.LastOutlier + c.Bias + c.Spread
}

func TestTwoHeapsAreToldFromOne(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	heap := func(apart, share float64) (all []float64) {
		for range sampled {
			x := r.NormFloat64()
			if r.Float64() < share {
				x += apart
			}
			all = append(all, x)
		}
		return all
	}
	for range 10 {
		one, near, far := split(heap(0, 0)), split(heap(3, 0.3)), split(heap(10, 0.3))
		if one.gain > heapsGain || near.gain < heapsGain || near.crisp() || !far.crisp() {
			t.Errorf("one heap %+v, two near %+v, two far %+v", one, near, far)
		}
		if math.Abs(far.apart-10) > 0.5 || math.Abs(far.early) > 0.3 || math.Abs(far.share-0.3) > 0.1 || math.Abs(far.sigma-1) > 0.2 {
			t.Errorf("two heaps 10 apart: %+v", far)
		}
	}
}

func TestSpikesFarOffAreNoHeap(t *testing.T) {
	c := newCrystal(1, 300e-9, 1e-9)
	c.late = func(r *rand.Rand) float64 {
		by := 5e-6 * math.Pow(200, r.Float64())
		switch hit := r.Float64(); {
		case hit < 0.025:
			return by
		case hit < 0.05:
			return -by
		}
		return 0
	}
	c.rms(1800)
	wide := 0
	for range 5400 {
		if c.second(); c.Unseen > 600e-9 {
			wide++
		}
	}
	if wide > 270 {
		t.Errorf("the bound allows for a delay of more than twice the noise in %d s of 5400", wide)
	} else {
		t.Logf("%d s", wide)
	}
}
