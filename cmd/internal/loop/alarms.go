package loop

import (
	"time"

	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// Alarms returns those that are raised, then those of the past, in the words of now.
func (l *Loop) Alarms(language why.Language) control.Alarms {
	answer := control.Alarms{}
	f := l.facts()
	l.chain.Set(f)
	first := why.Code("")
	if link := l.chain.First(f.Clock.State); link != nil {
		first = link.Code
	}
	now := l.utcNow()
	for _, a := range l.alarms.All(now, &l.chain, first) {
		text, remedy := a.Now(f, language, now)
		answer = append(answer, listed(&a, text, remedy))
	}
	return answer
}

// Notice is a in the words with which it was raised or cleared.
func Notice(a *alarm.Alarm, language why.Language) control.Alarm {
	text, remedy := a.Notice(language)
	return listed(a, text, remedy)
}

func listed(a *alarm.Alarm, text, remedy string) control.Alarm {
	c := control.Alarm{
		Code: string(a.Code), Severity: string(a.Severity), Raised: control.Time{Time: a.Raised}, Text: text, Remedy: remedy,
	}
	if !a.Cleared.IsZero() {
		c.Cleared = &control.Time{Time: a.Cleared}
	}
	if a.Because != "" {
		c.Because = some(string(a.Because))
	}
	return c
}

// utcNow is UTC as far as we know it.
func (l *Loop) utcNow() time.Time {
	if s := l.Latest.Load(); s.LastSample != 0 {
		return utc(s, l.now.Time).Time
	}
	return l.now.Time.Std()
}

// alert looks once a second what is to be raised or cleared.
func (l *Loop) alert() {
	f := l.facts()
	l.chain.Set(f)
	for _, a := range l.alarms.Step(l.now.Raw, l.utcNow(), &l.chain, f) {
		l.logAlarm(&a)
		for _, o := range l.Observers {
			if o.Alarm != nil {
				o.Alarm(a)
			}
		}
	}
}

func (l *Loop) logAlarm(a *alarm.Alarm) {
	e, message := l.Log.Warn(), "alarm"
	switch {
	case !a.Cleared.IsZero():
		e, message = l.Log.Info(), "alarm cleared"
	case a.Severity == alarm.Critical:
		e = l.Log.Error()
	}
	text, _ := a.Notice(why.English)
	e = e.Str("code", string(a.Code)).Str("text", text).Str("cause", string(a.Cause))
	if a.Because != "" {
		e = e.Str("because", string(a.Because))
	}
	e.Str("severity", string(a.Severity)).Msg(message)
}
