package web

import (
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gpsntpd/server/human"
)

// The script writes values in the same way: see src/format.js.

func nanoseconds(seconds float64) time.Duration { return time.Duration(math.Round(seconds * 1e9)) }

// offset is a small interval with its sign.
func offset(seconds float64) string {
	d := nanoseconds(seconds)
	if d > 0 {
		return "+" + human.Seconds(d)
	}
	return human.Seconds(d)
}

func interval(seconds float64) string { return human.Seconds(nanoseconds(seconds)) }

// bound is a limit, which is not claimed smaller than it is.
func bound(seconds float64) string { return human.Bound(nanoseconds(seconds)) }

func fixed(v float64, digits int, unit string) string {
	text := strconv.FormatFloat(v, 'f', digits, 64) + unit
	if rest, negative := strings.CutPrefix(text, "-"); negative {
		return "−" + rest
	}
	return text
}

// duration is an age, or how long something lasts, in its two largest units.
func (w words) duration(seconds float64) string {
	s := int64(seconds)
	switch {
	case s < 60:
		return fmt.Sprintf("%d %s", s, w["second"])
	case s < 3600:
		return fmt.Sprintf("%d %s %d %s", s/60, w["minute"], s%60, w["second"])
	case s < 86400:
		return fmt.Sprintf("%d %s %d %s", s/3600, w["hour"], s/60%60, w["minute"])
	}
	return fmt.Sprintf("%d %s %d %s", s/86400, w["day"], s/3600%24, w["hour"])
}

// date is a day as people of that language write it.
func (w words) date(t time.Time) string {
	day := w.say("day_of_year", "n", strconv.Itoa(t.YearDay()))
	if w["tag"] == "en" {
		return t.Format("Monday, 2 January 2006") + " · " + day
	}
	return t.Format("2006年1月2日") + " 星期" + string([]rune("日一二三四五六")[t.Weekday()]) + " · " + day
}

// at is a moment in UTC, with its day unless that is today.
func (w words) at(t, now time.Time) string {
	if t.Format(time.DateOnly) == now.Format(time.DateOnly) {
		return t.Format(time.TimeOnly) + " UTC"
	}
	return t.Format(time.DateTime) + " UTC"
}

// some writes what p points to; nothing when that is unknown.
func some[T any](w words, p *T, write func(T) string) string {
	if p == nil {
		return w["nothing"]
	}
	return write(*p)
}
