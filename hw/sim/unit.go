package sim

import (
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"gpsntpd/hw"
)

// The values of a scenario carry their unit. They are structs because the TOML
// library asks only those to read text, and takes a bare number for the rest.

// Span is a length of time: "1us", "0.5s", "2h", "3d", "1024w".
type Span struct{ time.Duration }

// Shift is a time by which something is moved: a span with a sign.
type Shift struct{ time.Duration }

// Rate is a frequency offset: "12ppm", "3ppb", "1e-9".
type Rate struct{ hw.Frequency }

// Walk is the growth of a random walk of the frequency: a rate per root of
// time, "1e-9/sqrt(s)".
type Walk struct{ Sigma float64 }

// Share is a part of a whole: "0.5%".
type Share struct{ Ratio float64 }

// Degrees is a temperature, or a difference of two: "45C", "-0.5C".
type Degrees struct{ hw.Temperature }

// Coefficient is a rate for each degree: "100ppb/C".
type Coefficient struct{ PerDegree float64 }

// UnmarshalText reads a span from a scenario file.
func (s *Span) UnmarshalText(text []byte) error {
	d, err := duration(string(text))
	if err == nil && d < 0 {
		return fmt.Errorf("%q is negative", text)
	}
	s.Duration = d
	return err
}

// UnmarshalText reads a shift from a scenario file.
func (s *Shift) UnmarshalText(text []byte) error {
	d, err := duration(string(text))
	s.Duration = d
	return err
}

// UnmarshalText reads a rate from a scenario file.
func (r *Rate) UnmarshalText(text []byte) error {
	v, err := rate(string(text))
	r.Frequency = hw.Frequency(v)
	return err
}

// UnmarshalText reads a walk from a scenario file.
func (w *Walk) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "/sqrt(s)")
	v, err := rate(number)
	if !ok || err != nil || v < 0 {
		return fmt.Errorf(`%q is no random walk such as "1e-9/sqrt(s)"`, text)
	}
	w.Sigma = v
	return nil
}

// UnmarshalText reads a share from a scenario file.
func (s *Share) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "%")
	v, err := scaled(number, 0.01)
	if !ok || err != nil || v < 0 || v > 1 {
		return fmt.Errorf(`%q is no share from "0%%" to "100%%"`, text)
	}
	s.Ratio = v
	return nil
}

// UnmarshalText reads degrees from a scenario file.
func (d *Degrees) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "C")
	v, err := scaled(number, 1)
	if !ok || err != nil || math.Abs(v) > 1000 {
		return fmt.Errorf(`%q is no temperature such as "45C" or "-0.5C"`, text)
	}
	d.Temperature = hw.Temperature(v)
	return nil
}

// UnmarshalText reads a coefficient from a scenario file.
func (c *Coefficient) UnmarshalText(text []byte) error {
	number, ok := strings.CutSuffix(string(text), "/C")
	v, err := rate(number)
	if !ok || err != nil {
		return fmt.Errorf(`%q is no coefficient such as "100ppb/C"`, text)
	}
	c.PerDegree = v
	return nil
}

func rate(text string) (float64, error) {
	number, unit := text, 1.0
	if n, ok := strings.CutSuffix(text, "ppm"); ok {
		number, unit = n, 1e-6
	} else if n, ok := strings.CutSuffix(text, "ppb"); ok {
		number, unit = n, 1e-9
	}
	v, err := scaled(number, unit)
	if err != nil || math.Abs(v) > 1e-3 { // a crystal a thousandth off is broken
		return 0, fmt.Errorf(`%q is no rate such as "12ppm", "3ppb" or "1e-9"`, text)
	}
	return v, nil
}

// duration reads what time.ParseDuration reads, and days and weeks.
func duration(text string) (time.Duration, error) {
	const day = 24 * time.Hour
	unit := time.Duration(0)
	number, ok := strings.CutSuffix(text, "d")
	if ok {
		unit = day
	} else if number, ok = strings.CutSuffix(text, "w"); ok {
		unit = 7 * day
	}
	if unit == 0 {
		d, err := time.ParseDuration(text)
		if err != nil {
			return 0, fmt.Errorf(`%q is no time such as "1us", "0.5s" or "3d"`, text)
		}
		return d, nil
	}
	v, err := scaled(number, float64(unit))
	if err != nil || math.Abs(v) > math.MaxInt64/2 {
		return 0, fmt.Errorf(`%q is no number of days or weeks`, text)
	}
	return time.Duration(v), nil
}

func scaled(number string, unit float64) (float64, error) {
	v, err := strconv.ParseFloat(number, 64)
	if err == nil && (math.IsNaN(v) || math.IsInf(v, 0)) {
		err = errors.New("not finite")
	}
	return v * unit, err
}
