package history

import (
	"bytes"
	"encoding/json"
	"errors"
	"math"
	"slices"
	"testing"

	"gpsntpd/discipline"
	"gpsntpd/server/control"
)

const begin = 1_790_000_100 // a whole number of five minutes

// steady is how things are on a good day.
func steady() Moment {
	return Moment{State: discipline.Locked, Offset: -2e-7, Bound: 3e-6, Frequency: -11.80321, Jitter: 1e-6, Celsius: 45.25, Satellites: 9, Requests: 1200}
}

// shown is what h shows of a span, as a client reads it.
func shown(t *testing.T, h *History, span string) (c control.History) {
	t.Helper()
	p, err := h.Past(span)
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, err := p.WriteTo(&b)
	if err != nil || n != int64(b.Len()) {
		t.Fatalf("%d of %d bytes: %v", n, b.Len(), err)
	}
	d := json.NewDecoder(&b)
	d.DisallowUnknownFields()
	if err := d.Decode(&c); err != nil {
		t.Fatalf("%v in %s", err, b.String())
	}
	for i, n := range []int{len(c.OffsetSeconds), len(c.BoundSeconds), len(c.FrequencyPPM), len(c.JitterSeconds), len(c.Celsius), len(c.SatellitesUsed), len(c.RequestsPerSecond),
		len(c.OffsetLeastSeconds), len(c.OffsetMedianSeconds), len(c.OffsetGreatestSeconds), len(c.BoundMedianSeconds)} {
		if n != len(c.State) || c.State == nil {
			t.Fatalf("column %d has %d of %d values", i, n, len(c.State))
		}
	}
	return c
}

func near(got *float64, want float64) bool {
	return got != nil && math.Abs(*got-want) <= 0.002*math.Abs(want)
}

func TestEachSpanShowsWhatWas(t *testing.T) {
	h := New()
	const seconds = 4000
	for s := range int64(seconds) {
		h.Add(begin+s, Set, steady())
	}
	for span, want := range map[string]struct{ step, length int }{"1h": {1, 3600}, "24h": {10, 400}, "60d": {300, 14}} {
		c := shown(t, h, span)
		if c.Span != span || c.StepSeconds != want.step || len(c.State) != want.length {
			t.Errorf("%s: %q, steps of %d s, %d of them", span, c.Span, c.StepSeconds, len(c.State))
		}
		end := c.From.Unix() + int64(want.length*want.step)
		if end < begin+seconds || end >= begin+seconds+int64(want.step) {
			t.Errorf("%s: it ends at %d", span, end)
		}
		for i := range c.State {
			m := steady()
			if *c.State[i] != "locked" || !near(c.OffsetSeconds[i], m.Offset) || !near(c.BoundSeconds[i], m.Bound) ||
				*c.FrequencyPPM[i] != -11.80321 || !near(c.JitterSeconds[i], m.Jitter) || *c.Celsius[i] != 45.25 ||
				*c.SatellitesUsed[i] != 9 || !near(c.RequestsPerSecond[i], 1200) {
				t.Fatalf("%s, step %d: %s %v %v", span, i, *c.State[i], *c.OffsetSeconds[i], *c.BoundSeconds[i])
			}
		}
	}
	if _, err := h.Past("1y"); !errors.Is(err, ErrSpan) {
		t.Error(err)
	}
}

func TestAStepShowsItsWorstStateItsGreatestBoundAndTheMeanOfTheRest(t *testing.T) {
	h := New()
	for s := range int64(10) {
		m := steady()
		m.Celsius = 40 + float64(s)
		switch s {
		case 4:
			m.State, m.Bound = discipline.Holdover, 7e-5
		case 6:
			m.Jitter, m.Offset = math.NaN(), 0
		}
		h.Add(begin+s, Set, m)
	}
	c := shown(t, h, "24h")
	if len(c.State) != 1 || *c.State[0] != "holdover" || !near(c.BoundSeconds[0], 7e-5) || *c.Celsius[0] != 44.5 ||
		!near(c.JitterSeconds[0], 1e-6) || !near(c.OffsetSeconds[0], -1.8e-7) {
		t.Errorf("%s %v %v %v", *c.State[0], *c.BoundSeconds[0], *c.Celsius[0], *c.OffsetSeconds[0])
	}
}

func TestAStepShowsMedianAndExtremesSoThatOneSpikeIsNotAllOfIt(t *testing.T) {
	h := New()
	for s := range int64(300) {
		m := steady()
		m.Offset = float64(s-150) * 1e-9
		if s == 77 {
			m.Offset, m.Bound = 4e-4, 5e-4
		}
		h.Add(begin+s, Set, m)
	}
	c := shown(t, h, "60d")
	if !near(c.OffsetLeastSeconds[0], -150e-9) || !near(c.OffsetGreatestSeconds[0], 4e-4) || !near(c.BoundSeconds[0], 5e-4) ||
		!near(c.BoundMedianSeconds[0], steady().Bound) || math.Abs(*c.OffsetMedianSeconds[0]) > 2e-9 {
		t.Errorf("%v %v %v, %v %v", *c.OffsetLeastSeconds[0], *c.OffsetMedianSeconds[0], *c.OffsetGreatestSeconds[0], *c.BoundMedianSeconds[0], *c.BoundSeconds[0])
	}
}

