package loop

import (
	"math"

	"gpsntpd/hw"
	"gpsntpd/server/history"
)

// Moment is how things are at one, but for the servers, for the history.
type Moment struct {
	Second int64         // of UTC, since 1970 …
	Clock  history.Clock // … and whether the clock has been set to that
	history.Moment
}

func (l *Loop) moment(v *view) Moment {
	unknown := math.NaN()
	m := Moment{Second: v.utc.Unix(), Moment: history.Moment{
		State: v.state, Offset: unknown, Bound: unknown, Frequency: unknown, Jitter: unknown,
		Celsius: unknown, Satellites: unknown, Requests: unknown,
	}}
	if v.sensor == hw.OK {
		m.Celsius = float64(l.sensor.shown)
	}
	if v.fix != nil && v.fix.Used >= 0 {
		m.Satellites = float64(v.fix.Used)
	}
	if v.known {
		m.Clock = history.Set
		m.Offset, m.Bound = v.offset.Seconds(), v.bound.Seconds()
		m.Frequency, m.Jitter = v.estimates.Frequency.PPM(), v.estimates.Jitter.Seconds()
	}
	return m
}
