// Package hw is the vocabulary of the machine: what its clocks show, what its
// pulse input saw and what its serial port heard. The packages below it do the
// input and output; nothing here does.
package hw

import (
	"context"
	"time"
)

// Time is what our clock showed: nanoseconds since 1970-01-01 00:00:00 as the
// local clock reckons it. How wrong that clock is, is for refclock to measure:
// Time and refclock.UTC are different types so that they cannot be confused.
type Time int64

// Add returns t plus d.
func (t Time) Add(d time.Duration) Time { return t + Time(d) }

// Sub returns t − u.
func (t Time) Sub(u Time) time.Duration { return time.Duration(t - u) }

// Std returns t for printing, as a time.Time in UTC.
func (t Time) Std() time.Time { return time.Unix(0, int64(t)).UTC() }

// Raw is what the raw monotonic clock showed, in nanoseconds from an arbitrary
// origin: the oscillator itself, which no one steers or steps.
type Raw int64

// Add returns r plus d.
func (r Raw) Add(d time.Duration) Raw { return r + Raw(d) }

// Sub returns r − s.
func (r Raw) Sub(s Raw) time.Duration { return time.Duration(r - s) }

// Frequency is a dimensionless rate, seconds per second: positive is faster.
type Frequency float64

// Units of Frequency.
const (
	PPB Frequency = 1e-9
	PPM Frequency = 1e-6
)

// PPM returns f in parts per million.
func (f Frequency) PPM() float64 { return float64(f / PPM) }

// Over returns the time that f gains in d, rounded to the nanosecond.
func (f Frequency) Over(d time.Duration) time.Duration {
	ns := float64(f) * float64(d)
	if ns < 0 {
		return time.Duration(ns - 0.5)
	}
	return time.Duration(ns + 0.5)
}

// Reading is what the local clock and the raw monotonic clock showed at one
// and the same moment.
type Reading struct {
	Time   Time
	Raw    Raw
	Asleep time.Duration // how long the machine has been suspended so far; the raw clock stood still meanwhile
}

// After returns what the clocks show d later, when the local one runs as fast
// as the raw one.
func (r Reading) After(d time.Duration) Reading {
	r.Time, r.Raw = r.Time.Add(d), r.Raw+Raw(d)
	return r
}

// Edge is one transition of the pulse line, as a path of it was stamped.
type Edge struct {
	At     Time
	Seq    uint32        // the kernel's count of edges
	Missed uint32        // edges that it counted since the one before and that no one saw
	Width  time.Duration // from the edge before to the opposite one between the two; 0 when unknown
	Path   Path          // "": PathKernel
	Within time.Duration // how far from At the edge may have been, for the reading of clocks alone; 0: unknown
}

// Temperature is what a sensor near the oscillator showed, in °C.
type Temperature float64

// State is the condition of a device, one enumerated word for people and JSON. One that
// is open may also be in one that is named after why nothing good comes: the word of a
// refclock.Reason.
type State string

// The conditions that a device can be in.
const (
	Missing State = "missing" // no such device
	Denied  State = "denied"  // the device is there and we may not open it
	Busy    State = "busy"    // another process holds it
	Failed  State = "failed"  // it opened, then failed; it is tried again
	Open    State = "open"    // it is being read
	Console State = "console" // the kernel uses it as its console, and it is left alone
	Login   State = "login"   // a login waits on it, and it is left alone
	OK      State = "ok"      // open, and what it delivers is good
	Off     State = "off"     // the configuration says that there is none
	Silent  State = "silent"  // open, and it delivers nothing
	Garbage State = "garbage" // open, and nothing that it delivers makes sense
)

// Device is what a pump reports when the condition of its device changes.
type Device struct {
	Via   Path // of a pulse device: the path; "": PathKernel
	Path  string
	State State
	Baud  int    // of an open serial port, bits per second
	Name  string // of an open pulse device, as its driver says …
	Port  string // … and the serial port that it hangs on; "" for none
	// Beside is what an open serial port is used for as well: Console, Login or
	// Busy; "" for nothing.
	Beside State
	Holder string // the program or unit that uses it; "" when that is not known
	Err    error  // why it is not open; nil when it is
}

// Clock is a clock that can be read.
type Clock interface {
	// Read returns the local clock and the raw monotonic clock at one moment.
	Read() Reading
	// FromKernel returns what this clock showed when the kernel's
	// CLOCK_REALTIME, with which the kernel stamps packets and pulses,
	// showed t. For the kernel clock itself that is t.
	FromKernel(t Time) Time
}

// Leap is a leap second, which a clock makes by itself. The zero value is none.
type Leap struct {
	At Time          // when the clock first shows this …
	By time.Duration // … it jumps: −1 s at midnight repeats the second before it, +1 s at 23:59:59 leaves that one out
}

// Claim is what a host's clock tells everybody on the host about itself.
type Claim struct {
	Synchronized bool
	MaxError     time.Duration // greatest error
	EstError     time.Duration // likely error
	TAIOffset    int           // TAI − UTC in seconds; 0 when unknown
}

// Steerable is a clock that can also be corrected.
type Steerable interface {
	Clock
	// Frequency returns the correction that was in force when the clock was
	// taken over, if whoever set it left the clock synchronized.
	Frequency() (f Frequency, synchronized bool)
	// SetFrequency makes the clock run by f faster than its oscillator, until
	// the next call. f is at most ±500 ppm.
	SetFrequency(f Frequency) error
	// Step moves the clock by d at once.
	Step(d time.Duration) error
	// Arm has the clock make a leap second; the zero value takes that back.
	Arm(l Leap) error
	// Claim passes on what the clock may say of itself.
	Claim(c Claim) error
}

// Pulses is a source of edges. Run blocks until ctx ends, reopens its device
// with back-off, and reports each change of its condition.
type Pulses interface {
	Run(ctx context.Context, edges chan<- Edge, devices chan<- Device) error
}

// Thermometer is a source of temperatures, about one a second. Run blocks until
// ctx ends, and reports each change of its sensor's condition.
type Thermometer interface {
	Run(ctx context.Context, temperatures chan<- Temperature, devices chan<- Device) error
}
