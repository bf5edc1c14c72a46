package loop

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// view is how things are at one moment. Status, facts, alarms and the history's moment are
// made from it, so that they agree with each other.
type view struct {
	now       hw.Reading
	snapshot  *discipline.Snapshot
	state     discipline.State
	since     hw.Time // when the controller entered it; silence alone changes it later
	utc       control.Time
	estimates discipline.Estimates
	known     bool // there has been a sample: utc, offset and bound are more than the local clock's word
	offset    time.Duration
	bound     time.Duration

	receiver, pulse, sensor hw.State
	fix                     *refclock.Fix // of the newest epoch; nil: the receiver says nothing now
	told                    refclock.Receiver
	reception               bool // what told says of the reception is of now
	latency                 refclock.Latency
	facts                   *why.Facts // the loop's own: they are the same value in the next view
}

// toldFor is for how long what the receiver says of its reception counts.
const toldFor = time.Minute

// view looks at everything.
func (l *Loop) view() view {
	s, now := l.Latest.Load(), l.now.Time
	_, since := l.controller.State()
	v := view{
		now: l.now, snapshot: s, state: s.StateAt(now), since: since, utc: utc(s, now),
		estimates: l.controller.Estimates(),
		known:     s.LastSample != 0, offset: s.OffsetAt(now), bound: s.BoundAt(now),
		receiver: l.receiver.condition(l.now), pulse: l.pulseCondition(), sensor: l.sensor.condition(l.now),
		told: l.decoder.Receiver(), latency: l.Pairer.Latency(),
	}
	v.reception = v.told.At != 0 && now.Sub(v.told.At).Abs() < toldFor
	if r := &l.receiver; r.ended != 0 && l.now.Raw.Sub(r.ended) < receiverSilent {
		v.fix = &r.epoch.Fix
	}
	v.facts = l.gather(&v)
	return v
}

// Status describes everything at this moment, but the servers.
func (l *Loop) Status() control.Status {
	v := l.view()
	return l.status(&v)
}

// Why explains how things are at this moment, in a language.
func (l *Loop) Why(language why.Language) control.Why {
	v := l.view()
	return v.why(language)
}

// Alarms returns those that are raised, then those of the past, in the words of now.
func (l *Loop) Alarms(language why.Language) control.Alarms {
	v := l.view()
	return l.listAlarms(&v, language)
}

// Leap tells of leap seconds past and to come, and of the list that they are
// from. After it has expired it does not know of the next one.
func (l *Loop) Leap() control.Leap {
	v := l.view()
	return l.leap(&v)
}

// Everything is all four of one moment.
func (l *Loop) Everything(language why.Language) control.Moment {
	v := l.view()
	return control.Moment{Status: l.status(&v), Why: v.why(language), Alarms: l.listAlarms(&v, language), Leap: l.leap(&v)}
}
