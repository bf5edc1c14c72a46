package filter

import (
	"math"
	"math/bits"
	"math/rand/v2"
	"testing"
)

// crystal is an oscillator with a random walk of frequency, measured with
// white noise once a second.
type crystal struct {
	rng         *rand.Rand
	x, y        float64
	walk, noise float64
}

func newCrystal(noise, walk float64) *crystal {
	return &crystal{rng: rand.New(rand.NewPCG(3, 4)), y: 20e-6, walk: walk, noise: noise}
}

// second lets one second pass and returns the measurement at its end.
func (c *crystal) second() float64 {
	c.x += c.y
	c.y += c.walk * c.rng.NormFloat64()
	return c.x + c.noise*c.rng.NormFloat64()
}

func (c *crystal) drive(f *Filter, seconds int, each func(k int)) {
	for k := range seconds {
		z := c.second()
		f.Predict(1)
		f.Update(z, 0)
		each(k)
	}
}

// limit is the standard deviation that no filter can beat, by the Riccati
// equation of this model, solved by iteration.
func limit(noise, walk float64) float64 {
	pxx, pxy, pyy, r, q := 1.0, 0.0, 1.0, noise*noise, walk*walk
	for range 100000 {
		pxx, pxy, pyy = pxx+2*pxy+pyy+q/3, pxy+pyy+q/2, pyy+q
		s := pxx + r
		pxx, pxy, pyy = pxx*r/s, pxy*r/s, pyy-pxy*pxy/s
	}
	return math.Sqrt(pxx)
}

func TestWithTheTrueWanderTheFilterIsAsGoodAsTheory(t *testing.T) {
	for _, c := range []struct{ noise, walk float64 }{{1e-6, 1e-9}, {300e-9, 1e-8}, {5e-6, 1e-9}} {
		f, osc := &Filter{Wander: c.walk}, newCrystal(c.noise, c.walk)
		var sum float64
		n := 0
		osc.drive(f, 20000, func(k int) {
			if k > 3600 {
				sum, n = sum+(f.X-osc.x)*(f.X-osc.x), n+1
			}
		})
		got, best := math.Sqrt(sum/float64(n)), limit(c.noise, c.walk)
		if got > 1.10*best {
			t.Errorf("noise %g, walk %g: rms %g, theory %g", c.noise, c.walk, got, best)
		}
		if math.Abs(f.Noise/c.noise-1) > 0.25 {
			t.Errorf("noise %g: learnt %g", c.noise, f.Noise)
		}
	}
}

func TestTheCovarianceTellsTheError(t *testing.T) {
	f, osc := &Filter{Wander: 1e-9}, newCrystal(1e-6, 1e-9)
	beyond := 0
	osc.drive(f, 20000, func(int) {
		if math.Abs(f.X-osc.x) > 4*math.Sqrt(f.PXX) {
			beyond++
		}
	})
	if beyond > 10 {
		t.Errorf("%d of 20000 beyond four standard deviations", beyond)
	}
}

func TestAFrequencyJumpIsFollowed(t *testing.T) {
	for _, jump := range []float64{0.2e-6, 2e-6, -100e-6} {
		f, osc := &Filter{Wander: 1e-9}, newCrystal(1e-6, 0)
		osc.drive(f, 600, func(int) {})
		osc.y += jump
		osc.drive(f, 120, func(int) {})
		if e := math.Abs(f.X - osc.x); e > 3e-6 {
			t.Errorf("jump by %g: off by %g two minutes later", jump, e)
		}
	}
}

func TestOutliersAreLeftOutAndSaidSo(t *testing.T) {
	f, osc := &Filter{Wander: 1e-9}, newCrystal(1e-6, 0)
	osc.drive(f, 600, func(int) {})
	f.Predict(1)
	before := f.X
	if f.Update(osc.second()+1e-3, 0) || f.X != before {
		t.Error("a spike of 1 ms was taken")
	}
}

func TestPredictingBackUndoesThePrediction(t *testing.T) {
	f, osc := &Filter{Wander: 0}, newCrystal(1e-6, 0)
	osc.drive(f, 100, func(int) {})
	want := *f
	f.Predict(0.7)
	f.Predict(-0.7)
	if math.Abs(f.X-want.X) > 1e-15 || math.Abs(f.PXX/want.PXX-1) > 1e-9 {
		t.Errorf("got %+v, want %+v", *f, want)
	}
}

func BenchmarkUpdate(b *testing.B) {
	f, osc := &Filter{Wander: 1e-9}, newCrystal(1e-6, 1e-9)
	b.ReportAllocs()
	for b.Loop() {
		z := osc.second()
		f.Predict(1)
		f.Update(z, 0)
	}
}

func TestSpikesAmongTheFirstMeasurementsAreFound(t *testing.T) {
	for spiked := range 1 << 6 { // every way to have at most two of them in the first six
		if bits.OnesCount(uint(spiked)) > 2 {
			continue
		}
		f, osc := &Filter{Wander: 1e-9}, newCrystal(1e-6, 0)
		for k := range 6 {
			z := osc.second()
			if spiked>>k&1 == 1 {
				z += 100e-6 + float64(k)*7e-6
			}
			f.Predict(1)
			f.Update(z, 0)
		}
		if e := math.Abs(f.X - osc.x); e > 6e-6 || math.Abs(f.Y-osc.y) > 4e-6 {
			t.Errorf("spikes %06b: off by %g, frequency by %g", spiked, e, f.Y-osc.y)
		}
	}
}
