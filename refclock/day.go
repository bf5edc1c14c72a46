package refclock

import "time"

// Day is a day without a leap second.
const Day = 24 * time.Hour

// Apart returns a − b, as if both were times of day within twelve hours of
// each other.
func Apart(a, b time.Duration) time.Duration {
	d := (a - b) % Day
	switch {
	case d > Day/2:
		d -= Day
	case d < -Day/2:
		d += Day
	}
	return d
}

// rollover is the period of the ten-bit week number that GPS satellites send
// (IS-GPS-200, 20.3.3.3.1.1): a receiver that does not know in which of them it lives
// is wrong by a multiple of it.
const rollover = 1024 * 7 * Day

// repaired is how many years a date may be too early, by two rollovers and more.
const repaired = 46

// DateUTC returns the midnight that begins a date, and false when there is no
// such date. Two digits are the year from 46 years before the pivot on, and none
// before 1980; then rollovers are added until the date is not before the day of the
// pivot, and nothing else is ever changed.
func DateUTC(year, month, mday int, notBefore UTC) (UTC, bool) {
	switch {
	case year < 0:
		return 0, false
	case year < 100:
		earliest := max(notBefore.Std().Year()-repaired, 1980)
		year += (earliest - year + 99) / 100 * 100
	}
	t := time.Date(year, time.Month(month), mday, 0, 0, 0, 0, time.UTC)
	if t.Month() != time.Month(month) || t.Day() != mday {
		return 0, false // time.Date normalizes 31 February
	}
	// GPS time begins in 1980; nanoseconds in 64 bits end in 2262.
	if year < 1980 || year >= 2200 {
		return 0, false
	}
	u, pivot := UTC(t.UnixNano()), notBefore.Std().Truncate(Day).UnixNano()
	for int64(u) < pivot {
		u = u.Add(rollover)
	}
	return u, true
}
