// Package sim is the simulated machine: an oscillator that drifts and wanders,
// a receiver that speaks NMEA, a pulse with jitter, and their faults. It plays
// in virtual time for tests, and in real time on a pseudo-terminal.
package sim

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

// Truth is the true UTC on the simulated machine's own axis, which only the
// simulation knows: nanoseconds since 1970-01-01 00:00:00.
type Truth int64

// Add returns t plus d.
func (t Truth) Add(d time.Duration) Truth { return t + Truth(d) }

// Sub returns t − u.
func (t Truth) Sub(u Truth) time.Duration { return time.Duration(t - u) }

// Std returns t for printing, as a time.Time in UTC.
func (t Truth) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// HostTruth takes the host's CLOCK_REALTIME at this moment for true and
// continues it on CLOCK_MONOTONIC, so that setting the host's clock later
// moves nothing.
func HostTruth() func() Truth {
	origin := time.Now()
	passed := func() time.Duration { return time.Since(origin) }
	at, now := hw.Together(passed, clock.Realtime)
	start := Truth(now).Add(-at)
	return func() Truth { return start.Add(passed()) }
}

// TruthFrom lets start be true at this moment and continues it on
// CLOCK_MONOTONIC.
func TruthFrom(start Truth) func() Truth {
	origin := time.Now()
	return func() Truth { return start.Add(time.Since(origin)) }
}
