// Package ntp is the NTP answer: from a request, the snapshot of the clock and
// the times at which the request came and the answer goes, to the bytes to
// send. It decides and computes; sockets and clocks are elsewhere.
package ntp

import (
	"encoding/binary"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Poll exponents that are copied from a request, log2 seconds: from the
// fastest that a client on a LAN is configured to, to MAXPOLL of RFC 5905.
const (
	minPoll = -7
	maxPoll = 17
)

// Responder answers requests. Any number of goroutines may share one.
type Responder struct {
	PulseRefID    uint32 // reference identifier while pulses discipline the clock: four ASCII bytes, like "GPS\0"
	SentenceRefID uint32 // and while only sentences do
	Precision     int8   // of the local clock, log2 seconds
}

// Respond writes the answer to request into out and returns its length: 0 when
// there is none, else at most that of the request, so that a forged sender gets
// no more than was sent in its name. out has room for HeaderSize bytes and
// shares none with request. rx is when the request came and tx is now, both by
// the local clock; what is served is UTC, the snapshot's estimate.
func (r *Responder) Respond(out, request []byte, s *discipline.Snapshot, rx hw.Time, tx hw.Reading) (int, Verdict) {
	mode, v := admit(request)
	if v != Answered {
		return 0, v
	}
	rx = min(rx, tx.Time) // a clock that went back in between must not yield an answer sent before its request came
	h := header{
		leap:           refclock.LeapUnknown,
		version:        versionOf(request),
		mode:           mode,
		poll:           min(max(int8(request[pollAt]), minPoll), maxPoll),
		precision:      r.Precision,
		rootDispersion: short(s.DispersionAt(tx.Time)),
		origin:         binary.BigEndian.Uint64(request[transmitAt:]),
		receive:        timestamp(utc(s, rx)),
		transmit:       timestamp(utc(s, tx.Time)),
	}
	if s.Reference != 0 {
		h.reference = timestamp(utc(s, s.Reference))
	}
	v = Unsynchronized
	if s.StateAt(tx.Time).Synchronized() && s.Agrees(tx) {
		v, h.leap, h.stratum, h.refID = Answered, s.Leap, 1, r.refID(s.Source)
	}
	h.put(out)
	return HeaderSize, v
}

func (r *Responder) refID(s refclock.Source) uint32 {
	if s == refclock.FromPulse {
		return r.PulseRefID
	}
	return r.SentenceRefID
}

func utc(s *discipline.Snapshot, t hw.Time) refclock.UTC { return refclock.At(t, s.OffsetAt(t)) }
