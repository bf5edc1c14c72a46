package main

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"gpsntpd/hw/sim/vm/trace"
)

// Limits of the clock's error, ns.
const (
	millisecond = 1e6
	tenMicros   = 10e3
	halfASecond = 5e8
)

// instruction is how long one takes in the guest, ns: kit.sh's -icount.
const instruction = 2

// resident is what may be in memory of the program's address space, its file's
// pages among it, bytes: a limit against what no one meant, no goal.
const resident = 32e6

// verdict is what became of a run.
type verdict struct {
	millisecond, tenMicros, recovery float64 // s, as in limits
	rms, p99, max                    float64 // of the clock, steady, ns
	wire                             float64 // worst error of an undisturbed answer that claims to be right, ns …
	share                            float64 // … and greatest share of its root distance
	held                             float64 // share of the moments in which the finer bound held
	states                           []string
	steps                            int
	usage                            trace.Usage
	failures                         []string
}

// judge implements test: it holds the records of a run to the limits of its
// scenario.
func (s *scenario) judge(records []trace.Record) []string {
	v := &s.verdict
	v.clock(s, records)
	v.answers(s, records)
	v.claims(s, records)
	v.kernel(s, records)
	for _, r := range records {
		if strings.Contains(r.Event, "clock stepped") {
			v.steps++
		}
		if r.Usage != nil {
			v.usage = *r.Usage
		}
	}
	l := s.limits
	v.hold("within a millisecond", v.millisecond, l.millisecond)
	v.hold("within 10 us", v.tenMicros, l.tenMicros)
	v.hold("recovered", v.recovery, l.recovery)
	if v.usage.CPU == 0 || v.usage.Private == 0 {
		v.fail("its work and its memory were not measured")
	}
	if l.work > 0 && v.work() > l.work {
		v.fail("%.2f million instructions a second, more than %.2f", v.work()/1e6, l.work/1e6)
	}
	if l.private > 0 && v.usage.Private > l.private {
		v.fail("%.1f MB of memory of its own, more than %.0f", float64(v.usage.Private)/1e6, float64(l.private)/1e6)
	}
	if v.usage.Resident > resident {
		v.fail("%.1f MB resident, more than %.0f", float64(v.usage.Resident)/1e6, resident/1e6)
	}
	if l.steps > 0 && v.steps != l.steps {
		v.fail("the clock was stepped %d times, not %d", v.steps, l.steps)
	}
	return v.failures
}

// work is how many instructions the program took a second, the kernel's for it
// among them.
func (v *verdict) work() float64 {
	return float64(v.usage.CPU) / instruction / v.usage.Elapsed.Seconds()
}

func (v *verdict) fail(format string, args ...any) {
	v.failures = append(v.failures, fmt.Sprintf(format, args...))
}

func (v *verdict) hold(what string, is, limit float64) {
	if limit > 0 && is > limit {
		v.fail("%s after %.1f s, not %.0f", what, is, limit)
	}
}

// clock judges how wrong the clock was.
func (v *verdict) clock(s *scenario, records []trace.Record) {
	var steady []float64
	for _, r := range records {
		if r.Point == nil {
			continue
		}
		off := math.Abs(float64(r.Point.Offset))
		if off > millisecond {
			v.millisecond = r.At
		}
		if off > tenMicros {
			v.tenMicros = r.At
			v.recovery = math.Max(0, r.At-s.over)
		}
		if r.At >= float64(s.from) {
			steady = append(steady, off)
		}
	}
	if len(steady) == 0 {
		v.fail("the clock was not looked at")
		return
	}
	slices.Sort(steady)
	sum := 0.0
	for _, off := range steady {
		sum += off * off
	}
	n := len(steady)
	v.rms, v.p99, v.max = math.Sqrt(sum/float64(n)), steady[(n-1)*99/100], steady[n-1]
}

// undisturbed is half of the delay of an answer, ns, that tells something of
// the server: in a longer one the client had to wait for the processor.
const undisturbed = 30e3

