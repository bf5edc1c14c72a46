package nmea

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const (
	// carried is how long a date serves the epochs that have none. Receivers
	// that do not send it with each epoch send it every few seconds or
	// minutes; from 12 h on it could not be told which midnight was passed.
	carried = time.Hour
	// gap is how far the time may go forward from one valid epoch to the next
	// without more evidence.
	gap = time.Minute
	// jitter is how far off the beat of the receiver an epoch may lie: some
	// let their epochs drift by a millisecond a second.
	jitter = 5 * time.Millisecond
	// fastest is how many epochs a second a receiver has at most.
	fastest = 25
	// confirmed is how many epochs in a row make us believe a time that
	// contradicts the one before: an old sentence sent again comes alone.
	confirmed = 3
)

// dated is the last epoch with a date of its own that is to be believed.
type dated struct {
	utc refclock.UTC
	at  hw.Time // when it began
}

// carry returns the moment that the time of day of an epoch that began at now
// names, 0 when the date is not known or too old.
func (d dated) carry(tod time.Duration, now hw.Time) refclock.UTC {
	if d.utc == 0 || now.Sub(d.at).Abs() > carried {
		return 0
	}
	ahead := apart(tod, time.Duration(d.utc)%day)
	if ahead.Abs() > carried {
		return 0
	}
	return d.utc.Add(ahead)
}

// order believes epochs that go on from the last valid one. The checksum of a
// sentence is 8 bits of exclusive or, and receivers repeat old times after an
// outage: a time that goes back, far ahead or off the beat needs more evidence.
type order struct {
	last    refclock.UTC  // of the last valid epoch
	beat    time.Duration // between epochs, 1 s at most; 0 before the second
	outage  bool          // the receiver had no fix since
	odd     refclock.UTC  // of the last epoch that was not believed
	oddSeen int           // how many of them in a row
}

// allows tells whether an epoch at u, which so many kinds of sentence agree on,
// is to be believed.
func (o order) allows(u refclock.UTC, agreeing int) bool {
	switch {
	case o.last == 0, o.oddSeen+1 >= confirmed && u > o.odd:
		return true
	case u <= o.last:
		return false
	case o.outage, agreeing > 1:
		return true
	}
	return u.Sub(o.last) <= gap && o.inStep(u)
}

// inStep tells whether u is a whole number of beats after the last epoch.
func (o order) inStep(u refclock.UTC) bool {
	if o.beat == 0 {
		return true
	}
	off := u.Sub(o.last) % o.beat
	return min(off, o.beat-off) <= jitter
}

// settle takes an epoch at u that was judged.
func (o *order) settle(u refclock.UTC, reason error) {
	switch reason {
	case nil:
		beat, before := o.beat, o.last
		if o.oddSeen+1 >= confirmed && !o.inStep(u) {
			beat, before = 0, o.odd // the receiver has changed its ways
		}
		if before != 0 && u > before {
			beat = beatOf(u.Sub(before), beat)
		}
		*o = order{last: u, beat: beat}
	case refclock.ErrNoFix:
		o.outage = true
	case refclock.ErrBadTime:
		if u <= o.odd {
			o.oddSeen = 0
		}
		o.odd = u
		o.oddSeen++
	}
}

// beatOf is the beat of a receiver whose epochs were d apart just now, and had a
// beat before. Receivers say something a whole number of times a second, but may
// have left some out.
func beatOf(d, before time.Duration) time.Duration {
	for n := range fastest {
		beat := time.Second / time.Duration(n+1)
		if off := d % beat; min(off, beat-off) <= jitter && (before == 0 || beat <= before) {
			return beat
		}
	}
	return before
}
