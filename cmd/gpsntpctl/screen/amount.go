package screen

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// Unknown stands for every value that the daemon does not know.
const Unknown = "-"

// With writes a value that may be unknown.
func With[T any](v *T, write func(T) string) string {
	if v == nil {
		return Unknown
	}
	return write(*v)
}

// Format is With, for what fmt.Sprintf can write.
func Format[T any](format string, v *T) string {
	return With(v, func(v T) string { return fmt.Sprintf(format, v) })
}

// Or is s, or that it is unknown.
func Or(s string) string {
	if s == "" {
		return Unknown
	}
	return s
}

// List joins what is known.
func (p Style) List(parts ...string) string {
	known := slices.DeleteFunc(parts, func(s string) bool { return s == Unknown })
	text := Or(strings.Join(known, ", "))
	if p.Language == why.Chinese {
		return strings.ReplaceAll(text, ", ", "，")
	}
	return text
}

// Seconds is v, in seconds, as a duration.
func Seconds(v float64) time.Duration { return time.Duration(math.Round(v * 1e9)) }

// Bound is an amount of v seconds, rounded up, so that it still holds.
func Bound(v float64) string { return human.Bound(Seconds(v)) }

// Interval is an amount of v seconds, rounded.
func Interval(v float64) string { return human.Seconds(Seconds(v)) }

// Signed is d with its sign, also where that is a plus.
func Signed(d time.Duration) string {
	if d < 0 {
		return human.Seconds(d)
	}
	return "+" + human.Seconds(d)
}

// Offset is an offset of v seconds, and in words what its sign means.
func (p Style) Offset(v float64) string {
	d := Seconds(v)
	switch {
	case d > 0:
		return p.Say("%s, our clock is slow", Signed(d))
	case d < 0:
		return p.Say("%s, our clock is fast", Signed(d))
	}
	return Signed(d)
}

// Duration is d in the language of p.
func (p Style) Duration(d time.Duration) string { return p.Language.Duration(d) }

// Ago says how long ago something was, in seconds.
func (p Style) Ago(v float64) string { return p.Say("%s ago", p.Duration(Seconds(v))) }

// Coarse is a duration of two units without the smaller one.
func Coarse(duration string) string {
	if words := strings.Fields(duration); len(words) > 2 {
		return words[0] + " " + words[1]
	}
	return duration
}

// PPM is a frequency of v parts in a million.
func PPM(v float64) string { return Minus(fmt.Sprintf("%+.3f ppm", v)) }

// Celsius is a temperature.
func Celsius(v float64) string { return Minus(fmt.Sprintf("%.1f °C", v)) }

// Minus is a number with the sign that is called so, instead of a hyphen.
func Minus(number string) string { return strings.Replace(number, "-", "−", 1) }

// UTC is a moment in UTC.
func UTC(t time.Time) string { return t.UTC().Format(time.DateTime) + " UTC" }

// Day is the day of t in UTC.
func Day(t time.Time) string { return t.UTC().Format(time.DateOnly) }

// Moment is t as it is said near now.
func Moment(t, now time.Time) string { return human.Moment(t, now) + " UTC" }
