package sim

import (
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"gpsntpd/hw"
)

// Temperature says what the crystal feels, and what that does to it.
type Temperature struct {
	Coefficient Coefficient `toml:"coefficient"` // of the crystal's frequency, from the mean on
	Mean        Degrees     `toml:"mean"`
	Cycles      []Swing     `toml:"cycles"` // day and night, the air conditioning
	Fan         Fan         `toml:"fan"`
}

// Swing is a sinusoid of a temperature.
type Swing struct {
	Amplitude Degrees `toml:"amplitude"`
	Period    Span    `toml:"period"`
}

// Fan is switched on for a while, and again.
type Fan struct {
	Every        Span    `toml:"every"` // 0: there is none
	For          Span    `toml:"for"`   // it runs at the end of each of those
	By           Degrees `toml:"by"`    // what it adds in the end …
	TimeConstant Span    `toml:"time-constant"`
}

// Sensor says what the thermometer near the crystal shows: what the crystal
// feels, with these errors.
type Sensor struct {
	Present    bool    `toml:"present"`
	Lag        Span    `toml:"lag"`   // first order
	Noise      Degrees `toml:"noise"` // rms
	Resolution Degrees `toml:"resolution"`
	Offset     Degrees `toml:"offset"`
	Lies       []Swing `toml:"lies"`      // swings that the crystal does not feel
	BreaksAt   Span    `toml:"breaks-at"` // after the start; 0: never
}

func (t Temperature) check() error {
	if err := checkSwings("cycles", t.Cycles); err != nil {
		return err
	}
	if f := t.Fan; f.For.Duration > f.Every.Duration || f.By.Temperature != 0 && f.Every.Duration == 0 {
		return fmt.Errorf("fan: it can't run for %v every %v", f.For, f.Every)
	}
	return nil
}

func (s Sensor) check() error { return checkSwings("lies", s.Lies) }

func checkSwings(key string, swings []Swing) error {
	for i, w := range swings {
		if w.Period.Duration == 0 {
			return fmt.Errorf("%s, number %d: period is missing", key, i+1)
		}
	}
	return nil
}

// climate is the temperature that the crystal feels, second by second.
type climate struct {
	Temperature
	second int64
	fan    float64 // what it adds, °C
}

// next returns how far above the mean it is in the next second, °C.
func (c *climate) next() float64 {
	target := 0.0
	if f := c.Fan; f.Every.Duration > 0 && time.Duration(c.second)*time.Second%f.Every.Duration >= f.Every.Duration-f.For.Duration {
		target = float64(f.By.Temperature)
	}
	c.fan += (target - c.fan) * approach(c.Fan.TimeConstant)
	above := c.fan + swinging(c.Cycles, c.second)
	c.second++
	return above
}

func swinging(swings []Swing, second int64) (sum float64) {
	for _, w := range swings {
		sum += float64(w.Amplitude.Temperature) * sine(w.Period, second)
	}
	return sum
}

// approach is the share of the way to its target that something with a time
// constant goes in a second.
func approach(constant Span) float64 {
	if constant.Duration == 0 {
		return 1
	}
	return -math.Expm1(-1 / constant.Seconds())
}

// readAt is when in each second the sensor is read.
const readAt = 600 * time.Millisecond

// Probe is the thermometer near the crystal.
type Probe struct {
	Sensor
	climate climate
	random  *rand.Rand
	inside  float64 // how far above the mean it is, °C
}

// NewProbe returns the thermometer of s.
func NewProbe(s Scenario) *Probe {
	n := &Probe{Sensor: s.Sensor, climate: climate{Temperature: s.Temperature}, random: s.random(sensorStream)}
	first := n.climate
	n.inside = first.next() // it has been there for long
	return n
}

// Read returns what it shows in the next second.
func (n *Probe) Read() hw.Temperature {
	at := n.climate.second
	n.inside += (n.climate.next() - n.inside) * approach(n.Lag)
	shown := float64(n.climate.Mean.Temperature+n.Offset.Temperature) + n.inside + swinging(n.Lies, at) +
		float64(n.Noise.Temperature)*n.random.NormFloat64()
	if step := float64(n.Resolution.Temperature); step > 0 {
		shown = math.Round(shown/step) * step
	}
	return hw.Temperature(shown)
}

// reading returns what the sensor shows in second.
func (n *Probe) reading(second Truth, elapsed time.Duration) []Event {
	shown := n.Read()
	if !n.Present || n.BreaksAt.Duration > 0 && elapsed >= n.BreaksAt.Duration {
		return nil
	}
	return []Event{{At: second.Add(readAt), Read: true, Temperature: shown}}
}
