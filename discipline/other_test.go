package discipline

import (
	"slices"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Where the latency of sentences wanders, one of many says by chance that it was the clock that has moved.
func TestTheClockHasMovedWhereAllSentencesSaySoForLong(t *testing.T) {
	const unknown, pulse, clock = refclock.MovedUnknown, refclock.MovedPulse, refclock.MovedClock
	for _, c := range []struct {
		said []refclock.Moved // every 3 s
		is   bool
	}{
		{[]refclock.Moved{unknown, unknown, unknown, unknown, unknown, unknown, unknown, unknown, clock}, false},
		{slices.Repeat([]refclock.Moved{clock}, 8), true},
		{append([]refclock.Moved{unknown}, slices.Repeat([]refclock.Moved{clock}, 8)...), true},
		{append([]refclock.Moved{pulse}, slices.Repeat([]refclock.Moved{clock}, 8)...), false},
		{append(slices.Repeat([]refclock.Moved{clock}, 7), unknown, clock), false},
	} {
		var o other
		now := hw.Raw(time.Hour)
		for _, m := range c.said {
			now = now.Add(3 * time.Second)
			o.hear(m, now)
		}
		if is := o.clock != 0 && now.Sub(o.clock) >= clockFor; is != c.is {
			t.Errorf("%v: the clock has moved: %v", c.said, is)
		}
	}
}
