package main

import (
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw/sim/vm/trace"
)

// play returns 200 s of a good run, spoilt by f.
func play(f func(at float64, r *trace.Record)) (all []trace.Record) {
	for at := 0.0; at < 200; at += sampling {
		r := trace.Record{
			At:     at,
			Point:  &trace.Point{Offset: 300, MaxError: 20_000, TAI: tai},
			Answer: &trace.Answer{Stratum: 1, Offset: 2000, Dispersion: 15259, Distance: 25000},
		}
		if at == math.Floor(at) {
			wrong, bound := int64(400), int64(900)
			r.Status = &trace.Status{State: "locked", Error: &wrong, Bound: &bound}
		}
		f(at, &r)
		all = append(all, r)
	}
	return append(all, trace.Record{At: 3, Event: "WRN clock stepped step_us=1"}, trace.Record{At: 200, Usage: &trace.Usage{CPU: time.Millisecond, Elapsed: time.Second, Private: 5e6, Resident: 13e6}, End: true})
}

func unsynchronized(r *trace.Record) {
	r.Answer = &trace.Answer{Leap: 3, Distance: 16e9, Dispersion: 16e9}
	if r.Status != nil {
		r.Status = &trace.Status{State: "unsynchronized"}
	}
}

func TestARunFailsForWhatIsWrongAndForNothingElse(t *testing.T) {
	within := func(at, from, to float64) bool { return at >= from && at < to }
	for name, c := range map[string]struct {
		spoil func(at float64, r *trace.Record)
		fails []string // what each failure begins with
		leaps []told
	}{
		"a good run": {func(float64, *trace.Record) {}, nil, nil},
		"a second of silence": {func(at float64, r *trace.Record) {
			if within(at, 50, 51) {
				r.Answer = nil
			}
		}, nil, nil},
		"silence": {func(at float64, r *trace.Record) {
			if within(at, 50, 53) {
				r.Answer = nil
			}
		}, []string{"no answer for 3.0 s"}, nil},
		"a clock that is late": {func(at float64, r *trace.Record) {
			if at < 20 {
				r.Point.Offset = 2e6
				r.Point.MaxError = 1e9
			}
		}, []string{"within a millisecond after 19.8 s", "within 10 us after 19.8 s"}, nil},
		"a clock that does not recover": {func(at float64, r *trace.Record) {
			if within(at, 100, 140) {
				r.Point.Offset = -11e3
			}
		}, []string{"within 10 us after 139.8 s", "recovered after 39.8 s"}, nil},
		"a lie": {func(at float64, r *trace.Record) {
			if at == 70 {
				r.Answer.Offset = -25001
			}
		}, []string{"1 answers were further off"}, nil},
		"a lie in an excused second": {func(at float64, r *trace.Record) {
			if within(at, 120, 121) {
				r.Answer.Offset = -1e9
			}
		}, nil, nil},
		"the wrong second": {func(at float64, r *trace.Record) {
			if at == 70 {
				r.Answer.Offset, r.Answer.Distance = 1e9, 2e9
			}
		}, []string{"1 answers with the wrong second"}, nil},
		"the wrong second that claims nothing": {func(at float64, r *trace.Record) {
			if within(at, 70, 80) {
				unsynchronized(r)
				r.Answer.Offset = 1e9
			}
		}, nil, nil},
		"stratum without synchronization": {func(at float64, r *trace.Record) {
			if at == 70 {
				r.Answer.Leap = 3
			}
		}, []string{"1 answers with leap indicator and stratum"}, nil},
		"a state that the wire contradicts": {func(at float64, r *trace.Record) {
			if within(at, 70, 72) && r.Status != nil {
				r.Status.State = "unsynchronized"
			}
		}, []string{"1 times the wire contradicted the state"}, nil},
		"a state that the wire follows late": {func(at float64, r *trace.Record) {
			if within(at, 70, 80) {
				unsynchronized(r)
			}
			if at == 70 {
				r.Answer = &trace.Answer{Stratum: 1, Distance: 25000}
			}
		}, nil, nil},
		"another state than wanted": {func(at float64, r *trace.Record) {
			if at == 150 {
				r.Status.State = "holdover"
			}
		}, []string{"holdover at 150 s"}, nil},
		"a leap second that is not told": {func(at float64, r *trace.Record) {
			if within(at, 160, 161) {
				r.Answer.Leap = 1
			}
		}, []string{"leap indicator 1 at 160.00 s"}, []told{{160, 0}}},
		"a kernel that is not told that its clock is synchronized": {func(at float64, r *trace.Record) {
			r.Point.Unsync = within(at, 70, 72)
		}, []string{"the kernel says not synchronized, 1 times"}, nil},
		"a kernel that claims too much": {func(at float64, r *trace.Record) {
			if within(at, 70, 73) {
				r.Point.MaxError = 200
			}
		}, []string{"the kernel's maximum error is too small, 2 times"}, nil},
		"a kernel without TAI": {func(at float64, r *trace.Record) {
			if within(at, 70, 72) {
				r.Point.TAI = 0
			}
		}, []string{"the kernel's TAI offset is not 37 s, 1 times"}, nil},
		"steps": {func(at float64, r *trace.Record) {
			if at == 9 {
				r.Event = "WRN clock stepped"
			}
		}, []string{"the clock was stepped 2 times"}, nil},
	} {
		s := scenario{program: "gpsntpd", seconds: 200, from: 100, over: 100, limits: limits{
			millisecond: 5, tenMicros: 15, recovery: 30, steps: 1, mute: 1, excused: []float64{120},
			states: []seen{{150, "locked"}}, leaps: c.leaps, work: 1e6, private: 8e6,
		}}
		got := s.judge(play(c.spoil))
		if !slices.EqualFunc(got, c.fails, strings.HasPrefix) {
			t.Errorf("%s: failures %q, want %q", name, got, c.fails)
		}
	}
}

