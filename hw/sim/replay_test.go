package sim

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

// told writes events as "+0.200 bytes" or "+0.000 pulse".
func told(r *Replay) string {
	var b strings.Builder
	for e, ok := r.Next(); ok; e, ok = r.Next() {
		what := string(e.Bytes)
		if e.Edge {
			what = "pulse"
		}
		fmt.Fprintf(&b, "%+.3f %s\n", e.At.Sub(start).Seconds(), what)
	}
	return b.String()
}

func TestACaptureIsPlayedWithItsPulsesAndItsGaps(t *testing.T) {
	at := func(d time.Duration, text string) Burst { return Burst{At: d, Bytes: []byte(text)} }
	for _, c := range []struct {
		name   string
		bursts []Burst
		want   string
	}{
		{"one a second, then a gap", []Burst{at(0, "a"), at(time.Second, "b"), at(time.Hour, "c")},
			"+0.000 pulse\n+0.120 a\n+1.000 pulse\n+1.120 b\n+3600.000 pulse\n+3600.120 c\n"},
		{"five a second", []Burst{at(0, "a"), at(200*time.Millisecond, "b"), at(400*time.Millisecond, "c"), at(time.Second, "d")},
			"+0.000 pulse\n+0.100 a\n+0.300 b\n+0.500 c\n+1.000 pulse\n+1.100 d\n"},
		{"a moment twice, and one that lies before", []Burst{at(0, "a"), at(0, "b"), at(time.Second, "c"), at(-time.Hour, "d")},
			"+0.000 pulse\n+0.120 a\n+0.120 b\n+1.000 pulse\n+1.120 c\n+1.120 d\n"},
		{"nothing", nil, ""},
	} {
		if got := told(NewReplay(load(t, "calm"), start, c.bursts)); got != c.want {
			t.Errorf("%s:\n%s", c.name, got)
		}
	}
}