func TestAClockThatStandsStillTakesNoMemory(t *testing.T) {
	h := New()
	for range 1000 {
		h.Add(begin, Set, steady())
	}
	if n := len(h.levels[2].open.offsets); n != 300 {
		t.Error(n)
	}
}

func TestWhatIsNotKnownIsNull(t *testing.T) {
	h := New()
	nan := math.NaN()
	h.Add(begin, Unset, Moment{Offset: nan, Bound: nan, Frequency: nan, Jitter: nan, Celsius: nan, Satellites: nan, Requests: nan})
	c := shown(t, h, "1h")
	for i, v := range []*float64{c.OffsetSeconds[0], c.BoundSeconds[0], c.FrequencyPPM[0], c.JitterSeconds[0], c.Celsius[0], c.SatellitesUsed[0], c.RequestsPerSecond[0], c.OffsetMedianSeconds[0], c.BoundMedianSeconds[0]} {
		if v != nil {
			t.Errorf("column %d: %v", i, *v)
		}
	}
	if *c.State[0] != "starting" {
		t.Error(*c.State[0])
	}
	if c := shown(t, New(), "60d"); len(c.State) != 0 {
		t.Errorf("of nothing: %+v", c)
	}
}

func TestAPauseIsAGap(t *testing.T) {
	h := New()
	h.Add(begin, Set, steady())
	h.Add(begin+5, Set, steady())
	var words []string
	for _, s := range shown(t, h, "1h").State {
		if s == nil {
			words = append(words, "")
			continue
		}
		words = append(words, *s)
	}
	if !slices.Equal(words, []string{"locked", "", "", "", "", "locked"}) {
		t.Errorf("%q", words)
	}
	h.Add(begin+100_000_000, Set, steady())
	if n := len(shown(t, h, "60d").State); n != 1 {
		t.Errorf("%d steps after years", n)
	}
}

func TestAClockThatWasWrongLeavesNothingInTheFuture(t *testing.T) {
	h := New()
	for s := range int64(5) {
		h.Add(begin+s, Set, steady())
	}
	h.Add(begin+3000, Set, steady())
	h.Add(begin+5, Set, steady())
	if n := len(shown(t, h, "1h").State); n != 6 {
		t.Errorf("%d seconds", n)
	}
}

func TestAClockThatIsNotSetDoesNotForgetThePast(t *testing.T) {
	h := New()
	for s := range int64(5) {
		h.Add(begin+s, Set, steady())
	}
	for _, s := range []int64{0, 5, begin - 100, begin + 1_000_000} {
		h.Add(s, Unset, steady())
	}
	if n := len(shown(t, h, "1h").State); n != 5 {
		t.Errorf("%d seconds", n)
	}
	h.Add(begin+5, Unset, steady())
	if n := len(shown(t, h, "1h").State); n != 6 {
		t.Errorf("%d seconds", n)
	}
}

func TestPackedValuesAreRightToAThousandth(t *testing.T) {
	for v := 2e-12; v < 1e4; v *= 1.37 {
		if got := unpack(pack(v)); math.Abs(got/v-1) > 0.0005 {
			t.Errorf("%g: %g", v, got)
		}
		for _, s := range []float64{v, -v} {
			if got := unpackSigned(packSigned(s)); math.Abs(got/s-1) > 0.001 {
				t.Errorf("%g: %g", s, got)
			}
		}
	}
	for _, v := range []float64{0, 1e300, -1e300, math.Inf(1)} {
		if got := unpackSigned(packSigned(v)); v == 0 && got != 0 || v != 0 && (math.Abs(got) < 1e4 || math.Signbit(got) != math.Signbit(v)) {
			t.Errorf("%g: %g", v, got)
		}
	}
	for _, c := range []float64{-200, -40, 0, 45.25, 85, 500} {
		if got := unpackCelsius(packCelsius(c)); math.Abs(got-min(max(c, -128), 128)) > 0.004 {
			t.Errorf("%g °C: %g", c, got)
		}
	}
	for n, want := range map[float64]float64{0: 0, 12: 12, 254: 254, 300: 254, -1: 0} {
		if got := unpackCount(packCount(n)); got != want {
			t.Errorf("%g satellites: %g", n, got)
		}
	}
}

func TestAddingCostsNoMemory(t *testing.T) {
	h, s := New(), int64(begin)
	if n := testing.AllocsPerRun(1000, func() { s++; h.Add(s, Set, steady()) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}
