package sim

import (
	"math"
	"testing"
	"time"

	"gpsntpd/hw"
)

func span(d time.Duration) Span { return Span{d} }

func degrees(v hw.Temperature) Degrees { return Degrees{v} }

// readings returns what the sensor of a calm machine shows in the first d.
func readings(t *testing.T, c Temperature, n Sensor, d time.Duration) (all []float64) {
	s := load(t, "calm")
	s.Receiver.Sentences, s.Temperature, s.Sensor = nil, c, n
	for _, e := range play(NewMachine(s, start), d) {
		if e.Read {
			all = append(all, float64(e.Temperature))
		}
	}
	return all
}

func TestTheCrystalFollowsTheTemperatureThatItsSensorShows(t *testing.T) {
	s := load(t, "calm")
	s.Oscillator = Crystal{}
	s.Temperature = Temperature{
		Coefficient: Coefficient{100e-9}, Mean: degrees(45), Cycles: []Swing{{degrees(10), span(time.Hour)}},
		Fan: Fan{Every: span(30 * time.Minute), For: span(10 * time.Minute), By: degrees(-5), TimeConstant: span(time.Minute)},
	}
	s.Sensor = Sensor{Present: true}
	shown := readings(t, s.Temperature, s.Sensor, time.Hour)
	o, gained := NewOscillator(s, start), 0.0
	for _, v := range shown {
		gained += (v - 45) * 100 // ns
	}
	if got := float64(o.Raw(start.Add(time.Hour)).Sub(origin) - time.Hour); len(shown) != 3600 || math.Abs(got-gained) > 2 {
		t.Errorf("%d readings explain %v ns, the crystal gained %v", len(shown), gained, got)
	}
}

func TestAFanApproachesItsEffectAndGoesAgain(t *testing.T) {
	shown := readings(t, Temperature{Fan: Fan{span(time.Hour), span(20 * time.Minute), degrees(-5), span(2 * time.Minute)}}, Sensor{Present: true}, 2*time.Hour)
	for at, want := range map[int]float64{2399: 0, 2519: -5 * (1 - math.Exp(-1)), 3599: -5, 3719: -5 * math.Exp(-1), 4700: 0} {
		if got := shown[at]; math.Abs(got-want) > 0.03 {
			t.Errorf("second %d: %v, want %v", at, got, want)
		}
	}
}

func TestASensorHasItsErrors(t *testing.T) {
	const n = 3600
	sum, squares := 0.0, 0.0
	for _, v := range readings(t, Temperature{Mean: degrees(40)}, Sensor{Present: true, Noise: degrees(0.2), Offset: degrees(3), Resolution: degrees(0.1)}, n*time.Second) {
		if steps := v / 0.1; math.Abs(steps-math.Round(steps)) > 1e-6 {
			t.Fatalf("shows %v", v)
		}
		sum += v - 43
		squares += (v - 43) * (v - 43)
	}
	if mean := sum / n; math.Abs(mean) > 0.02 {
		t.Errorf("off by %v", mean)
	}
	near(t, "noise", math.Sqrt(squares/n), 0.2, 0.05)

	lagged := readings(t, Temperature{Fan: Fan{span(time.Hour), span(30 * time.Minute), degrees(8), span(0)}}, Sensor{Present: true, Lag: span(5 * time.Minute)}, time.Hour)
	if got, want := lagged[1800+300], 8*(1-math.Exp(-1)); math.Abs(got-want) > 0.02 {
		t.Errorf("5 min after the step it shows %v, want %v", got, want)
	}
	lying := readings(t, Temperature{}, Sensor{Present: true, Lies: []Swing{{degrees(2), span(40 * time.Second)}}}, time.Minute)
	if math.Abs(lying[10]-2) > 0.02 || math.Abs(lying[30]+2) > 0.02 {
		t.Errorf("it lies by %v and %v", lying[10], lying[30])
	}
	if n := len(readings(t, Temperature{}, Sensor{Present: true, BreaksAt: span(20 * time.Second)}, time.Minute)); n != 20 {
		t.Errorf("%d readings before it broke", n)
	}
}
