package filter

import (
	"math"
	"testing"
)

// warm plays a crystal of 100 ppb/°C in a room that swings by ±5 °C in half an hour, for
// lit seconds with measurements and then dark ones without; shown is what the sensor makes of the
// room's temperature in second k.
func warm(t *testing.T, lit, dark int, room, shown func(celsius float64, k int) float64) *crystal {
	c := newCrystal(11, 300e-9, 1e-10)
	before := 0.0
	for k := range lit + dark {
		swing := room(5*math.Sin(2*math.Pi*float64(k)/1800), k)
		c.y += 100e-9 * (swing - before)
		before = swing
		c.tick()
		c.Temperature(math.Round(20*shown(45+swing+0.02*c.rng.NormFloat64(), k)) / 20)
		if k < lit {
			c.Update(c.measured(), 1e-9)
		} else if e := math.Abs(c.X - c.x); e > 4*math.Sqrt(c.PXX)+c.TempcoError {
			t.Fatalf("%d s later wrong by %.1f µs, standard deviation %.1f µs, and %.1f for the sensor",
				k-lit, e*1e6, 1e6*math.Sqrt(c.PXX), 1e6*c.TempcoError)
		}
	}
	return c
}

func honest(celsius float64, _ int) float64 { return celsius }

func TestWhatMeasurementsHaveProvenOfTheTemperatureCostsNothingInHoldover(t *testing.T) {
	if c := warm(t, 8000, 3600, honest, honest); c.TempcoError != 0 {
		t.Errorf("the bound is wider by %.1f µs, for the sensor, of which nothing was new", 1e6*c.TempcoError)
	}
}

func TestWhatMeasurementsHaveNotProvenOfTheTemperatureIsInTheBound(t *testing.T) {
	const dark = 8000
	for name, room := range map[string]func(celsius float64, k int) float64{
		"colder than it was": func(celsius float64, k int) float64 { return celsius - 10*max(float64(k-dark)/1800, 0) },
		"a door is opened": func(celsius float64, k int) float64 {
			if k > dark+600 {
				return celsius - 3*-math.Expm1(-float64(k-dark-600)/20)
			}
			return celsius
		},
	} {
		t.Run(name, func(t *testing.T) {
			if c := warm(t, dark, 1200, room, honest); c.TempcoError < 50e-6 {
				t.Errorf("the bound is wider by %.1f µs only", 1e6*c.TempcoError)
			}
		})
	}
}

func TestASensorThatLiesInHoldoverMakesNoLie(t *testing.T) {
	const lit = 8000
	for name, lie := range map[string]func(celsius float64, k int) float64{
		"as the room is colder than it was": func(celsius float64, k int) float64 { return celsius + 4.9 },
		"within what it showed before":      func(celsius float64, k int) float64 { return celsius - 2 },
		"it is another one":                 func(celsius float64, k int) float64 { return 90 - celsius },
		"it stands still":                   func(celsius float64, k int) float64 { return 45 },
	} {
		t.Run(name, func(t *testing.T) {
			c := warm(t, lit, 600, honest, func(celsius float64, k int) float64 {
				if k > lit+20 {
					return lie(celsius, k)
				}
				return celsius
			})
			if e := math.Abs(c.X - c.x); e < 20e-6 {
				t.Errorf("wrong by %.1f µs alone: the sensor's lie shows nothing", e*1e6)
			}
		})
	}
}

func TestASensorThatIsStuckInHoldoverMakesNoLie(t *testing.T) {
	last := 0.0
	c := warm(t, 8000, 1800, honest, func(celsius float64, k int) float64 {
		if k < 8600 {
			last = celsius
		}
		return last
	})
	if e := math.Abs(c.X - c.x); e < 50e-6 {
		t.Errorf("wrong by %.1f µs alone: the sensor's lie shows nothing", e*1e6)
	}
}
