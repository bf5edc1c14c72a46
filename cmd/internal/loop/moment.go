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

func (l *Loop) moment() Moment {
	s := l.controller.Snapshot()
	now := l.now.Time
	unknown := math.NaN()
	m := Moment{Second: utc(&s, now).Unix(), Moment: history.Moment{
		State: s.StateAt(now), Offset: unknown, Bound: unknown, Frequency: unknown, Jitter: unknown,
		Celsius: unknown, Satellites: unknown, Requests: unknown,
	}}
	if l.sensor.condition(l.now) == hw.OK {
		m.Celsius = float64(l.sensor.shown)
	}
	if l.receiver.ended != 0 && l.now.Raw.Sub(l.receiver.ended) < receiverSilent && l.receiver.epoch.Fix.Used >= 0 {
		m.Satellites = float64(l.receiver.epoch.Fix.Used)
	}
	if s.LastSample != 0 {
		e := l.controller.Estimates()
		m.Clock = history.Set
		m.Offset, m.Bound = s.OffsetAt(now).Seconds(), s.BoundAt(now).Seconds()
		m.Frequency, m.Jitter = e.Frequency.PPM(), e.Jitter.Seconds()
	}
	return m
}