func TestARunThatTakesTooMuchFails(t *testing.T) {
	good := trace.Usage{CPU: 298 * time.Millisecond, Elapsed: 150 * time.Second, Private: 8e6, Resident: 32e6}
	for name, c := range map[string]struct {
		spoil func(*trace.Usage)
		fails []string
	}{
		"what it may take": {func(*trace.Usage) {}, nil},
		"work":             {func(u *trace.Usage) { u.CPU = 302 * time.Millisecond }, []string{"1.01 million instructions a second"}},
		"memory":           {func(u *trace.Usage) { u.Private++ }, []string{"8.0 MB of memory of its own"}},
		"resident memory":  {func(u *trace.Usage) { u.Resident++ }, []string{"32.0 MB resident"}},
		"nothing measured": {func(u *trace.Usage) { u.Private = 0 }, []string{"its work and its memory were not measured"}},
	} {
		records := play(func(float64, *trace.Record) {})
		used := good
		c.spoil(&used)
		records[len(records)-1].Usage = &used
		s := scenario{program: "gpsntpd", limits: limits{work: 1e6, private: 8e6}}
		if got := s.judge(records); !slices.EqualFunc(got, c.fails, strings.HasPrefix) {
			t.Errorf("%s: failures %q, want %q", name, got, c.fails)
		}
	}
}

func TestTheSteadyPartIsMeasured(t *testing.T) {
	s := scenario{program: "gpsntpd", from: 100}
	s.judge(play(func(at float64, r *trace.Record) {
		if r.Point.Offset = 3000; at >= 150 {
			r.Point.Offset = -4000
		}
	}))
	v := s.verdict
	if math.Abs(v.rms-math.Sqrt(12.5e6)) > 1 || v.p99 != 4000 || v.max != 4000 || v.held != 1 {
		t.Errorf("rms %.0f, p99 %.0f, max %.0f, held %.3f", v.rms, v.p99, v.max, v.held)
	}
	if want := "rms  3536 p99  4000 max  4000 ns"; !strings.Contains(s.line(), want) {
		t.Errorf("line %q has no %q", s.line(), want)
	}
}

func TestAPathThatChangesPulsesFails(t *testing.T) {
	for _, c := range []struct {
		late, gain float64
		fails      int
	}{{0, 1, 0}, {4, 1, 0}, {8, 1, 1}, {0, 1.1, 1}} {
		r := route{late: [2]float64{-5, 5}}
		var records []trace.Record
		for i := range 100 {
			drawn := float64(i-50) * 10
			records = append(records, trace.Record{Pulse: &trace.Pulse{Drawn: int64(drawn), Stamped: int64(drawn*c.gain + c.late)}})
		}
		if got := r.judge(records); len(got) != c.fails {
			t.Errorf("late by %v, times %v: %q", c.late, c.gain, got)
		}
	}
}

func TestRecordsAreTakenFromAConsole(t *testing.T) {
	records, rest := read(strings.NewReader("[    0.1] kernel\r\n{\"t\":1.5,\"event\":\"up\"}\r\nguest: no\r\n{\"t\":2,\"end\":true}\r\n"))
	if len(records) != 2 || records[0] != (trace.Record{At: 1.5, Event: "up"}) || records[1] != (trace.Record{At: 2, End: true}) {
		t.Errorf("records %+v", records)
	}
	if rest != "[    0.1] kernel\nguest: no\n" {
		t.Errorf("rest %q", rest)
	}
}

func TestAPathMustBeKnownAndUsedWhileItIsSaid(t *testing.T) {
	at := func(second, late float64, used bool) trace.Record {
		return trace.Record{At: second, Status: &trace.Status{Paths: []trace.Path{{Path: "pps", Late: late * 1e-9, Used: used}}}}
	}
	want := learnt{from: 10, to: 20, path: "pps", late: 12000, within: 100, used: true}
	for name, test := range map[string]struct {
		records []trace.Record
		fails   int
	}{
		"right":                 {[]trace.Record{at(5, 0, false), at(15, 12050, true), at(25, 0, false)}, 0},
		"wrong constant":        {[]trace.Record{at(15, 12150, true)}, 1},
		"not used":              {[]trace.Record{at(15, 12000, false)}, 1},
		"no word of it by then": {[]trace.Record{at(5, 12000, true)}, 1},
	} {
		var v verdict
		if want.judge(&v, test.records); len(v.failures) != test.fails {
			t.Errorf("%s: %q", name, v.failures)
		}
	}
}
