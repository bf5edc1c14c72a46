package main

import (
	"fmt"
	"strings"
)

// scenario is one run of one program in the guest.
type scenario struct {
	name    string
	arch    string
	program string
	seconds int
	machine string // simgps' parameters
	from    int    // s: what comes later is judged as steady
	faults  string
	over    float64 // s: when the last fault is over
	limits  limits
	beside  *scenario // ours, that this one is compared with; nil for none
	verdict verdict
}

// limits are what a run must keep; a zero limit is none.
type limits struct {
	millisecond float64   // s from the start, until the clock is within a millisecond for good …
	tenMicros   float64   // … and within 10 µs
	recovery    float64   // s from the end of the faults, until the clock is within 10 µs for good
	steps       int       // that the program makes
	mute        float64   // s in all, in which no answer may come
	excused     []float64 // s: in this second, root distance need not hold
	states      []seen
	leaps       []told
	work        float64 // instructions a second
	private     int64   // bytes of memory of its own
}

// Memory of its own that gpsntpd may need, bytes: as a time server alone, and with
// page, metrics, recorder, NTS and statistics, all of them in use.
const (
	bare       = 8e6
	everything = 12e6
)

// seen is the state that must be shown at a moment.
type seen struct {
	at    float64
	state string
}

// told is the leap indicator that must be on the wire at a moment.
type told struct {
	at   float64
	leap uint8
}

// machines are the receivers and crystals that others are known to have been
// measured with.
var machines = []struct{ name, parameters string }{
	{"CALM", "rate_ppb=100000,jitter_ns=500"},
	{"PI", "rate_ppb=23000,jitter_ns=1000,saw_ns=40,walk_ppt=100,sin_ppb=100,spike_pm=20,spike_ns=50000,miss_pm=5,glitch_pm=1"},
	{"HARSH", "rate_ppb=-60000,jitter_ns=3000,walk_ppt=2000,sin_ppb=300,spike_pm=50,spike_ns=100000,miss_pm=30,glitch_pm=5"},
}

// halfSecond is how wrong the clock is at the start.
const halfSecond = ",init_ns=500000000"

// discipline returns the runs that start with a wrong clock and are then left
// alone: each machine with each seed, for five minutes with the first and for one
// with the others; for ten, and chrony beside gpsntpd, on the machine that documents
// speak of. In full, all five seeds are beside chrony on every machine, for twenty.
func discipline(full bool) (all []test) {
	seeds, long, seconds := 3, 1, 600
	if full {
		seeds, long, seconds = 5, 5, 1200
	}
	for _, m := range machines {
		for seed := 1; seed <= seeds; seed++ {
			run := func(program string, seconds int) *scenario {
				return &scenario{
					name: fmt.Sprintf("%s, seed %d", m.name, seed), arch: "amd64", program: program,
					seconds: seconds, from: seconds / 2,
					machine: fmt.Sprintf("%s%s,seed=%d", m.parameters, halfSecond, seed),
				}
			}
			ours := run("gpsntpd", seconds)
			switch {
			case seed > long:
				ours = run("gpsntpd", 60)
			case !full && m.name != "PI":
				ours = run("gpsntpd", 300)
			}
			ours.limits = limits{millisecond: 5, tenMicros: 15, steps: 1, mute: 1, private: bare}
			all = append(all, ours)
			if seed > long || !full && m.name != "PI" {
				continue
			}
			for _, other := range []string{"chrony2", "chrony4"} {
				s := run(other, seconds)
				s.beside = ours
				all = append(all, s)
			}
		}
	}
	return all
}

// pi is the machine that faults happen to.
var pi = machines[1].parameters + ",init_ns=3000000"

