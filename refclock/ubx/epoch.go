package ubx

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// maxMessages is how many kinds of message of an epoch are listed.
const maxMessages = 16

// held is what a message says of the receiver's fix.
type held uint8

const (
	unsaid held = iota
	good
	void
)

// moment is the time that one message names.
type moment struct {
	utc      refclock.UTC // 0: none
	accuracy time.Duration
	standard refclock.Standard
}

// epoch collects the messages with one time of week.
type epoch struct {
	tow   uint32  // ms
	heard hw.Time // arrival of the first message that tells the time
	timed bool
	named bool

	fix         held
	mode        refclock.Mode
	used        int
	utc         moment // of NAV-PVT or NAV-TIMEUTC
	gps         moment // of NAV-TIMEGPS or NAV-SOL; its utc is GPS time
	leap        int    // GPS − UTC in seconds; 0: not known
	unresolved  bool   // the message says that its time may be off by seconds
	unconfirmed bool   // it could say that it has confirmed it, and has not
	confirmed   bool
	impossible  bool
	leapSecond  bool
	relearnt    bool // the leap seconds are others than in the epoch before

	kinds    int
	messages [maxMessages]string
}

// has reports whether a message with a time of week belongs to e.
func (e *epoch) has(tow uint32) bool {
	d := (int64(tow) - int64(e.tow) + weekLength) % weekLength
	return min(d, weekLength-d) <= together
}

// count lists the kind m, once.
func (e *epoch) count(m Message) {
	name := names[m]
	for _, n := range e.messages[:e.kinds] {
		if n == name {
			return
		}
	}
	if e.kinds < maxMessages {
		e.messages[e.kinds] = name
		e.kinds++
	}
}

// best is the moment of e in UTC: as a message of UTC names it, or else by GPS time and the
// leap seconds.
func (e *epoch) best() moment {
	if e.utc.utc != 0 || e.gps.utc == 0 || e.leap == 0 {
		return e.utc
	}
	m := e.gps
	m.utc = m.utc.Add(-time.Duration(e.leap) * time.Second)
	return m
}

// contradictory reports whether GPS time and the leap seconds say something else than UTC.
func (e *epoch) contradictory() bool {
	if e.utc.utc == 0 || e.gps.utc == 0 || e.leap == 0 || e.unresolved || e.leapSecond {
		return false
	}
	off := e.gps.utc.Add(-time.Duration(e.leap) * time.Second).Sub(e.utc.utc)
	return off.Abs() > together*time.Millisecond
}

// hopeless tells that e, invalid for a reason, can no longer become valid.
func (e *epoch) hopeless(reason error) bool {
	switch reason {
	case refclock.ErrNoFix:
		return e.fix == void
	case refclock.ErrNoTime:
		return false
	case refclock.ErrUnresolved:
		return e.unresolved || e.unconfirmed
	}
	return true
}
