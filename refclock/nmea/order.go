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
	// confirmed is how many epochs in a row make us believe a time that
	// contradicts the one before: an old sentence sent again comes alone.
	confirmed = 3
)

// dated is the last valid epoch with a date of its own.
type dated struct {
	utc   refclock.UTC
	heard hw.Time
}

// carry returns the moment that the time of day of an epoch heard now names, 0
// when the date is not known or too old.
func (d dated) carry(tod time.Duration, heard hw.Time) refclock.UTC {
	if d.utc == 0 || heard.Sub(d.heard).Abs() > carried {
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
// outage: a time that goes back, or far ahead, needs more evidence.
type order struct {
	last    refclock.UTC // of the last valid epoch
	outage  bool         // the receiver had no fix since
	odd     refclock.UTC // of the last epoch that was not believed
	oddSeen int          // how many of them in a row
}

// allows tells whether an epoch at u, which so many kinds of sentence agree on,
// is to be believed.
func (o order) allows(u refclock.UTC, agreeing int) bool {
	if o.last == 0 || follows(u, o.last) {
		return true
	}
	if u > o.last && (o.outage || agreeing > 1) {
		return true
	}
	return follows(u, o.odd) && o.oddSeen+1 >= confirmed
}

// settle takes an epoch at u that was judged.
func (o *order) settle(u refclock.UTC, reason error) {
	switch reason {
	case nil:
		*o = order{last: u}
	case refclock.ErrNoFix:
		o.outage = true
	case refclock.ErrBadTime:
		if !follows(u, o.odd) {
			o.oddSeen = 0
		}
		o.odd = u
		o.oddSeen++
	}
}

// follows tells whether u comes soon after v.
func follows(u, v refclock.UTC) bool { return v != 0 && u > v && u.Sub(v) <= gap }
