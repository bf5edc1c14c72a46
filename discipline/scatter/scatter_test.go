package scatter

import (
	"math"
	"math/rand/v2"
	"testing"
)

// slopes checks that the deviation of x follows σ·τ^slope.
func slopes(t *testing.T, name string, x []float32, sigma, slope, within float64) {
	t.Helper()
	all := Allan(x)
	if len(all) < 8 {
		t.Fatalf("%s: %d averaging times", name, len(all))
	}
	for i, d := range all {
		if d.Tau != math.Ldexp(1, i) {
			t.Errorf("%s: averaging time %g", name, d.Tau)
		}
		want := sigma * math.Pow(d.Tau, slope)
		if few := within * math.Sqrt(1+d.Tau); math.Abs(math.Log(d.Sigma/want)) > few {
			t.Errorf("%s: %g at %g s, want %g", name, d.Sigma, d.Tau, want)
		}
	}
}

func TestTheAllanDeviationOfKnownNoiseIsWhatTheoryKnows(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	const n = Seconds
	white, walk, drift := make([]float32, n), make([]float32, n), make([]float32, n)
	phase := 0.0
	for i := range n {
		white[i] = float32(1e-6 * random.NormFloat64())
		phase += 1e-8 * random.NormFloat64() // white frequency noise walks the phase
		walk[i] = float32(phase)
	}
	// White phase noise of σx: σy = √3 σx/τ. White frequency noise of σy a second: σy/√τ.
	slopes(t, "white phase", white, math.Sqrt(3)*1e-6, -1, 0.05)
	slopes(t, "white frequency", walk, 1e-8, -0.5, 0.05)
	for i := range n { // a constant frequency has none, but for the rounding
		drift[i] = float32(i) * 1e-9
	}
	for _, d := range Allan(drift) {
		if d.Sigma > 1e-12 {
			t.Errorf("a constant frequency: %g at %g s", d.Sigma, d.Tau)
		}
	}
}

func TestRandomWalkOfTheFrequencyGrowsWithTheRootOfTime(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	x, phase, frequency := make([]float32, Seconds), 0.0, 0.0
	for i := range x {
		x[i] = float32(phase)
		phase += frequency
		frequency += 1e-9 * random.NormFloat64()
	}
	for _, d := range Allan(x)[2:7] { // at longer ones an hour has but few of them
		want := 1e-9 * math.Sqrt(d.Tau/3)
		if d.Sigma < want*0.7 || d.Sigma > want*1.4 {
			t.Errorf("%g at %g s, want %g", d.Sigma, d.Tau, want)
		}
	}
}

func TestMissingSecondsDoNotChangeTheDeviation(t *testing.T) {
	random := rand.New(rand.NewPCG(7, 8))
	var r Ring
	for s := range int64(Seconds) {
		if s%10 == 3 || s > 1000 && s < 1200 {
			continue
		}
		x := 1e-6 * random.NormFloat64()
		r.Add(1_000_000+s, x, x)
	}
	x := r.Offsets(nil)
	if len(x) != Seconds {
		t.Fatalf("%d seconds", len(x))
	}
	slopes(t, "with gaps", x, math.Sqrt(3)*1e-6, -1, 0.05)
	if a := Allan(x[:3]); a != nil {
		t.Errorf("of three seconds: %v", a)
	}
}

func TestTheRingRemembersTheLastHour(t *testing.T) {
	var r Ring
	if e := r.Errors(nil); len(e) != 0 {
		t.Errorf("empty: %v", e)
	}
	for s := range int64(10_000) {
		r.Add(500+s, float64(s), 0)
		r.Add(500+s, -1, 0) // again
		r.Add(s/2, -1, 0)   // out of order
		e := r.Errors(nil)
		if want := int(min(s+1, Seconds)); len(e) != want || e[want-1] != float32(s) || e[0] != float32(s+1)-float32(want) {
			t.Fatalf("after %d: %d, from %v to %v", s, len(e), e[0], e[len(e)-1])
		}
	}
	r.Add(10_500+2*Seconds, 7, 0)
	if e := r.Errors(nil); len(e) != 1 || e[0] != 7 {
		t.Errorf("after a long gap: %v", e)
	}
	r.Add(10_500+2*Seconds+3, 8, 0)
	if e := r.Errors(nil); len(e) != 4 || e[3] != 8 || !math.IsNaN(float64(e[1])) {
		t.Errorf("after a short gap: %v", e)
	}
	if r.Forget(); len(r.Errors(nil)) != 0 {
		t.Error("something is left")
	}
}

func TestEveryPulseIsInOneBarAndTheBarsHaveNoGaps(t *testing.T) {
	random := rand.New(rand.NewPCG(9, 1))
	normal := func(sigma, spikes float64) func() float64 {
		return func() float64 {
			if random.Float64() < spikes {
				return 50e-6 * random.Float64()
			}
			return sigma * random.NormFloat64()
		}
	}
	for name, next := range map[string]func() float64{
		"clean":  normal(1e-6, 0),
		"spikes": normal(1e-6, 0.01),
		"coarse": func() float64 { return math.Round(random.NormFloat64()*0.4) * 1e-6 },
		"same":   func() float64 { return 3e-7 },
		"zero":   func() float64 { return 0 },
	} {
		for _, n := range []int{1, 2, 100, 3600} {
			values := make([]float32, n)
			for i := range values {
				values[i] = float32(next())
			}
			values = append(values, float32(math.NaN()))
			s, bars := Histogram(values)
			sum := 0
			for i, b := range bars {
				sum += b.Count
				if b.From >= b.To || i > 0 && b.From != bars[i-1].To {
					t.Errorf("%s, %d: bar %d from %g to %g", name, n, i, b.From, b.To)
				}
			}
			if s.Count != n || sum != n || len(bars) > coreBars+3 || bars[0].Count == 0 || bars[len(bars)-1].Count == 0 {
				t.Errorf("%s, %d: %+v, %d in %d bars: %v", name, n, s, sum, len(bars), bars)
			}
			if n > 1000 && name == "spikes" && len(bars) < 15 {
				t.Errorf("spikes leave %d bars", len(bars))
			}
		}
	}
	if s, bars := Histogram(nil); s.Count != 0 || bars != nil {
		t.Errorf("of nothing: %v, %v", s, bars)
	}
}
