package main

import (
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"
)

// Case is one run: a machine, and what goes wrong with it. Its text form, which
// a violation is reported in, says what differs from the default.
type Case struct {
	Seed uint64
	For  time.Duration
	Settings
	Faults []Fault
}

// Settings is what the machine and the receiver are like while nothing goes
// wrong. Each field is a key of the text form.
type Settings struct {
	Start string        // UTC when it is switched on
	Clock time.Duration // UTC − local then

	// The oscillator and the temperature around it.
	PPM    float64       // offset, positive is fast
	Walk   float64       // random walk of the frequency, per √s
	Cycle  float64       // ppm, of a sinusoid that no temperature explains …
	Period time.Duration // … and its period
	Tempco float64       // ppb/°C
	Swing  float64       // °C, up and down in an hour
	Sensor bool          // there is a thermometer …
	Lag    time.Duration // … that follows with this time constant

	// The kernel and the program.
	Steer bool          // gpsntpd steers the host's clock
	Tick  time.Duration // what adjtimex changes takes effect, and leap seconds are made, at the next of these
	Limit time.Duration // clock.max-error
	Wake  time.Duration // mean time from an interrupt to the pump that waits for it

	// The pulse and how it is stamped.
	Hz       int           // pulses a second
	Width    time.Duration // of each
	Capture  string        // "lead": the leading edge alone; "both": and the other one, for the width; "trail": the other one is taken for the second; "trailonly": it alone; "alike": both are, no one tells them apart
	Jitter   time.Duration // rms, both ways
	Tails    bool          // jitter with heavy tails: Student's t of 3 degrees
	Saw      time.Duration // rounding of the receiver's clock, peak to peak
	Shape    string        // of the interrupts' latency: exponential, gamma, bimodal, uniform, idle
	Delay    time.Duration // its mean; of idle the additional delay
	Share    float64       // of bimodal and idle: pulses that are late
	Constant time.Duration // least latency …
	Known    time.Duration // … and what gpsntpd takes for the greatest that it may be
	Spikes   float64       // share of pulses that are far off …
	Spike    time.Duration // … by half to one and a half of this

	// The sentences.
	Talk    string        // their kinds in order
	Epochs  int           // a second
	Latency time.Duration // from the moment named to the first byte
	Spread  time.Duration // rms of that
	Late    string        // its distribution: normal, uniform, exponential, wander
	Baud    int
	Digits  int    // decimals of the seconds
	Name    string // of a leap second: "60", "59" (again), "00" (too early)

	// Leap seconds.
	Leap  time.Duration // after the start; 0: none
	By    int           // +1 inserts, −1 deletes
	Table string        // "valid", "expired" or "absent": how much of it gpsntpd knows
}

// ordinary is a Raspberry Pi with a good receiver.
func ordinary() Settings {
	return Settings{
		Start: "2026-03-05T08:00:07.3", Clock: 250 * time.Millisecond,
		PPM: 11.8, Walk: 1e-9, Period: time.Hour,
		Steer: true, Limit: time.Millisecond, Wake: 30 * time.Microsecond,
		Hz: 1, Width: 100 * time.Millisecond, Capture: "lead", Jitter: 300 * time.Nanosecond, Shape: "exponential", Spike: 50 * time.Microsecond,
		Talk: "RMC,GGA", Epochs: 1, Latency: 120 * time.Millisecond, Spread: 3 * time.Millisecond, Late: "normal", Baud: 9600, Digits: 2, Name: "60",
		By: 1, Table: "valid",
	}
}

// Fault is something that goes wrong for a while, or at a moment.
type Fault struct {
	Kind string
	At   time.Duration
	For  time.Duration // 0: for good, or at a moment
	By   time.Duration
	X    float64
}

// String returns the text form: kind@at+for:by:x.
func (f Fault) String() string {
	s := f.Kind + "@" + f.At.String()
	if f.For != 0 {
		s += "+" + f.For.String()
	}
	if f.By != 0 || f.X != 0 {
		s += ":" + f.By.String()
	}
	if f.X != 0 {
		s += ":" + number(f.X)
	}
	return s
}

func number(x float64) string { return strconv.FormatFloat(x, 'g', -1, 64) }

func parseFault(text string) (f Fault, err error) {
	kind, rest, ok := strings.Cut(text, "@")
	if _, known := kinds[kind]; !ok || !known {
		return f, fmt.Errorf("%q: no fault of that kind", text)
	}
	parts := strings.Split(rest, ":")
	at, length, _ := strings.Cut(parts[0], "+")
	f.Kind = kind
	for _, p := range []struct {
		to   *time.Duration
		text string
	}{{&f.At, at}, {&f.For, length}, {&f.By, part(parts, 1)}} {
		if p.text != "" && err == nil {
			*p.to, err = time.ParseDuration(p.text)
		}
	}
	if x := part(parts, 2); x != "" && err == nil {
		f.X, err = strconv.ParseFloat(x, 64)
	}
	return f, err
}

// part returns part i, "" when there are fewer.
func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

// String returns the text form, which parse reads.
func (c Case) String() string {
	words := []string{fmt.Sprintf("seed=%d", c.Seed), "for=" + c.For.String()}
	is, was := reflect.ValueOf(c.Settings), reflect.ValueOf(ordinary())
	for i := range is.NumField() {
		if v := is.Field(i); !v.Equal(was.Field(i)) {
			words = append(words, fmt.Sprintf("%s=%v", key(i), v.Interface()))
		}
	}
	for _, f := range c.Faults {
		words = append(words, f.String())
	}
	return strings.Join(words, " ")
}

// key is the name of a setting in the text form.
func key(i int) string { return strings.ToLower(reflect.TypeFor[Settings]().Field(i).Name) }

// parse reads what String returns.
func parse(text string) (Case, error) {
	c := Case{For: time.Hour, Settings: ordinary()}
	for _, word := range strings.Fields(text) {
		name, value, setting := strings.Cut(word, "=")
		var err error
		switch {
		case !setting:
			var f Fault
			f, err = parseFault(word)
			c.Faults = append(c.Faults, f)
		case name == "seed":
			c.Seed, err = strconv.ParseUint(value, 10, 64)
		case name == "for":
			c.For, err = time.ParseDuration(value)
		default:
			err = c.set(name, value)
		}
		if err != nil {
			return c, fmt.Errorf("%s: %w", word, err)
		}
	}
	return c, nil
}

// set gives a setting its value.
func (s *Settings) set(name, value string) (err error) {
	v := reflect.ValueOf(s).Elem()
	for i := range v.NumField() {
		if key(i) != name {
			continue
		}
		switch f := v.Field(i).Addr().Interface().(type) {
		case *string:
			*f = value
		case *bool:
			*f, err = strconv.ParseBool(value)
		case *int:
			*f, err = strconv.Atoi(value)
		case *float64:
			*f, err = strconv.ParseFloat(value, 64)
		case *time.Duration:
			*f, err = time.ParseDuration(value)
		}
		return err
	}
	return fmt.Errorf("no such setting")
}
