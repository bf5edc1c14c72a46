package nmea

import (
	"strings"

	"gpsntpd/refclock"
)

// count takes what a sentence without a time says beside it.
func (e *epoch) count(s sentence) {
	switch s.kind {
	case "GSA":
		if mode := number(s.field(1)); mode > 1 || !secondary(s.talker) {
			e.gsa = max(e.gsa, mode)
		}
		for i := 2; i < 14; i++ {
			if n := number(s.field(i)); n > 0 && n < 1000 {
				e.seen[identify(systemOf(s.talker, s.field(17)), n)] = true
			}
		}
	case "GSV": // once for each signal, each time with the constellation's number
		talker := strings.Replace(s.talker, "BD", "GB", 1)
		if n := number(s.field(2)); n >= 0 {
			e.views[talker] = max(e.views[talker], n)
		}
	case "UBX": // $PUBX,04: GPS − UTC, with a D while it is the firmware's guess
		if s.field(0) == "04" {
			e.leap(s.field(5))
		}
	case "GRMF":
		e.leap(s.field(4))
	}
}

func (e *epoch) leap(f string) {
	if n := number(f); n > 0 {
		e.leapSeconds = &n
	}
}

// satellites returns how many satellites are used, −1 when nothing told. GGA
// stops at 12 in many receivers, and GSA lists 12 at most in some.
func (e *epoch) satellites() int {
	if e.gsa == 0 {
		return e.used
	}
	return max(e.used, len(e.seen))
}

// inView returns how many satellites are in view, and before when this epoch
// does not say: many receivers tell every fifth second only.
func (e *epoch) inView(before int) int {
	sum := -1
	for talker, n := range e.views {
		if talker != "GN" {
			sum = max(sum, 0) + n
		}
	}
	if n, ok := e.views["GN"]; ok {
		sum = max(sum, n) // all constellations together
	}
	if sum < 0 {
		return before
	}
	return sum
}

// mode returns the kind of fix, and before when this epoch does not say.
func (e *epoch) mode(before refclock.Mode) refclock.Mode {
	switch e.gsa {
	case 0:
		return before
	case 2:
		return refclock.Mode2D
	case 3:
		return refclock.Mode3D
	}
	return refclock.ModeNone
}
