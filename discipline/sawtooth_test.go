package discipline

import (
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/refclock"
)

// TestTheSawtoothIsTakenOffWithItsSign plays pulses that are late by a sawtooth, told
// with a factor.
func TestTheSawtoothIsTakenOffWithItsSign(t *testing.T) {
	wrong := func(told float64) (rms float64) {
		b := newBench(t, 0, 2e-6)
		rng := rand.New(rand.NewPCG(7, 8))
		const n, learning = 400, 100
		sum := 0.0
		for i := range n {
			late := time.Duration((rng.Float64() - 0.5) * 40e3) // 40 µs from peak to peak
			r := b.read()
			s := refclock.Sample{At: r.Time.Add(late), Sawtooth: time.Duration(told * float64(late)), Source: refclock.FromPulse, Dispersion: 100}
			s.Offset = refclock.Offset(b.truth, s.At)
			b.after(50 * time.Millisecond)
			b.apply(b.Sample(b.read(), s))
			b.after(950 * time.Millisecond)
			if i >= learning {
				sum += math.Pow(b.wrong().Seconds(), 2)
			}
		}
		return math.Sqrt(sum / (n - learning))
	}
	without := wrong(0)
	if got := wrong(1); got > without/10 {
		t.Errorf("%.3g s off with it, %.3g s without it", got, without)
	}
	if got := wrong(-1); got < 1.5*without {
		t.Errorf("%.3g s off with the wrong sign, %.3g s without it", got, without)
	}
}
