package main

import (
	"testing"
)

// named are cases that were violations once, by what must stay true. They are
// as the campaign has reported them.
var named = map[string]string{
	"a pulse that is late for a while is not followed":         "seed=5 for=20m late@10m0s+4m0s:26ms",
	"a power cut leaves nothing behind":                        "seed=6 for=10m powercut@5m0s+1m0s:3s",
	"a receiver that is 5 s wrong for a while is not believed": "seed=7 for=15m lie@5m0s+30s:5s",
	"a steered machine that slept goes on by itself":           "seed=3224246263 for=46m suspend@5m16s+1s:0s:-0.196",
	"a machine that slept serves no wrong second":              "seed=3224246263 for=15m steer=false suspend@5m16s+7m51s:0s:-0.196",
}

func TestNamedCasesViolateNothing(t *testing.T) {
	for sentence, text := range named {
		t.Run(sentence, func(t *testing.T) {
			t.Parallel()
			c, err := parse(text)
			if err != nil {
				t.Fatal(err)
			}
			p, err := play(c)
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range p.findings {
				t.Errorf("%s at %v, %d times: %s", f.kind, f.at, f.count, f.detail)
			}
		})
	}
}

func TestACaseIsReadAsItIsWritten(t *testing.T) {
	for _, k := range classes {
		for n := range 20 {
			c := k.made(1, n)
			again, err := parse(c.String())
			if err != nil || again.String() != c.String() {
				t.Fatalf("%s: %v, %v, %v", k.name, c, again, err)
			}
		}
	}
}

func TestTheSameCasePlaysTheSameRun(t *testing.T) {
	c, err := parse("seed=3 for=5m steer=false damage@1m0s+2m0s:0s:0.5 step@3m0s:20ms")
	if err != nil {
		t.Fatal(err)
	}
	a, _ := play(c)
	b, _ := play(c)
	if a.answers != b.answers || a.outside != b.outside || a.answers == 0 {
		t.Errorf("%d and %d answers, %d and %d s outside", a.answers, b.answers, a.outside, b.outside)
	}
}
