package filter

import (
	"math"
	"math/rand/v2"
	"testing"
)

// crystal is an oscillator whose phase is measured once a second.
type crystal struct {
	Filter
	rng    *rand.Rand
	x, y   float64
	wander float64
	jitter float64
	late   func(r *rand.Rand) float64 // what makes a measurement late, s
	k      int
}

func newCrystal(seed uint64, jitter, wander float64) *crystal {
	return &crystal{rng: rand.New(rand.NewPCG(seed, 1)), y: 20e-6, jitter: jitter, wander: wander}
}

// second lets one pass, and measures at its end.
func (c *crystal) second() {
	c.tick()
	c.Update(c.measured(), 1e-9)
}

func (c *crystal) tick() {
	c.x += c.y
	c.y += c.wander * c.rng.NormFloat64()
	c.k++
	c.Predict(1)
}

func (c *crystal) measured() float64 {
	z := c.x + c.jitter*c.rng.NormFloat64()
	if c.late != nil {
		z -= c.late(c.rng)
	}
	return z
}

// rms plays n seconds and returns how wrong the estimate was.
func (c *crystal) rms(n int) float64 {
	sum := 0.0
	for range n {
		c.second()
		sum += (c.X - c.x) * (c.X - c.x)
	}
	return math.Sqrt(sum / float64(n))
}

// told is a Kalman filter that knows the jitter and the wander.
type told struct{ kalman }

func (t *told) second(z, jitter float64) {
	g := transitionOver(1, &tempco{}, 0)
	t.predict(&g)
	t.update(verdict{share: 1, late: t.x[phase] - z}, jitter)
}

func TestTheFilterIsWithinFivePercentOfOneThatIsToldTheNoiseAndTheWander(t *testing.T) {
	for _, jitter := range []float64{50e-9, 1e-6} {
		for _, wander := range []float64{3e-10, 1e-9, 1e-8} {
			var own, best float64
			for seed := range uint64(3) {
				c := newCrystal(seed, jitter, wander)
				k := told{kalman{model: model{wander: wander}}}
				k.p[phase][phase], k.p[frequency][frequency] = 1, 1
				for range 7200 {
					c.tick()
					z := c.measured()
					c.Update(z, 1e-9)
					k.second(z, jitter)
					if c.k > 3600 {
						own += (c.X - c.x) * (c.X - c.x)
						best += (k.x[phase] - c.x) * (k.x[phase] - c.x)
					}
				}
			}
			if ratio := math.Sqrt(own / best); ratio > 1.05 {
				t.Errorf("jitter %g, wander %g: %.3f times the error", jitter, wander, ratio)
			}
		}
	}
}

func TestLatencyIsFoundInTheSkewnessAndNotInvented(t *testing.T) {
	c := newCrystal(1, 100e-9, 1e-9)
	c.late = func(r *rand.Rand) float64 { return 2e-6 * r.ExpFloat64() }
	c.rms(3600)
	if e := c.rms(3600); e > 260e-9 || math.Abs(c.Delay-2e-6) > 0.3e-6 {
		t.Errorf("latency of 2 µs: wrong by %.0f ns rms, delay %.0f ns", e*1e9, c.Delay*1e9)
	}
	for seed := range uint64(5) {
		c := newCrystal(seed, 1e-6, 1e-9)
		if c.rms(7200); c.Delay > 0 {
			t.Errorf("seed %d: a delay of %.0f ns is seen in symmetric noise", seed, c.Delay*1e9)
		}
	}
}

func TestSpikesMissingPulsesAndGapsDoNotSpoilTheEstimate(t *testing.T) {
	c := newCrystal(2, 1e-6, 1e-9)
	c.late = func(r *rand.Rand) float64 {
		if r.Float64() < 0.05 {
			return 1e-3 * (2*r.Float64() - 1)
		}
		return 0
	}
	c.rms(600)
	sum, n := 0.0, 0.0
	for range 7200 {
		c.tick()
		if c.rng.Float64() < 0.1 || c.k%1800 > 1700 {
			continue
		}
		c.Update(c.measured(), 1e-9)
		sum, n = sum+(c.X-c.x)*(c.X-c.x), n+1
	}
	if rms := math.Sqrt(sum / n); rms > 350e-9 {
		t.Errorf("wrong by %.0f ns rms", rms*1e9)
	}
}