// answers judges the wire: what claims to be right is, within its root
// distance, and what does not claims nothing.
func (v *verdict) answers(s *scenario, records []trace.Record) {
	mute, lies, malformed, seconds := 0.0, 0, 0, 0
	for _, r := range records {
		switch a := r.Answer; {
		case r.Point == nil:
		case a == nil:
			mute += sampling
		case (a.Leap == 3) != (a.Stratum == 0), a.Stratum > 1:
			malformed++
		case a.Leap == 3, slices.Contains(s.limits.excused, math.Floor(r.At)):
		default:
			off := math.Abs(float64(a.Offset))
			if a.Distance-a.Dispersion < undisturbed {
				v.wire = math.Max(v.wire, off)
				v.share = math.Max(v.share, off/float64(a.Distance))
			}
			if off > float64(a.Distance) {
				lies++
			}
			if off > halfASecond {
				seconds++
			}
		}
	}
	for _, want := range s.limits.leaps {
		for _, r := range records {
			if r.Answer != nil && math.Floor(r.At) == want.at && r.Answer.Leap != want.leap {
				v.fail("leap indicator %d at %.2f s, not %d", r.Answer.Leap, r.At, want.leap)
				break
			}
		}
	}
	if !s.ours() {
		return
	}
	if seconds > 0 {
		v.fail("%d answers with the wrong second", seconds)
	}
	if lies > 0 {
		v.fail("%d answers were further off than their root distance", lies)
	}
	if malformed > 0 {
		v.fail("%d answers with leap indicator and stratum that do not go together", malformed)
	}
	if mute > s.limits.mute {
		v.fail("no answer for %.1f s, more than %.1f", mute, s.limits.mute)
	}
}

// sampling is the guest's, in seconds.
const sampling = 0.25

// claims judges what the program says of itself: the finer bound, and that its
// state is the one that the wire shows.
func (v *verdict) claims(s *scenario, records []trace.Record) {
	var n, held, contradicted int
	var before trace.Record // with a status
	for _, r := range records {
		if r.Status == nil {
			continue
		}
		state := r.Status.State
		if before.Status == nil || before.Status.State != state {
			v.states = append(v.states, state)
		} else if synchronized(state) != answersAs(r) && synchronized(state) != answersAs(before) {
			contradicted++
		}
		before = r
		if r.Status.Error != nil && synchronized(state) {
			n++
			if math.Abs(float64(*r.Status.Error)) <= float64(*r.Status.Bound) {
				held++
			}
		}
		for _, want := range s.limits.states {
			if math.Floor(r.At) == want.at && state != want.state {
				v.fail("%s at %.0f s, not %s", state, r.At, want.state)
			}
		}
	}
	if n > 0 {
		v.held = float64(held) / float64(n)
	}
	if contradicted > 0 {
		v.fail("%d times the wire contradicted the state for two seconds", contradicted)
	}
}

// tai is TAI − UTC in the year of the guest, s.
const tai = 37

// kernel judges what the program has the kernel say of the clock, as ntptime
// and timedatectl show it. A change of the state may take a second to get
// there.
func (v *verdict) kernel(s *scenario, records []trace.Record) {
	if !s.ours() {
		return
	}
	var unsynchronized, small, offset int
	var before trace.Record // with a status
	for _, r := range records {
		if r.Status == nil || r.Point == nil {
			continue
		}
		steadily := before.Status != nil && synchronized(before.Status.State) && synchronized(r.Status.State)
		if p, q := r.Point, before.Point; steadily {
			if p.Unsync && q.Unsync {
				unsynchronized++
			}
			if p.MaxError < abs(p.Offset) && q.MaxError < abs(q.Offset) {
				small++
			}
			if p.TAI != tai && q.TAI != tai && len(s.limits.leaps) == 0 {
				offset++
			}
		}
		before = r
	}
	for what, n := range map[string]int{
		"the kernel says not synchronized": unsynchronized, "the kernel's maximum error is too small": small,
		"the kernel's TAI offset is not 37 s": offset,
	} {
		if n > 0 {
			v.fail("%s, %d times for two seconds", what, n)
		}
	}
}

func abs(n int64) int64 { return max(n, -n) }

func synchronized(state string) bool { return state == "locked" || state == "holdover" }

// answersAs reports whether the wire claims to be synchronized. No answer claims
// what the state does.
func answersAs(r trace.Record) bool {
	if r.Answer == nil {
		return synchronized(r.Status.State)
	}
	return r.Answer.Leap != 3
}
