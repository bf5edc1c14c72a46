package loop

import (
	"errors"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// leaping has a leap second made that the receiver names and no valid table
// knows, once the sentence after it goes on behind it. offset is UTC − local when
// f was heard.
func (l *Loop) leaping(f refclock.Fix, offset time.Duration) {
	midnight := l.midnight
	switch late := refclock.At(f.Heard, offset).Sub(f.UTC); {
	case errors.Is(f.Reason, refclock.ErrLeapSecond):
		l.midnight = f.UTC - f.UTC%refclock.UTC(time.Second)
		return
	case midnight != 0 && f.Valid && f.UTC >= midnight && late >= time.Second && late < 2*time.Second && !l.Leaps.Covers(midnight.Std().Unix()):
		l.handle(func(r hw.Reading) discipline.Action { return l.controller.Leaping(midnight, r) })
	}
	l.midnight = 0
}

// aroundLeap is how many seconds before and after a leap second nothing is begun with.
const aroundLeap = 2

// unsure reports whether f is so near a leap second of the table that the second cannot be named
// by it: receivers name that second in several ways, and there is no estimate yet to count by.
func (l *Loop) unsure(f refclock.Fix) bool {
	if l.Latest.Load().LastSample != 0 || !f.Valid {
		return false
	}
	seconds := f.UTC.Std().Unix()
	at, by := l.Leaps.Next(seconds - aroundLeap)
	return by != 0 && at-seconds <= aroundLeap
}

// doubtPairing has the second named anew when pulse, sentences and clock
// contradict each other.
func (l *Loop) doubtPairing() {
	if l.Pairer.Doubts(l.now.Time, l.controller.LastRejected()) && !l.wrongEdge() {
		l.doubt()
		l.Pairer.Forget()
	}
}

// When the clock itself is too wrong to name the second of a pulse, or has not
// been confirmed in doing so for long, the second is named anew.
const (
	relearnBound = time.Millisecond
	relearnAfter = 5 * time.Minute

	fallbackNames = 100 * time.Millisecond // to within this servers name the second of a pulse
)

func (l *Loop) relearn() {
	s := l.Latest.Load()
	state := s.StateAt(l.now.Time)
	sure := state.Synchronized() && (!state.Networked() || s.BoundAt(l.now.Time) < fallbackNames)
	if !l.Pairer.Named() || sure || l.wrongEdge() {
		return
	}
	if s.LastSample == 0 || s.Growth.Own(l.now.Time.Sub(s.Measured)) > relearnBound || l.now.Time.Sub(s.LastSample) > relearnAfter {
		l.Pairer.Forget()
	}
}

// wrongEdge reports whether the pulse is known to be stamped at its end.
func (l *Loop) wrongEdge() bool {
	return l.pulse.polarity.Evidence(l.Pairer.Latency()).Verdict == refclock.PolarityWrong
}

// doubt has the reference not believed.
func (l *Loop) doubt() {
	if l.controller.Doubted() {
		return
	}
	l.handle(func(r hw.Reading) discipline.Action {
		l.controller.Doubt(r)
		return l.controller.Tick(r)
	})
}
