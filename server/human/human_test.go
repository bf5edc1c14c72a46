package human

import (
	"math"
	"testing"
	"time"
)

func TestADurationHasTwoUnitsAtMostAndIsNeverRoundedUp(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                                  "0.0 s",
		499 * time.Millisecond:             "0.4 s",
		59*time.Second + 999999999:         "59 s",
		time.Minute:                        "1 min",
		192 * time.Second:                  "3 min 12 s",
		time.Hour + 59*time.Second:         "1 h",
		2*time.Hour + 5*time.Minute:        "2 h 5 min",
		25 * time.Hour:                     "1 day 1 h",
		53*time.Hour + 59*time.Minute:      "2 days 5 h",
		-90 * time.Second:                  "−1 min 30 s",
		time.Duration(math.MaxInt64):       "106751 days 23 h",
		time.Duration(math.MinInt64):       "−106751 days 23 h",
		-time.Second - 999*time.Nanosecond: "−1 s",
	} {
		if got := Duration(d); got != want {
			t.Errorf("Duration(%d) = %q, want %q", int64(d), got, want)
		}
	}
}

func TestSecondsHaveTwoSignificantDigits(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0:                            "0 ns",
		7:                            "7 ns",
		99:                           "99 ns",
		-210:                         "−0.21 µs",
		994:                          "0.99 µs",
		996:                          "1.0 µs",
		3900:                         "3.9 µs",
		30518:                        "31 µs",
		99600:                        "0.10 ms",
		121 * time.Millisecond:       "0.12 s",
		16 * time.Second:             "16 s",
		99900 * time.Millisecond:     "1 min 40 s",
		192 * time.Second:            "3 min 12 s",
		-46 * 365 * day:              "−16790 days",
		time.Duration(math.MinInt64): "−106751 days 23 h",
	} {
		if got := Seconds(d); got != want {
			t.Errorf("Seconds(%d) = %q, want %q", int64(d), got, want)
		}
	}
}

func TestABoundIsNeverClaimedSmallerThanItIs(t *testing.T) {
	for d, want := range map[time.Duration]string{
		3900:                             "3.9 µs",
		3901:                             "4.0 µs",
		30518:                            "31 µs",
		99001:                            "0.10 ms",
		16 * time.Second:                 "16 s",
		15*time.Second + time.Nanosecond: "16 s",
	} {
		if got := Bound(d); got != want {
			t.Errorf("Bound(%d) = %q, want %q", int64(d), got, want)
		}
	}
}

func TestAMomentIsNeverToldLaterThanItIs(t *testing.T) {
	at := time.Date(2026, 11, 30, 18, 42, 59, 999_999_999, time.UTC)
	for before, want := range map[time.Duration]string{
		0: "18:42:59", 9 * time.Minute: "18:42:59", -9 * time.Minute: "18:42:59", time.Hour: "18:42", 24 * time.Hour: "2026-11-30 18:42",
	} {
		if got := Moment(at, at.Add(-before)); got != want {
			t.Errorf("%v before: %s, want %s", before, got, want)
		}
	}
}
