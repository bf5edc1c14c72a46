// Package ntp is the NTP answer: from a request, the snapshot of the clock and
// the times at which the request came and the answer goes, to the bytes to
// send. It decides and computes; sockets and clocks are elsewhere.
package ntp

import (
	"net/netip"
	"sync/atomic"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/nts"
)

// Poll exponents that are copied from a request, log2 seconds: from the
// fastest that a client on a LAN is configured to, to MAXPOLL of RFC 5905.
const (
	minPoll = -7
	maxPoll = 17
)

// MaxAnswer is the length of the longest answer, in bytes: what fits in an
// Ethernet frame over IPv6.
const MaxAnswer = 1500 - 40 - 8

// Responder answers requests. Any number of goroutines may share one.
type Responder struct {
	Precision int8                  // of the local clock, log2 seconds
	Keys      *atomic.Pointer[Keys] // another set may be stored at any time; nil: there are none
	Ntpq      Ntpq
}

// Request is one datagram as it came.
type Request struct {
	Packet    []byte
	From      netip.AddrPort
	Received  hw.Time     // when it came, by the local clock
	Exchanges *Exchanges  // of the worker that asks; without it all answers are in basic mode
	NTS       *nts.Server // the same; without it the fields of NTS are unknown ones
}

// Answer is what a request led to.
type Answer struct {
	Size        int // bytes to send; 0: none
	Verdict     Verdict
	Proof       Proof
	Interleaved bool
	Exchange    Token // for Exchanges.Sent: not 0 when someone wants to know when this answer leaves
}

// Proof is how a request proved who sent it.
type Proof uint8

// The proofs.
const (
	Unproved  Proof = iota
	Symmetric       // by a MAC
	NTS
)

// Respond writes the answer to q into out, which leaves at tx by the local clock.
// It is Draft and Complete at one moment.
func (r *Responder) Respond(out []byte, q Request, s *discipline.Snapshot, tx hw.Reading) Answer {
	var d Draft
	r.Draft(&d, out, q, s, tx)
	d.Complete(s, tx.Time)
	return d.Answer
}

// Draft makes d the answer to q, written into out but for what depends on when it
// leaves. One with a time is at most as long as its request, so that a forged
// sender gets no more than was sent in its name; and there is none to a request
// with a MAC that is not good. out has room for MaxAnswer bytes and shares none with
// the request; both stay as they are until d is complete. What is served is UTC, the
// snapshot's estimate.
func (r *Responder) Draft(d *Draft, out []byte, q Request, s *discipline.Snapshot, now hw.Reading) {
	*d = Draft{out: out, nts: q.NTS}
	if isControl(q.Packet) {
		d.Answer = r.control(out, q, s, now)
		return
	}
	mode, v := admit(q.Packet)
	if v == Answered {
		d.mac, v = trailer(versionOf(q.Packet), q.Packet[refclock.PacketSize:])
	}
	if v == Answered {
		d.key, v = r.authenticate(q.Packet, d.mac, out)
	}
	if v != Answered {
		d.Verdict = v
		return
	}
	if d.protected, d.Proof, v = q.open(mode, d.mac, len(out)); v != Answered {
		d.Answer = q.refuse(out, &d.protected, v)
		return
	}
	d.Size, d.Verdict, d.unsent = refclock.PacketSize, Unsynchronized, true
	if d.key != nil {
		d.Proof = Symmetric
	}
	d.received = min(q.Received, now.Time) // a clock that went back in between must not yield an answer sent before its request came
	h := refclock.Packet{
		Leap:           refclock.LeapUnknown,
		Version:        versionOf(q.Packet),
		Mode:           mode,
		Poll:           min(max(int8(q.Packet[refclock.PollAt]), minPoll), maxPoll),
		Precision:      r.Precision,
		RootDispersion: refclock.ShortOf(s.DispersionAt(now.Time)),
		Origin:         refclock.ReadTimestamp(q.Packet[refclock.TransmitAt:]),
		Receive:        receiveStamp(s, d.received),
		Transmit:       transmitStamp(s, now.Time),
	}
	if s.Reference.Time != 0 {
		h.Reference = refclock.TimestampOf(utc(s, min(s.Reference.Time, now.Time))) // a leap second may have been made since
	}
	if s.StateAt(now.Time).Synchronized() && s.Agrees(now) {
		d.Verdict, h.Leap = Answered, s.LeapAt(now)
		refer(&h, s)
	}
	if q.Exchanges != nil && mode == refclock.ServerMode {
		d.exchanges = q.Exchanges
		d.Interleaved, d.Exchange, d.kept = q.Exchanges.interleave(&h, q)
	}
	h.Put(out)
}

// refer has h say who disciplines the clock.
func refer(h *refclock.Packet, s *discipline.Snapshot) {
	r := &s.Reference
	h.Stratum, h.RefID, h.RootDelay = r.Stratum, r.RefID, refclock.ShortOf(r.Delay)
}

func utc(s *discipline.Snapshot, t hw.Time) refclock.UTC { return refclock.At(t, s.OffsetAt(t)) }