func TestAJumpOfThePhaseIsTheReceiversAndIsRiddenThrough(t *testing.T) {
	for _, by := range []float64{20e-6, -5e-6} {
		c := newCrystal(3, 300e-9, 3e-10)
		c.rms(1800)
		c.late = func(*rand.Rand) float64 { return by }
		worst := 0.0
		for range 120 {
			c.second()
			worst = math.Max(worst, math.Abs(c.X-c.x))
		}
		if c.Jumps != 1 || worst > 1e-6 {
			t.Errorf("jump by %g s: %d seen, wrong by %.0f ns", by, c.Jumps, worst*1e9)
		}
		c.late = nil
		if e := c.rms(300); e > 300e-9 {
			t.Errorf("wrong by %.0f ns after it", e*1e9)
		}
	}
}

func TestAJumpIsRiddenThoughSomeMeasurementsAreLate(t *testing.T) {
	for seed := range uint64(20) {
		c, by := newCrystal(seed, 100e-9, 1e-9), 0.0
		c.late = func(r *rand.Rand) float64 {
			if r.Float64() < 0.15 {
				return by + 50e-6
			}
			return by
		}
		c.rms(900)
		by = 200e-6
		worst := 0.0
		for range 120 {
			c.second()
			worst = math.Max(worst, math.Abs(c.X-c.x))
		}
		if worst > 2e-6 {
			t.Errorf("seed %d: wrong by %.1f µs, %d jumps seen", seed, worst*1e6, c.Jumps)
		}
	}
}

func TestAReceiverThatStaysAwayIsFollowedAfterMinutes(t *testing.T) {
	for _, at := range []struct {
		late     float64
		followed int // s after which
	}{{-20e-6, 300}, {20e-6, 1800}} { // what is late may be load
		c := newCrystal(4, 300e-9, 3e-10)
		c.rms(1800)
		c.late = func(*rand.Rand) float64 { return at.late }
		c.rms(at.followed - 20)
		if e := math.Abs(c.X - c.x); e > 2e-6 {
			t.Errorf("late by %g s: followed by %g s after %d s", at.late, e, at.followed-20)
		}
		c.rms(120)
		if e := math.Abs(c.X - c.x + at.late); e > 2e-6 {
			t.Errorf("late by %g s: %g s from where the receiver has been for %d s", at.late, e, at.followed+100)
		}
	}
}

func TestLoadThatComesAndGoesIsRiddenThrough(t *testing.T) {
	for _, jitter := range []float64{50e-9, 300e-9} {
		c := newCrystal(5, jitter, 1e-9)
		c.late = func(*rand.Rand) float64 {
			if c.k%1800 > 1200 {
				return 3e-6
			}
			return 0
		}
		c.rms(1200)
		if e := c.rms(6000); e > 300e-9 {
			t.Errorf("jitter %g: wrong by %.0f ns rms", jitter, e*1e9)
		} else {
			t.Logf("%.0f ns", e*1e9)
		}
	}
}

func TestAJumpOfTheFrequencyIsFollowedWithinSeconds(t *testing.T) {
	for _, jitter := range []float64{50e-9, 1e-6} {
		c := newCrystal(5, jitter, 1e-9)
		c.rms(1800)
		c.y += 0.5e-6
		worst := 0.0
		for range 60 {
			c.second()
			worst = math.Max(worst, math.Abs(c.X-c.x))
		}
		if worst > 4e-6 || c.Jumps != 0 {
			t.Errorf("jitter %g: wrong by %.0f ns, %d jumps of the receiver seen", jitter, worst*1e9, c.Jumps)
		}
	}
}

func TestACrystalThatChangesDuringARideIsFollowed(t *testing.T) {
	for _, kick := range []float64{-3e-6, 20e-6, 100e-6} {
		c := newCrystal(12, 300e-9, 1e-9)
		c.rms(1800)
		c.late = func(*rand.Rand) float64 { return 5e-6 }
		c.rms(30)
		if c.Jumps != 1 {
			t.Fatalf("%d jumps are ridden", c.Jumps)
		}
		c.y += kick
		c.rms(20)
		c.late = nil
		if e := c.rms(20); e > 7e-6 {
			t.Errorf("%g ppm: wrong by %.1f µs", 1e6*kick, e*1e6)
		}
		if e := c.rms(600); e > 1e-6 {
			t.Errorf("%g ppm: wrong by %.1f µs later", 1e6*kick, e*1e6)
		}
	}
}

