package ntp

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

func TestPrecisionIsTheLeastIncrementThatAReaderSees(t *testing.T) {
	for _, c := range []struct {
		name       string
		cost, tick time.Duration // of one reading, of the clock
		want       int8
	}{
		{"reading takes 40 ns", 40, 1, -24},
		{"reading takes 59 ns", 59, 1, -24},
		{"reading takes 60 ns", 60, 1, -23},
		{"ticks of 1 µs", 40, time.Microsecond, -19},
		{"ticks of 4 ms", 40, 4 * time.Millisecond, -7},
		{"stands still", 0, 1, 0},
	} {
		var now time.Duration
		got := Precision(func() hw.Time {
			now += c.cost
			return hw.Time(now.Truncate(c.tick))
		})
		if got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

func TestASteppedClockDoesNotFoolPrecision(t *testing.T) {
	now := hw.Time(0)
	got := Precision(func() hw.Time {
		now += 100
		if now%1000 == 0 {
			now -= 5000
		}
		return now
	})
	if got != -23 {
		t.Errorf("%d, want -23", got)
	}
}
