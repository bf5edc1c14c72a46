package ntp

import (
	"math"
	"time"

	"gpsntpd/hw"
)

// Precision measures a clock, log2 seconds rounded up: the least time that
// passes between two readings that differ (RFC 5905, section 7.3), which is
// the time to read it or its smallest increment, whichever is longer. A clock
// that does not advance has the precision of a second.
func Precision(read func() hw.Time) int8 {
	const (
		enough = 100       // increments: some hit the moment when nothing interrupts
		most   = 1_000_000 // readings, for a clock that ticks in milliseconds
	)
	least, seen, last := time.Second, 0, read()
	for i := 0; i < most && seen < enough; i++ {
		now := read()
		if d := now.Sub(last); d > 0 {
			least = min(least, d)
			seen++
		}
		last = now
	}
	return int8(math.Ceil(math.Log2(least.Seconds())))
}
