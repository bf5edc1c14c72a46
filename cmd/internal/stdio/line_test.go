package stdio

import (
	"math"
	"testing"

	"gpsntpd/discipline"
)

var nan = math.NaN()

func same(a, b float64) bool { return a == b || math.IsNaN(a) && math.IsNaN(b) }

func TestALineIsReadAsTheContractHasIt(t *testing.T) {
	for text, want := range map[string]Second{
		"T 0 1 400000000 nan":            {0, 4e8, nan},
		"T 7 1 -12.625 31.5":             {7, -12.625, 31.5},
		"T 7 0 nan nan":                  {7, nan, nan},
		"T 7 0 99 20":                    {7, nan, 20}, // what a pulse says that is not valid counts for nothing
		"  T\t86400  1 +1.5e-3 -4.0\r":   {86400, 0.0015, -4},
		"T 3.0 1.0 1E3 NaN":              {3, 1000, nan},
		"T 1000000000 1 1e15 1000":       {1e9, 1e15, 1000},
		"T 5 1 .5 0":                     {5, 0.5, 0},
		"T 5 1 0.00000000000000000001 0": {5, 1e-20, 0},
	} {
		got, err := Parse(text)
		if err != nil || got.K != want.K || !same(got.Offset, want.Offset) || !same(got.Temperature, want.Temperature) {
			t.Errorf("%q: %+v, %v; want %+v", text, got, err, want)
		}
	}
}

func TestAMalformedLineIsRefused(t *testing.T) {
	for _, text := range []string{
		"", " ", "T", "T 0 1 5", "T 0 1 5 nan nan", "t 0 1 5 nan", "A 0 1 5 nan", "T0 1 5 nan x",
		"T -1 1 5 nan", "T 0.5 1 5 nan", "T nan 1 5 nan", "T 1e10 1 5 nan", "T x 1 5 nan",
		"T 0 2 5 nan", "T 0 -1 5 nan", "T 0 0.5 5 nan", "T 0 nan 5 nan", "T 0 true 5 nan",
		"T 0 1 nan nan", "T 0 1 inf nan", "T 0 1 -Inf nan", "T 0 1 1e400 nan", "T 0 1 1.1e15 nan",
		"T 0 1 0x10 nan", "T 0 1 1_000 nan", "T 0 1 5, nan", "T 0 1 1.2.3 nan", "T 0 1 - nan",
		"T 0 1 5 infinity", "T 0 1 5 1e4", "T 0 1 5 25°C", "T 0 0 x nan",
	} {
		if got, err := Parse(text); err == nil {
			t.Errorf("%q: taken for %+v", text, got)
		}
	}
}

func TestAnAnswerIsOneLineOfDecimals(t *testing.T) {
	for want, a := range map[string]Answer{
		"A 0.000 0.000 0.000 nan nan starting":                             {Estimate: nan, Bound: nan},
		"A -99920.064 1.500 -400000000.000 400000000.000 25200.000 locked": {-99920.064, 1.5, -4e8, 4e8, 25200, discipline.Locked},
	} {
		if got := a.String(); got != want {
			t.Errorf("got  %s\nwant %s", got, want)
		}
	}
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{"T 0 1 400000000 nan", "T 7 0 nan 31.5", "T 1 1 1e400 0x1p-2", "T 0 1 -.5e-3 +1", "# T"} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		s, err := Parse(text)
		if err != nil {
			return
		}
		if s.K < 0 || s.K > mostSeconds || math.Abs(s.Offset) > mostOffset || math.Abs(s.Temperature) > mostDegrees {
			t.Errorf("%q: taken for %+v", text, s)
		}
	})
}
