package loop

import (
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

// Satellites tells what the receiver said last of the sky.
func (l *Loop) Satellites() control.Satellites {
	c := control.Satellites{Satellites: []control.Satellite{}}
	if l.receiver.ended == 0 {
		return c
	}
	f := l.receiver.epoch.Fix
	if f.UTC != 0 {
		c.Time = &control.Time{Time: f.UTC.Std()}
	}
	c.AgeSeconds, c.Stale = l.age(l.receiver.ended), l.now.Raw.Sub(l.receiver.ended) >= receiverSilent
	c.Used, c.InView = known(f.Used), known(f.InView)
	all, told := l.decoder.Satellites()
	for _, s := range all {
		e := control.Satellite{
			System: string(s.System), Number: s.Number,
			ElevationDegrees: said(s.Elevation), AzimuthDegrees: said(s.Azimuth), CN0DBHz: said(s.CN0),
		}
		if told {
			e.Used = &s.Used
		}
		c.Satellites = append(c.Satellites, e)
	}
	return c
}

// said is nil for what the receiver has not said.
func said(n int) *int {
	if n == refclock.Unsaid {
		return nil
	}
	return &n
}
