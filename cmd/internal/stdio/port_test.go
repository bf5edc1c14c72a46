package stdio

import (
	"math"
	"math/rand/v2"
	"testing"

	"gpsntpd/discipline"
)

// clock is what a port disciplines, by the model of the contract, exact.
type clock struct {
	*Port
	t    *testing.T
	rng  *rand.Rand
	k    int64
	x    float64 // clock − true, ns
	rate float64 // of the oscillator, y
	walk float64 // of the rate, per √s
	said Answer
}

func newClock(t *testing.T, x, rate float64) *clock {
	return &clock{Port: New(), t: t, rng: rand.New(rand.NewPCG(1, 2)), x: x, rate: rate}
}

// second is second k: a pulse that is late by some ns, or NaN for none.
func (c *clock) second(late float64) Answer {
	a, err := c.Second(Second{K: c.k, Offset: c.x + late, Temperature: nan})
	if err != nil {
		c.t.Fatal(err)
	}
	if math.Abs(a.Frequency+a.Slew) > 500e3 {
		c.t.Fatalf("second %d: %s is more than 500 ppm", c.k, a)
	}
	c.said = a
	c.x += a.Step
	c.pass(a.Frequency + a.Slew)
	return a
}

// silence lets n seconds pass in which the port hears nothing.
func (c *clock) silence(n int) {
	for range n {
		c.pass(c.said.Frequency)
	}
}

func (c *clock) pass(ppb float64) {
	f := ppb / 1e9
	c.x += (c.rate + f + c.rate*f) * 1e9
	c.rate += c.walk * c.rng.NormFloat64()
	c.k++
}

// undisturbed: the controller must never see its clock leave the line that it
// put it on.
func (c *clock) undisturbed() {
	c.t.Helper()
	if n := c.Controller.Counts; n.Interference != 0 || n.Stale != 0 {
		c.t.Errorf("second %d: %+v", c.k, n)
	}
}

func TestTheEstimateFollowsTheClockWithinTheNoise(t *testing.T) {
	for _, rate := range []float64{-100e-6, 0, 100e-6} {
		for _, x := range []float64{0.4e9, -0.4e9, 0.9e6} {
			c := newClock(t, x, rate)
			c.walk = 1e-9
			const noise = 1000
			sum, n := 0.0, 0
			for range 4000 {
				late, before := noise*c.rng.NormFloat64(), c.x
				switch chance := c.rng.Float64(); {
				case c.k > 10 && chance < 0.01:
					late = 1e6 * (2*c.rng.Float64() - 1)
				case c.k > 10 && chance < 0.1:
					late = math.NaN()
				}
				a := c.second(late)
				if off := before + a.Step; math.Abs(off) > a.Bound {
					t.Errorf("second %d: off by %.0f ns, but claimed %s", c.k-1, off, a)
				}
				if c.k > 1000 {
					sum += (before - a.Estimate) * (before - a.Estimate)
					n++
				}
				if c.k > 1000 && (a.Step != 0 || a.State != discipline.Locked) {
					t.Errorf("second %d: %s", c.k-1, a)
				}
			}
			if rms := math.Sqrt(sum / float64(n)); rms > noise/2 {
				t.Errorf("%+.0f ns and %+.0e: estimate is off by %.0f ns rms", x, rate, rms)
			}
			c.undisturbed()
		}
	}
}

func TestSecondsThatAreLeftOutChangeNothingOfWhatIsKnown(t *testing.T) {
	c := newClock(t, 0.9e6, -80e-6) // slewed away, not stepped
	for gap := range 40 {
		for range 3 {
			before := c.x
			if a := c.second(0); c.k > 60 && math.Abs(before-a.Estimate) > 10 {
				t.Fatalf("gap %d, second %d: off by %.1f ns, said %s", gap, c.k-1, before, a)
			}
		}
		c.silence(gap * gap % 50)
	}
	if math.Abs(c.x) > 10 {
		t.Errorf("off by %.1f ns", c.x)
	}
	c.undisturbed()
}

func TestADayWithoutPulsesIsSlewedAway(t *testing.T) {
	for name, silent := range map[string]func(c *clock){
		"left out": func(c *clock) { c.silence(86400) },
		"told": func(c *clock) {
			for range 86400 {
				c.second(math.NaN())
			}
		},
	} {
		c := newClock(t, 0, 20e-6)
		for range 3600 {
			c.second(100 * c.rng.NormFloat64())
		}
		c.rate += 30e-9 // 2.6 ms a day
		silent(c)
		if math.Abs(c.x) < 2e6 {
			t.Fatalf("%s: off by %.0f ns only", name, c.x)
		}
		for range 60 {
			if a := c.second(100 * c.rng.NormFloat64()); a.Step != 0 {
				t.Errorf("%s: %s", name, a)
			}
		}
		if math.Abs(c.x) > 1000 {
			t.Errorf("%s: off by %.0f ns a minute later", name, c.x)
		}
		c.undisturbed()
	}
}

func TestNothingIsKnownBeforeTheFirstPulse(t *testing.T) {
	p := New()
	for k := range int64(3) {
		a, err := p.Second(Second{K: 10 * k, Offset: nan, Temperature: 20})
		if got := a.String(); err != nil || got != "A 0.000 0.000 0.000 nan nan starting" {
			t.Errorf("%s, %v", got, err)
		}
	}
	a, err := p.Second(Second{K: 100, Offset: -1e12, Temperature: 20})
	if err != nil || a.Estimate != -1e12 || a.State == discipline.Starting {
		t.Errorf("%s, %v", a, err)
	}
}

func TestSecondsDoNotGoBack(t *testing.T) {
	for _, again := range []int64{0, 6, 7} {
		p := New()
		if _, err := p.Second(Second{K: 7, Offset: 1}); err != nil {
			t.Fatal(err)
		}
		if a, err := p.Second(Second{K: again, Offset: 1}); err == nil {
			t.Errorf("%d after 7: %s", again, a)
		}
	}
}
