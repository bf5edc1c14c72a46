package loop

import "gpsntpd/server/alarm"

// Observer sees what the loop does. Its functions are called by the loop, in which
// they must not block; those that are nil see nothing.
type Observer struct {
	Published func()            // Latest has changed
	Second    func(Moment)      // how things are, once a second
	Alarm     func(alarm.Alarm) // one was raised or cleared
}

func (l *Loop) observe(m Moment) {
	for _, o := range l.Observers {
		if o.Second != nil {
			o.Second(m)
		}
	}
}
