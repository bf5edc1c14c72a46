// Package human writes durations the way people read them: how long something
// has lasted, how far off a clock is, how wrong it may be at most.
package human

import (
	"fmt"
	"math"
	"strconv"
	"time"
)

const (
	day   = 24 * time.Hour
	minus = "−" // the minus sign, U+2212
)

// Duration is an age or how long something has lasted, in its two largest
// units and never rounded up: "0.4 s", "12 s", "3 min 12 s", "2 days 5 h".
func Duration(d time.Duration) string {
	switch {
	case d < 0:
		return minus + Duration(-max(d, -math.MaxInt64))
	case d < time.Second:
		return fmt.Sprintf("0.%d s", d/(100*time.Millisecond))
	case d < time.Minute:
		return fmt.Sprintf("%d s", d/time.Second)
	case d < time.Hour:
		return pair(d, time.Minute, "min", time.Second, "s")
	case d < day:
		return pair(d, time.Hour, "h", time.Minute, "min")
	case d < 2*day:
		return pair(d, day, "day", time.Hour, "h")
	}
	return pair(d, day, "days", time.Hour, "h")
}

// pair writes d in two units, and leaves out the smaller one when it is none.
func pair(d, large time.Duration, name string, small time.Duration, smallName string) string {
	s := fmt.Sprintf("%d %s", d/large, name)
	if rest := d % large / small; rest > 0 {
		s += fmt.Sprintf(" %d %s", rest, smallName)
	}
	return s
}

// Seconds is an offset or another small interval with two significant digits:
// "−0.21 µs", "3.9 µs", "0.12 s". From 100 s on it reads as a Duration.
func Seconds(d time.Duration) string {
	if d < 0 {
		return minus + Seconds(-max(d, -math.MaxInt64))
	}
	step := digits(d)
	return write((d + step/2) / step * step)
}

// Bound is like Seconds, but rounded up: a limit must not be claimed smaller
// than it is. It is for values that are not negative.
func Bound(d time.Duration) string {
	step := digits(d)
	return write((d + step - 1) / step * step)
}

// digits returns the weight of d's second significant digit; 1 ns where d
// reads as a Duration, which does its own rounding.
func digits(d time.Duration) time.Duration {
	step := time.Duration(1)
	for d < 100*time.Second && d/step >= 100 {
		step *= 10
	}
	return step
}

var units = [...]struct {
	size time.Duration
	name string
}{
	{time.Nanosecond, " ns"}, {time.Microsecond, " µs"}, {time.Millisecond, " ms"}, {time.Second, " s"},
}

// write writes d, which is rounded already, in the unit that makes its number
// less than 100.
func write(d time.Duration) string {
	for _, u := range units {
		if d >= 100*u.size {
			continue
		}
		decimals := 0
		switch {
		case u.size == time.Nanosecond || d >= 10*u.size:
		case d >= u.size:
			decimals = 1
		default:
			decimals = 2
		}
		return strconv.FormatFloat(float64(d)/float64(u.size), 'f', decimals, 64) + u.name
	}
	return Duration(d)
}

// soon is within which a moment is told to the second.
const soon = 10 * time.Minute

// Moment is a time of day in UTC, never later than t: with seconds when it is near
// to now, and with its date on another day. "18:42", "18:42:05", "2026-11-30 18:42".
func Moment(t, now time.Time) string {
	t, now = t.UTC(), now.UTC()
	text := t.Format("15:04")
	if t.Sub(now).Abs() < soon {
		text = t.Format(time.TimeOnly)
	}
	if t.Format(time.DateOnly) != now.Format(time.DateOnly) {
		text = t.Format(time.DateOnly) + " " + text
	}
	return text
}
