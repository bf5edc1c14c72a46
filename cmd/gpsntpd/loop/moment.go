package loop

import (
	"math"

	"gpsntpd/server/history"
)

// Moment is how things are now, but for the servers, for the history: at which
// second of UTC, and whether the clock has been set to that.
func (l *Loop) Moment() (second int64, c history.Clock, m history.Moment) {
	s := l.controller.Snapshot()
	now := l.now.Time
	unknown := math.NaN()
	m = history.Moment{
		State: s.StateAt(now), Offset: unknown, Bound: unknown, Frequency: unknown, Jitter: unknown,
		Celsius: unknown, Satellites: unknown, Requests: unknown,
	}
	if l.sensor.condition(l.now) == "ok" {
		m.Celsius = float64(l.sensor.shown)
	}
	if l.receiver.ended != 0 && l.now.Raw.Sub(l.receiver.ended) < receiverSilent && l.receiver.epoch.Fix.Used >= 0 {
		m.Satellites = float64(l.receiver.epoch.Fix.Used)
	}
	if s.LastSample != 0 {
		e := l.controller.Estimates()
		c = history.Set
		m.Offset, m.Bound = s.OffsetAt(now).Seconds(), s.BoundAt(now).Seconds()
		m.Frequency, m.Jitter = e.Frequency.PPM(), e.Jitter.Seconds()
	}
	return utc(&s, now).Unix(), c, m
}
