package main

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// violations in the order of the table.
var violations = []string{wrongSecond, lie, malformed, announced, stuck, falseAlarm, left}

// Violations of a class as a whole.
const (
	bound      = "bound"    // more than a second in a thousand is beyond the finer bound
	recovering = "recovery" // one recovery in a hundred takes too long
)

// together is the name of all classes as one.
const together = "all"

// tally is what a class adds up to.
type tally struct {
	runs            int
	seconds         time.Duration
	asked, answers  int
	judged, outside int
	runsWith        map[string]int    // violations
	answersWith     map[string]int    // or alarms
	first           map[string]played // of each violation
	worst           played            // with the most seconds outside of the bound
	excused         map[string]int
	quick, doubtful []time.Duration // recoveries …
	slowest         played          // … and the run with the slowest of them, by its limit
	slowness        float64
}

func newTally() *tally {
	return &tally{runsWith: map[string]int{}, answersWith: map[string]int{}, first: map[string]played{}, excused: map[string]int{}}
}

func (t *tally) add(p played) {
	t.runs++
	t.seconds += p.For
	t.asked, t.answers = t.asked+p.asked, t.answers+p.answers
	t.judged, t.outside = t.judged+p.judged, t.outside+p.outside
	if p.outside > t.worst.outside {
		t.worst = p
	}
	for _, f := range p.findings {
		if t.runsWith[f.kind]++; t.runsWith[f.kind] == 1 {
			t.first[f.kind] = p
		}
		t.answersWith[f.kind] += f.count
	}
	for name, n := range p.excused {
		t.excused[name] += n
	}
	for _, r := range p.recoveries {
		limit := quickRecovery
		if r.second {
			limit, t.doubtful = slowRecovery, append(t.doubtful, r.took)
		} else {
			t.quick = append(t.quick, r.took)
		}
		if s := float64(r.took) / float64(limit); s > t.slowness {
			t.slowness, t.slowest = s, p
		}
	}
}

// share is the percentage of seconds within the finer bound.
func (t *tally) share() float64 {
	if t.judged == 0 {
		return 100
	}
	return 100 * (1 - float64(t.outside)/float64(t.judged))
}

// quantile is the least that q of all are not above; all is sorted by it.
func quantile(all []time.Duration, q float64) time.Duration {
	if len(all) == 0 {
		return 0
	}
	slices.Sort(all)
	return all[min(int(q*float64(len(all))), len(all)-1)].Round(100 * time.Millisecond)
}

// Limits for a class, which are judged when enough was played: a few runs say
// little of a share.
const (
	leastShare    = 99.9
	enoughSeconds = 100_000
	enoughFaults  = 100
	quickRecovery = time.Minute
	slowRecovery  = 15 * time.Minute
)

// verdict is a violation of a class, and whether it counts: a share may be low
// by chance.
type verdict struct {
	violation string
	counts    bool
}

// verdicts lists what a class violates.
func (t *tally) verdicts() (all []verdict) {
	for _, v := range violations {
		if t.runsWith[v] > 0 {
			all = append(all, verdict{v, true})
		}
	}
	return append(all, t.shares()...)
}

// shares lists what it violates as a whole.
func (t *tally) shares() (all []verdict) {
	if t.share() < leastShare {
		all = append(all, verdict{bound, t.judged >= enoughSeconds})
	}
	quick, slow := quantile(t.quick, 0.99) > quickRecovery, quantile(t.doubtful, 0.99) > slowRecovery
	if quick || slow {
		all = append(all, verdict{recovering, quick && len(t.quick) >= enoughFaults || slow && len(t.doubtful) >= enoughFaults})
	}
	return all
}

// print writes the table of the classes.
func print(w io.Writer, of []class, tallies map[string]*tally) {
	fmt.Fprintf(w, "%-18s %5s %8s %5s %11s %11s %7s %7s %7s %8s %8s  %s\n", "class", "runs", "seconds", "sync%",
		"wrong", "lies", "stuck", "alarms", "bound%", "p99", "p99 2nd", "else, excused")
	for _, c := range append(of[:len(of):len(of)], class{name: together}) {
		t := tallies[c.name]
		if t == nil {
			continue
		}
		cell := func(v string) string {
			if t.runsWith[v] == 0 {
				return "·"
			}
			return fmt.Sprintf("%d/%d", t.answersWith[v], t.runsWith[v])
		}
		rest := []string{}
		for _, v := range []string{malformed, announced, left} {
			if t.runsWith[v] > 0 {
				rest = append(rest, v+" "+cell(v))
			}
		}
		for _, e := range excuses {
			if n := t.excused[e.name]; n > 0 {
				rest = append(rest, fmt.Sprintf("(%s %d)", e.name, n))
			}
		}
		fmt.Fprintf(w, "%-18s %5d %8.0f %5.1f %11s %11s %7s %7s %7.3f %8v %8v  %s\n", c.name, t.runs, t.seconds.Seconds(),
			100*float64(t.answers)/float64(max(t.asked, 1)), cell(wrongSecond), cell(lie), cell(stuck), cell(falseAlarm),
			t.share(), quantile(t.quick, 0.99), quantile(t.doubtful, 0.99), strings.Join(rest, " "))
	}
}
