package nmea

import (
	"strconv"
	"time"

	"gpsntpd/refclock"
)

const (
	day = 24 * time.Hour
	// rollover is the period of the ten-bit week number that GPS satellites
	// send (IS-GPS-200, 20.3.3.3.1.1): a receiver that does not know in which
	// of them it lives is wrong by a multiple of it.
	rollover = 1024 * 7 * day
)

// repaired is how many years a date may be too early, by two rollovers and more.
const repaired = 46

// dateUTC returns the midnight that begins a date, and false when there is no
// such date. Two digits are the year from 46 years before the pivot on, and none
// before 1980; then rollovers are added until the date is not before the day of the
// pivot, and nothing else is ever changed.
func dateUTC(year, month, mday int, notBefore refclock.UTC) (refclock.UTC, bool) {
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
	u, pivot := refclock.UTC(t.UnixNano()), notBefore.Std().Truncate(day).UnixNano()
	for int64(u) < pivot {
		u = u.Add(rollover)
	}
	return u, true
}

// timeOfDay reads hhmmss with an optional fraction. The leap second 23:59:60 is
// the time 24 h.
func timeOfDay(s string) (time.Duration, bool) {
	if len(s) < 6 || !digits(s[:6]) {
		return 0, false
	}
	var fraction time.Duration
	if rest := s[6:]; rest != "" {
		if rest[0] != '.' || !digits(rest[1:]) {
			return 0, false
		}
		n, _ := strconv.Atoi((rest[1:] + "000000000")[:9])
		fraction = time.Duration(n)
	}
	h, m, sec := two(s), two(s[2:]), two(s[4:])
	leap := h == 23 && m == 59 && sec == 60
	if h > 23 || m > 59 || sec > 59 && !leap {
		return 0, false
	}
	return time.Duration(h)*time.Hour + time.Duration(m)*time.Minute +
		time.Duration(sec)*time.Second + fraction, true
}

// apart returns a − b, as if both were times of day within twelve hours of
// each other.
func apart(a, b time.Duration) time.Duration {
	d := (a - b) % day
	switch {
	case d > day/2:
		d -= day
	case d < -day/2:
		d += day
	}
	return d
}

// digits tells whether s is made of digits alone.
func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

// two returns the number that the first two digits of s spell.
func two(s string) int { return int(s[0]-'0')*10 + int(s[1]-'0') }
