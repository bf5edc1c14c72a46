package main

import (
	"slices"
	"time"

	"gpsntpd/hw/sim"
	"gpsntpd/server/alarm"
)

// stuckAfter is after how much health a clock that is not synchronized is stuck.
const stuckAfter = 40 * time.Minute

// recovery is how long it took until the answers were, and stayed, synchronized.
type recovery struct {
	after  string // the fault that ended last
	second bool   // the second itself was in doubt
	took   time.Duration
}

// remember keeps when answers were not synchronized.
func (j *judge) remember(a answer) {
	if a.synchronized() {
		j.sync = j.now
		return
	}
	if n := len(j.unsyncs); n > 0 && j.unsync >= j.sync {
		j.unsyncs[n-1].to = j.now
	} else {
		j.unsyncs = append(j.unsyncs, interval{j.now, j.now})
	}
	j.unsync = j.now
	if !j.sound() {
		return
	}
	since, healthy := j.healthySince(j.since(j.now))
	if well := min(j.now.Sub(j.sync), j.since(j.now)-since); healthy && well > stuckAfter {
		j.found(stuck, "not synchronized for %v of health: %v", well, j.daemon.loop.Status().State)
	}
}

// sound reports whether the settings are such that gpsntpd must lock.
func (c Case) sound() bool {
	return c.Hz == 1 && (c.Capture == "lead" || c.Capture == "both") &&
		c.Latency+4*c.Spread < 900*time.Millisecond && c.Latency-4*c.Spread > 0 && (c.Leap == 0 || c.Table == "valid" || c.Name == "60")
}

// finish judges what can be told at the end only.
func (j *judge) finish() {
	j.count()
	for _, r := range j.raisedAt {
		if !j.justified(r) {
			j.found(falseAlarm, "%s at %v", r.code, j.since(r.at))
		}
	}
	if !j.sound() {
		return
	}
	j.recovered("start", 0)
	if j.Leap > 0 {
		j.recovered("leap", j.Leap+time.Second)
	}
	for _, f := range j.Faults {
		if f.over() != forever {
			j.recovered(f.Kind, f.over())
		}
	}
}

// recovered works out how long it took after a fault that was over at a time,
// if nothing else was wrong then.
func (j *judge) recovered(kind string, over time.Duration) {
	until := j.For
	if over < j.Leap {
		until = j.Leap
	}
	for _, f := range j.Faults {
		if f.At > over {
			until = min(until, f.At)
		} else if f.over() > over {
			return
		}
	}
	from, to := j.start.Add(over), j.start.Add(min(until, over+stuckAfter))
	took := time.Duration(0)
	for _, u := range j.unsyncs {
		if u.to > from && u.from < to {
			took = min(u.to, to).Sub(from)
		}
	}
	if left := to.Sub(from) - took; left < time.Minute && took < 15*time.Minute {
		return // it was not looked at for long enough
	}
	j.recovers = append(j.recovers, recovery{kind, j.doubtful(over), took})
}

// doubtful reports whether the second itself was in doubt when a fault was over:
// the time was further off than believed about then, or sentences had named another second while
// the clock had just begun and could not know better.
func (j *judge) doubtful(over time.Duration) bool {
	const about = 5 * time.Second
	at := j.start.Add(over)
	if within(j.wrongs, at.Add(-about), at.Add(about)) {
		return true
	}
	for _, u := range j.unsyncs {
		if u.from < at && u.to >= at && within(j.wrongs, u.from.Add(-about), u.from) {
			return true // it had been so before
		}
	}
	for _, f := range j.Faults {
		began := j.start.Add(f.At)
		if f.over() == over && kinds[f.Kind].second && within(j.unsyncs, began.Add(-newlyNamed), began) {
			return true
		}
	}
	return false
}

// within reports whether one of some intervals overlaps with that from a to b.
func within(some []interval, a, b sim.Truth) bool {
	return slices.ContainsFunc(some, func(i interval) bool { return i.to >= a && i.from <= b })
}

// lasts adds a moment to the last of some intervals, or as a new one.
func lasts(some []interval, now sim.Truth) []interval {
	if n := len(some); n > 0 && now.Sub(some[n-1].to) < 2*time.Second {
		some[n-1].to = now
		return some
	}
	return append(some, interval{now, now})
}

// raised is an alarm that was raised.
type raised struct {
	code     alarm.Code
	severity alarm.Severity
	at       sim.Truth
}

// leaves judges how gpsntpd leaves the host's clock when it is stopped.
func (j *judge) leaves() {
	k := &j.world.clock
	switch s := j.daemon.latest.Load(); {
	case !j.Steer:
	case s.LastSample == 0 && k.frequency != j.daemon.inherited:
		j.found(left, "the frequency was %+.3f ppm, and is left at %+.3f ppm without a sample", j.daemon.inherited.PPM(), k.frequency.PPM())
	case s.LastSample == 0 && k.claimed:
		j.found(left, "the clock is left as synchronized, without a sample")
	}
}

// Alarms are justified by what is on the wire about then.
const (
	alarmAfter  = time.Minute      // an alarm comes so long after the answers …
	alarmBefore = 15 * time.Minute // … or before them
)

// reasons are the faults that an alarm may be raised for.
var reasons = map[alarm.Code][]string{
	alarm.NoReceiver:     {"silent", "unplugged", "reboot", "garbage", "damage"},
	alarm.LineFull:       {"extra"},
	alarm.NoFix:          {"nofix", "reboot"},
	alarm.NoPulse:        {"nopulse", "unplugged", "reboot", "nofix"},
	alarm.WrongSecond:    {"lie", "rollover", "copies", "suspend", "sixty"},
	alarm.ReceiverJump:   {"late", "slide", "pause"},
	alarm.IrregularPulse: {"late", "glitches", "rate", "spikes", "place", "burst"},
	alarm.Interference:   {"step", "slew", "rival", "suspend", "powercut"},
}

// justified reports whether an alarm has a reason.
func (j *judge) justified(r raised) bool {
	watched := r.severity == alarm.Critical || r.code == alarm.Interference || r.code == alarm.IrregularPulse
	if !watched {
		return true
	}
	if r.severity == alarm.Critical {
		for _, u := range j.unsyncs {
			if u.to >= r.at.Add(-alarmAfter) && u.from <= r.at.Add(alarmBefore) {
				return true
			}
		}
	}
	switch {
	case r.code == alarm.WrongEdge && j.Capture == "trail",
		r.code == alarm.IrregularPulse && (j.Hz != 1 || j.Capture == "alike" || j.Spikes > 0):
		return true
	}
	for _, kind := range reasons[r.code] {
		for _, f := range j.Faults {
			if f.Kind == kind && between(r.at, j.start.Add(f.At), j.start.Add(min(f.over(), j.For)+alarmBefore)) {
				return true
			}
		}
	}
	return false
}
