package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gpsntpd/hw/sim/vm/trace"
)

// edged is a run in which the pulse is seen by several paths.
type edged struct {
	scenario
	wants []learnt
	bias  float64 // ns: what the clock may be wrong by on average, in the steady part; 0: any
	worst float64 // ns: … and at any moment of that; 0: any
	mean  float64 // ns: what it was wrong by
	paths []trace.Path
}

// learnt is what must be known of a path from one moment to another.
type learnt struct {
	from, to float64 // s
	path     string
	late     float64 // ns: its true constant …
	within   float64 // … and how far what is taken off may be from that
	used     bool
}

// Constants of these runs, ns: what the PPS device's stamps are late by, and how much later
// they become in the middle of a run.
const (
	late   = 12000
	change = 5000
)

// pulsing is the machine that these runs are on: a quiet receiver, and an interrupt that is
// late by a constant and by some noise.
var pulsing = fmt.Sprintf("rate_ppb=23000,jitter_ns=6,walk_ppt=100,sin_ppb=100,init_ns=3000000,late_ns=%d,late_jitter_ns=", late)

// What the noise of the PPS device is beside a clock with timestamps of its own, and beside
// the level of a pin, ns: the bars of the constants are 0.1 and 0.5 µs.
const (
	quiet = "200"
	usual = "700"
)

// edgeTests are the paths of the pulse, and what goes wrong with each.
func edgeTests() []test {
	phc := func(name, module, faults string, wants ...learnt) *edged {
		return &edged{
			scenario: scenario{
				name: name, arch: "amd64", program: "gpsntpd", seconds: 240, from: 90, faults: faults,
				machine: pulsing + quiet + "/phc=1,noise_ns=6," + module + "/phc:ptp1/pps0",
				limits:  limits{steps: 1, mute: 1},
			},
			bias: 100, worst: 500, wants: wants,
		}
	}
	exact := []learnt{{90, 240, "phc", 0, 100, true}, {120, 240, "pps", late, 100, false}}
	faulty := phc("phc, lost, late, double, stale, foreign events", "lost_pm=20,double_pm=20,shifted_pm=20,deliver_ms=250,other_ms=300", "", exact...)
	slow := phc("phc, slow to read, which loses events", "read_ns=8000,suspend_us=50000", "", exact...)
	plain := phc("phc, read the plain way", "plain=1", "", exact...)
	coarse := phc("phc, too slow to read", "read_ns=40000", "", learnt{90, 240, "phc", 0, 100, false}, learnt{90, 240, "pps", 0, 1, true})
	coarse.bias, coarse.worst = 0, 0
	fails := phc("phc fails and comes back", "precise=1", "set@150s+60s:lost_pm=1000",
		learnt{90, 150, "phc", 0, 100, true}, learnt{156, 205, "pps", late, 100, true}, learnt{230, 240, "phc", 0, 100, true})
	return append([]test{
		phc("phc, read at once", "precise=1", "", exact...),
		phc("phc, both edges, first pin refused", "one_edge=0,refused=1", "", exact...),
		faulty, slow, plain, coarse, fails,
	}, slices.Concat(lone(), leveled())...)
}

// lone are the runs in which the pulse is seen by one path, that is no pps-gpio: the kernel's
// events of a GPIO line, and the DCD line of a serial port by the line discipline.
func lone() []test {
	run := func(name, arch, path string) test {
		return &scenario{
			name: name, arch: arch, program: "gpsntpd", seconds: 300, from: 150, machine: machines[1].parameters + halfSecond + path,
			limits: limits{millisecond: 5, tenMicros: 15, steps: 1, mute: 1, private: bare},
		}
	}
	return []test{
		run("events of a GPIO line on arm64", "arm64", "/lines=1/gpio:0"),
		run("DCD line by N_PPS", "amd64", "/dcd=1/dcd:ttySIM0"),
	}
}

// leveled are the runs with the level of a pin beside the kernel's PPS device on the same,
// whose constant changes, and one of chrony on the same pulses.
func leveled() []test {
	run := func(program, module, paths string) *scenario {
		return &scenario{
			name: "level of a pin, later by 5 us", arch: "amd64", program: program, seconds: 660, from: 240,
			machine: pulsing + usual + ",pin=1527/" + module + paths, faults: fmt.Sprintf("set@300s:late_ns=%d", late+change),
			limits: limits{steps: 1, mute: 1},
		}
	}
	ours := &edged{
		scenario: *run("gpsntpd", "level=1", "/pps/auto"),
		wants:    []learnt{{240, 300, "pps", late, 500, true}, {420, 660, "pps", late + change, change / 4, true}, {600, 660, "pps", late + change, 500, true}},
	}
	theirs := run("chrony4", "level=1", "/pps")
	theirs.beside, theirs.limits = &ours.scenario, limits{}
	return []test{ours, theirs}
}

// judge implements test.
func (e *edged) judge(records []trace.Record) []string {
	e.scenario.judge(records)
	v := &e.verdict
	for _, w := range e.wants {
		w.judge(v, records)
	}
	n := 0.0
	for _, r := range records {
		if r.Point != nil && r.At >= float64(e.from) {
			n++
			e.mean += float64(r.Point.Offset)
		}
		if r.Status != nil {
			e.paths = r.Status.Paths
		}
	}
	e.mean /= n
	if e.bias > 0 && math.Abs(e.mean) > e.bias {
		v.fail("the clock was wrong by %.0f ns on average, more than %.0f", e.mean, e.bias)
	}
	if e.worst > 0 && v.max > e.worst {
		v.fail("the clock was wrong by %.0f ns, more than %.0f", v.max, e.worst)
	}
	return v.failures
}

// judge holds what was told of the path to what must be known.
func (w *learnt) judge(v *verdict, records []trace.Record) {
	worst, unlike, n := 0.0, 0, 0
	for _, r := range records {
		if r.Status == nil || r.At < w.from || r.At > w.to {
			continue
		}
		for _, p := range r.Status.Paths {
			if p.Path != w.path {
				continue
			}
			n++
			worst = math.Max(worst, math.Abs(p.Late*1e9-w.late))
			if p.Used != w.used {
				unlike++
			}
		}
	}
	switch {
	case n == 0:
		v.fail("no word of the path %s from %.0f to %.0f s", w.path, w.from, w.to)
	case worst > w.within:
		v.fail("constant of %s up to %.0f ns wrong from %.0f to %.0f s, more than %.0f", w.path, worst, w.from, w.to, w.within)
	}
	if unlike > 0 {
		v.fail("path %s used: not %v in %d of %d seconds from %.0f s on", w.path, w.used, unlike, n, w.from)
	}
}

// line implements test.
func (e *edged) line() string {
	var b strings.Builder
	for _, p := range e.paths {
		mark := ""
		if p.Used {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s%s %.0f ± %.0f ns, %d edges; ", mark, p.Path, p.Late*1e9, p.Left*1e9, p.Edges)
	}
	return fmt.Sprintf("bias %.0f ns; ", e.mean) + b.String() + e.scenario.line()
}
