// Package refclock turns what the receiver sends into samples: how far the
// local clock is from UTC, at which moment, and how sure we are.
package refclock

import (
	"time"

	"gpsntpd/hw"
)

// UTC is what the reference claims: nanoseconds since 1970-01-01 00:00:00 UTC,
// leap seconds not counted. Zero means unknown.
type UTC int64

// Add returns u plus d.
func (u UTC) Add(d time.Duration) UTC { return u + UTC(d) }

// Sub returns u − v.
func (u UTC) Sub(v UTC) time.Duration { return time.Duration(u - v) }

// Std returns u as a time.Time in UTC.
func (u UTC) Std() time.Time { return time.Unix(0, int64(u)).UTC() }

// Offset is UTC minus local time: positive means that the local clock is slow.
// It is the only place in the program where the two are subtracted.
func Offset(ref UTC, local hw.Time) time.Duration { return time.Duration(int64(ref) - int64(local)) }

// At is the inverse of Offset: the UTC at which a clock that is off by offset
// shows local.
func At(local hw.Time, offset time.Duration) UTC { return UTC(int64(local) + int64(offset)) }

// Leap is the leap indicator of RFC 5905, figure 9.
type Leap uint8

// The values of the leap indicator.
const (
	LeapNone    Leap = 0
	LeapInsert  Leap = 1 // the last minute of the day has 61 seconds
	LeapDelete  Leap = 2 // the last minute of the day has 59 seconds
	LeapUnknown Leap = 3 // the clock is not synchronized
)

// Mode is the kind of position fix that the receiver says it has.
type Mode string

// The kinds of fix.
const (
	ModeNone Mode = "none"
	Mode2D   Mode = "2d"
	Mode3D   Mode = "3d"
	ModeTime Mode = "time" // surveyed position, time only
)

// Fix is one epoch of the receiver: which moment it names, and whether it
// stands by it.
type Fix struct {
	UTC    UTC     // the moment that the sentences name; may lie off the whole second
	Heard  hw.Time // arrival of the first byte of the epoch's first sentence
	Valid  bool    // time, date and status are all there and good
	Reason error   // why not, when not Valid
	Mode   Mode
	Used   int // satellites used, −1 when not said
	InView int // satellites in view, −1 when not said

	By       hw.Protocol   // what the messages are of that name it: those of one come at one place in the second
	Accuracy time.Duration // standard deviation of the receiver's time as it states it; 0: not said
	Standard Standard
	Relearnt bool // the receiver counts other leap seconds than in its epoch before
}

// Source tells what a sample was measured by.
type Source uint8

// The kinds of sample.
const (
	FromSentence Source = iota + 1 // the arrival of a sentence
	FromPulse                      // a pulse that a sentence named
	FromNetwork                    // servers of the network
)

// Moved is what the sentences say has moved, where a pulse that was named anew is
// elsewhere than the clock's second.
type Moved uint8

// What can have moved.
const (
	MovedUnknown Moved = iota
	MovedPulse         // the pulse: by the clock, sentences come as they did
	MovedClock         // the clock: by the pulse, sentences come as they did
)

// Sample is one measurement of the local clock.
type Sample struct {
	At         hw.Time       // when, by the local clock
	Offset     time.Duration // UTC − local
	Dispersion time.Duration // greatest error that the measurement itself may have, spikes of the pulse excepted
	Sawtooth   time.Duration // how late the receiver says that this pulse was; it is taken off
	Edge       time.Duration // by how much all pulses of this path may be stamped too late, by a constant that was not measured; not in Dispersion
	Stated     time.Duration // standard deviation of the receiver's time as it states it; the same error in all pulses, and not in Dispersion
	Source     Source
	Moved      Moved // of a pulse that was named anew
}