// broken returns the runs in which something goes wrong, a minute after the start, and
// which are watched for a minute after it is over.
func broken() []test {
	run := func(name, faults string, over float64, l limits) test {
		return &scenario{name: name, arch: "amd64", program: "gpsntpd", machine: pi, faults: faults, over: over, seconds: int(over) + 60, limits: l}
	}
	l := func(recovery float64, states ...seen) limits {
		return limits{recovery: recovery, steps: 1, mute: 1, states: states}
	}
	return []test{
		run("pulse stops for 10 min", "set@60s+600s:pps_on=0", 660, l(30, seen{75, "holdover"})),
		run("sentences stop for 10 min", "no_sentences@60s+600s", 660, l(30)),
		run("both stop for 10 min", "no_sentences@60s+600s,set@60s+600s:pps_on=0", 660, l(30, seen{75, "holdover"})),
		run("5 % missing, spikes to 100 us", "set@60s+120s:miss_pm=50,set@60s+120s:spike_pm=50,set@60s+120s:spike_ns=100000", 180, l(30)),
		run("wrong date for 30 s, then 2 s off", "no_sentences@60s+3s,set@60s+3s:pps_on=0,wrong_date@63s+30s:24h,off_by@93s+60s:2s", 153, l(30)),
		run("garbage for a minute", "garbage@60s+60s", 120, l(30)),
		run("stepped by +300 ms", "step@60s:300ms", 60, limits{recovery: 30, steps: 2, mute: 1}),
		run("stepped by -300 ms", "step@60s:-300ms", 60, limits{recovery: 30, steps: 2, mute: 1}),
		run("stepped by an hour", "step@60s:1h", 60, limits{recovery: 30, steps: 2, mute: 1}),
		run("frequency changed by 50 ppm", "frequency@60s:50ppm", 60, limits{recovery: 30, steps: 1, mute: 1, excused: []float64{60}}),
		run("serial port gone for 30 s", "unplug@60s+30s", 90, l(30)),
		run("killed and restarted", "kill@60s+1s", 61, limits{recovery: 10, steps: 1, mute: 3}),
		run("no pps device for 40 s", "no_pps@0s+40s", 40, l(30)),
		run("stopped for 30 s", "stop@60s+30s", 90, limits{recovery: 30, steps: 1, mute: 32}),
		run("state folder full, restarted", "full@0s,restart@60s+1s", 61, limits{recovery: 10, steps: 1, mute: 3}),
		run("state folder read-only, restarted", "readonly@0s,restart@60s+1s", 61, limits{recovery: 10, steps: 1, mute: 3}),
		leaping("leap second inserted", 1, 1),
		leaping("leap second deleted", -1, 2),
	}
}

// leaping is the run over a midnight with a leap second, 180 s after its start.
func leaping(name string, by int, indicator uint8) test {
	const midnight, before = 1798761600, 180 // 2027-01-01
	return &scenario{
		name: name, arch: "amd64", program: "gpsntpd", seconds: 300, over: before,
		machine: fmt.Sprintf("%s,t0=%d,leap_at=%d,leap=%d", machines[1].parameters, midnight-before, midnight, by),
		limits: limits{recovery: 5, steps: 1, mute: 1, leaps: []told{
			{60, indicator}, {120, indicator}, {before - 5, indicator}, {before + 5, 0}, {before + 60, 0},
		}},
	}
}

// idle is the run in which no one asks: what the daemon needs for itself. Its work
// is a quarter of a per cent of a core of 500 million instructions a second.
func idle() test {
	return &scenario{
		name: "no one asks", arch: "amd64", program: "gpsntpd", seconds: 900, from: 450, faults: "quiet@60s",
		machine: pi, limits: limits{steps: 1, mute: 900, work: 1.25e6, private: bare},
	}
}

// inUse is the run with everything on, in use, and the flight recorder full.
func inUse(arch, machine string) test {
	return &scenario{
		name: "PI on " + arch, arch: arch, program: "gpsntpd-everything", seconds: 300, from: 150,
		machine: machine, limits: limits{millisecond: 5, tenMicros: 15, steps: 1, mute: 1, private: everything},
	}
}

// raspberry returns the run on the Raspberry Pi's architecture with the driver
// of its GPIO pins, whose interrupt stamps pulses more than a microsecond late.
func raspberry() test {
	return &scenario{
		name: "PI through pps-gpio on arm64", arch: "arm64", program: "gpsntpd", seconds: 300, from: 150,
		machine: machines[1].parameters + halfSecond + ",gpio=1",
		limits:  limits{millisecond: 5, tenMicros: 15, steps: 1, mute: 1, private: bare},
	}
}

// title implements test.
func (s *scenario) title() string { return s.name + ", " + s.program }

// ours reports whether the program is gpsntpd. Others are only measured.
func (s *scenario) ours() bool { return strings.HasPrefix(s.program, "gpsntpd") }

// guest implements test.
func (s *scenario) guest() (arch string, args []string) {
	args = []string{"discipline", s.program, fmt.Sprint(s.seconds), s.machine}
	if s.faults != "" {
		args = append(args, s.faults)
	}
	return s.arch, args
}
