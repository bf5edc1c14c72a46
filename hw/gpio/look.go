package gpio

import (
	"time"

	"gpsntpd/hw"
)

// looked is what a window showed: the edge came within ± of at.
type looked struct {
	at     hw.Time
	within time.Duration
}

// look reads level again and again until it turns from low to high, or the clock shows end.
// The edge lies between the moment before the last look that was low and the one after the
// first that was high. It reports false when there was none, or the line was high from the
// start.
func look(now func() hw.Time, level func() bool, end hw.Time) (looked, bool) {
	before := now()
	if level() {
		return looked{}, false
	}
	for {
		start := now()
		high := level()
		after := now()
		if high {
			return looked{before + (after-before)/2, time.Duration(after-before) / 2}, true
		}
		if after >= end {
			return looked{}, false
		}
		before = start
	}
}
