package loop

import (
	"gpsntpd/server/alarm"
)

// Alarms returns those that are raised, then those of the past.
func (l *Loop) Alarms() []alarm.Alarm { return l.alarms.All() }

// alert looks once a second what is to be raised or cleared.
func (l *Loop) alert() {
	f := l.facts()
	l.chain.Set(f)
	s := l.Latest.Load()
	now := l.now.Time.Std()
	if s.LastSample != 0 {
		now = utc(s, l.now.Time).Time
	}
	for _, a := range l.alarms.Step(l.now.Raw, now, &l.chain, f) {
		l.logAlarm(&a)
		if l.Raised != nil {
			l.Raised(a)
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
	e.Str("code", string(a.Code)).Str("severity", string(a.Severity)).Str("cause", string(a.Cause)).
		Str("text", a.English.Text).Msg(message)
}
