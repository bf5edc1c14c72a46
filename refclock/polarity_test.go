package refclock

import (
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
)

// pulsing is a receiver with a pulse of some width, which says something some
// time after its second.
type pulsing struct {
	width           time.Duration
	lead, trail     time.Duration // jitter of the two ends, rms
	latency         time.Duration // 0: no sentences
	frequency       hw.Frequency  // of the local clock
	missing, spoilt float64       // share of pulses that are missed, and of glitches that shift the other end
}

// judge returns what is found when one of its edges is chosen.
func (r pulsing) judge(trailing bool) Evidence {
	random := rand.New(rand.NewPCG(1, 2))
	noise := func(rms time.Duration) time.Duration { return time.Duration(random.NormFloat64() * float64(rms)) }
	var p Polarity
	var latency Latency
	const start = hw.Time(1_800_000_000_000_000_000)
	var last, opposite hw.Time
	missed := uint32(0)
	for n := range 300 {
		second := start.Add(time.Duration(n)*time.Second + r.frequency.Over(time.Duration(n)*time.Second))
		begin, end := second.Add(noise(r.lead)), second.Add(r.width+noise(r.trail))
		if random.Float64() < r.spoilt {
			end = second.Add(time.Duration(random.Float64() * float64(time.Second)))
		}
		if random.Float64() < r.missing {
			missed++
			continue
		}
		chosen, other, late := begin, end, r.latency
		if trailing {
			chosen, other, late = end, begin, (r.latency-r.width+time.Second)%time.Second
		}
		if opposite < last { // none was seen between the edge before and this one
			opposite = other
		}
		e := hw.Edge{At: chosen, Missed: missed}
		if opposite > last && opposite < chosen {
			e.Width = opposite.Sub(last)
		}
		p.Edge(e)
		last, opposite, missed = chosen, other, 0
		if r.latency != 0 {
			latency.learn(late + noise(time.Millisecond).Abs())
		}
	}
	return p.Evidence(latency)
}

func TestTheWrongEdgeOfAShortPulseIsRecognised(t *testing.T) {
	for _, width := range []time.Duration{
		time.Microsecond, 10 * time.Microsecond, 20 * time.Millisecond, 100 * time.Millisecond,
		200 * time.Millisecond, 400 * time.Millisecond,
	} {
		for _, latency := range []time.Duration{0, 30 * time.Millisecond, 121 * time.Millisecond, 500 * time.Millisecond} {
			for _, jitter := range []time.Duration{10 * time.Nanosecond, time.Microsecond, 100 * time.Microsecond} {
				r := pulsing{width: width, lead: jitter, trail: jitter, latency: latency, frequency: 50 * hw.PPM}
				if r.width < 10*jitter {
					continue // it could end before it begins
				}
				if e := r.judge(false); e.Verdict != PolarityRight {
					t.Errorf("%+v, leading edge: %+v", r, e)
				}
				if e := r.judge(true); e.Verdict != PolarityWrong {
					t.Errorf("%+v, trailing edge: %+v", r, e)
				}
			}
		}
	}
}

func TestMissedPulsesAndGlitchesDoNotHideTheWrongEdge(t *testing.T) {
	r := pulsing{width: 100 * time.Millisecond, lead: time.Microsecond, trail: time.Microsecond, latency: 80 * time.Millisecond, missing: 0.05, spoilt: 0.03}
	if e := r.judge(false); e.Verdict != PolarityRight {
		t.Errorf("leading edge: %+v", e)
	}
	if e := r.judge(true); e.Verdict != PolarityWrong {
		t.Errorf("trailing edge: %+v", e)
	}
}

func TestALongPulseIsWrongUnlessAnotherWitnessSpeaksForIt(t *testing.T) {
	const us = time.Microsecond
	for name, c := range map[string]struct {
		pulsing
		leading, trailing PolarityVerdict
	}{
		// Nothing but its length tells it from a short pulse upside down.
		"900 ms": {pulsing{width: 900 * time.Millisecond, lead: us, trail: us}, PolarityWrong, PolarityRight},
		"900 ms, early sentences": {
			pulsing{width: 900 * time.Millisecond, lead: us, trail: us, latency: 890 * time.Millisecond}, PolarityWrong, PolarityRight,
		},
		"600 ms, steady at its beginning": {
			pulsing{width: 600 * time.Millisecond, lead: us, trail: 50 * us}, PolarityAmbiguous, PolarityRight,
		},
		"800 ms, steady at its beginning, sentences that fit it alone": {
			pulsing{width: 800 * time.Millisecond, lead: us, trail: 50 * us, latency: 780 * time.Millisecond},
			PolarityAmbiguous, PolarityAmbiguous,
		},
		"half a second": {pulsing{width: 500 * time.Millisecond, lead: us, trail: us, latency: 200 * time.Millisecond}, PolarityAmbiguous, PolarityAmbiguous},
		"half a second, steady at its beginning": {
			pulsing{width: 500 * time.Millisecond, lead: us, trail: 50 * us}, PolarityRight, PolarityAmbiguous,
		},
		"half a second, steady at its beginning, sentences that fit it alone": {
			pulsing{width: 500 * time.Millisecond, lead: us, trail: 50 * us, latency: 400 * time.Millisecond}, PolarityRight, PolarityWrong,
		},
	} {
		if e := c.judge(false); e.Verdict != c.leading {
			t.Errorf("%s, leading edge: %+v, want %s", name, e, c.leading)
		}
		if e := c.judge(true); e.Verdict != c.trailing {
			t.Errorf("%s, trailing edge: %+v, want %s", name, e, c.trailing)
		}
	}
}

func TestTheEvidenceIsInNumbers(t *testing.T) {
	r := pulsing{width: 100 * time.Millisecond, lead: time.Microsecond, trail: 20 * time.Microsecond, latency: 60 * time.Millisecond}
	e := r.judge(true)
	near := func(got, want, by time.Duration) bool { return (got - want).Abs() <= by }
	if !near(e.Width, 900*time.Millisecond, 10*time.Microsecond) ||
		!near(e.Latency, 960*time.Millisecond, 2*time.Millisecond) || !near(e.OtherLatency, 60*time.Millisecond, 2*time.Millisecond) ||
		!near(e.Steadiness, 28*time.Microsecond, 8*time.Microsecond) || !near(e.OtherSteadiness, 1400*time.Nanosecond, 400*time.Nanosecond) ||
		e.Pulses != polarityMemory {
		t.Errorf("got %+v", e)
	}
}

func TestNothingIsSaidOfAnEdgeWithoutTheOther(t *testing.T) {
	var p Polarity
	for n := range 100 {
		p.Edge(hw.Edge{At: hw.Time(n) * hw.Time(time.Second)})
	}
	if e := p.Evidence(Latency{Mean: 960 * time.Millisecond, Count: 64}); e.Verdict != PolarityUnknown || e.Pulses != 0 {
		t.Errorf("got %+v", e)
	}
	if e := (pulsing{width: time.Second, lead: 1, trail: 1}).judge(false); e.Verdict != PolarityUnknown {
		t.Errorf("a pulse that never ends: %+v", e)
	}
}
