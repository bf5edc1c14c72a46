package nmea

import (
	"strconv"
	"time"
)

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

// digits reports whether s is made of digits alone.
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
