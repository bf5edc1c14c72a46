package loop

import (
	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func (l *Loop) listAlarms(v *view, language why.Language) control.Alarms {
	answer := control.Alarms{}
	l.chain.Set(v.facts)
	first := why.Code("")
	if link := l.chain.First(v.state); link != nil {
		first = link.Code
	}
	for _, a := range l.alarms.All(v.utc.Time, &l.chain, first) {
		text, remedy := a.Now(v.facts, language, v.utc.Time)
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

// alert looks at v for what is to be raised or cleared.
func (l *Loop) alert(v *view) {
	l.chain.Set(v.facts)
	for _, a := range l.alarms.Step(v.now.Raw, v.utc.Time, &l.chain, v.facts) {
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