func TestNoNoiseLocksTheFilterOut(t *testing.T) {
	seeds := []uint64{6, 7, 16, 50, 166, 192, 207, 344, 358}
	if !testing.Short() {
		for seed := range uint64(60) {
			seeds = append(seeds, 300+seed)
		}
	}
	for _, seed := range seeds {
		c := newCrystal(seed, 50e-9, 1e-9)
		c.rms(1200)
		for _, jitter := range []float64{5e-6, 50e-9, 100e-6, 300e-9} {
			c.jitter = jitter
			c.rms(600)
			if e := c.rms(100); e > jitter || c.OutlierShare > 0.2 {
				t.Errorf("seed %d, jitter %g: wrong by %.0f ns, %.0f %% missing", seed, jitter, e*1e9, 100*c.OutlierShare)
			}
		}
	}
}

// heated plays a crystal of 100 ppb/°C in a room that swings by ±10 °C an hour.
func heated(seed uint64, sensor func(celsius float64, k int) float64) float64 {
	c := newCrystal(seed, 1e-6, 1e-9)
	sum, n, before := 0.0, 0.0, 0.0
	for k := range 3 * 3600 {
		swing := 10 * math.Sin(2*math.Pi*float64(k)/3600)
		c.y += 100e-9 * (swing - before)
		before = swing
		if t := sensor(45+swing, k); !math.IsNaN(t) {
			c.Temperature(t)
		}
		c.second()
		if k > 3600 {
			sum, n = sum+(c.X-c.x)*(c.X-c.x), n+1
		}
	}
	return math.Sqrt(sum / n)
}

func TestATrueSensorHelpsAndALyingOneDoesNoHarm(t *testing.T) {
	absent := heated(7, func(float64, int) float64 { return math.NaN() })
	for name, c := range map[string]struct {
		sensor func(celsius float64, k int) float64
		limit  float64
	}{
		"true":       {func(t float64, _ int) float64 { return math.Round(10*t) / 10 }, 240e-9},
		"constant":   {func(float64, int) float64 { return 50 }, 1.03 * absent},
		"backwards":  {func(t float64, _ int) float64 { return 90 - t }, 240e-9},
		"of the day": {func(_ float64, k int) float64 { return 20 * math.Sin(float64(k)/700) }, 1.1 * absent},
		"broken": {func(t float64, k int) float64 {
			if k%1000 == 999 {
				return 85
			}
			return t
		}, 240e-9},
	} {
		if e := heated(7, c.sensor); e > c.limit {
			t.Errorf("%s: wrong by %.0f ns, without a sensor by %.0f", name, e*1e9, absent*1e9)
		}
	}
}

func TestASensorThatStopsInHoldoverMakesNoLie(t *testing.T) {
	c := newCrystal(10, 300e-9, 1e-9)
	before := 0.0
	for k := range 12000 {
		swing := 5 * math.Sin(2*math.Pi*float64(k)/7200)
		c.y += 100e-9 * (swing - before)
		before = swing
		c.tick()
		if k < 10000 {
			c.Temperature(45 + swing)
			c.Update(c.measured(), 1e-9)
		}
	}
	if e := math.Abs(c.X - c.x); e > 4*math.Sqrt(c.PXX) || c.PXX > 1e-4 {
		t.Errorf("wrong by %.0f µs, standard deviation %.0f µs", e*1e6, 1e6*math.Sqrt(c.PXX))
	}
}

func TestWhatIsClaimedHolds(t *testing.T) {
	in, n := 0.0, 0.0
	for seed := range uint64(10) {
		c := newCrystal(seed, 1e-6, 1e-9)
		c.rms(600)
		for range 3600 {
			c.second()
			if math.Abs(c.X-c.x) < 2*math.Sqrt(c.PXX) {
				in++
			}
			n++
		}
	}
	if share := in / n; share < 0.92 || share > 0.98 { // 95.4 % of a normal variable
		t.Errorf("%.1f %% are within two standard deviations", 100*share)
	}
}

func TestNothingIsAllocated(t *testing.T) {
	c := newCrystal(8, 1e-6, 1e-9)
	c.late = func(r *rand.Rand) float64 { return 2e-6 * r.ExpFloat64() }
	c.rms(3600)
	if n := testing.AllocsPerRun(1000, func() { c.Temperature(45); c.second() }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkSecond(b *testing.B) {
	for name, late := range map[string]func(r *rand.Rand) float64{
		"symmetric": nil,
		"delayed":   func(r *rand.Rand) float64 { return 2e-6 * r.ExpFloat64() },
	} {
		b.Run(name, func(b *testing.B) {
			c := newCrystal(9, 300e-9, 1e-9)
			c.late = late
			c.rms(5000)
			for b.Loop() {
				c.Temperature(45)
				c.second()
			}
		})
	}
}
