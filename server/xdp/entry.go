package xdp

import (
	"encoding/binary"
	"math"
	"net/netip"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/ntp"
)

// Of the program's entries, as in answer.c.
const (
	steps     = 7
	firstStep = 1 << 24 // ns
)

// entry is what the program answers from. Its layout, as that of the types
// below, is that in answer.c.
type entry struct {
	Begins      uint64 // CLOCK_TAI, ns
	Ahead       int64  // CLOCK_TAI − CLOCK_MONOTONIC, ns
	Seconds     uint64 // UTC at Begins, since 1900 …
	Fraction    uint64 // … and the rest, ns
	Rate        int64  // gain of UTC for each ns of CLOCK_TAI, in 2⁻³²
	Pace, Burst uint64 // limit of a client: ns for each request, ns that it may be ahead; 0, 0: none
	SharedPace  uint64 // that of a network
	SharedBurst uint64
	Secret      [2]uint64 // decides which networks share a meter
	Reference   [8]byte
	RefID       [4]byte
	Delay       [4]byte
	Dispersion  [steps][4]byte // greatest on each step; 0: not to be used any more
	Leap        uint8
	Stratum     uint8
	Precision   int8
	Service     uint8 // DSCP in its place
}

// Of an answer, in bytes (RFC 5905, figure 8).
const (
	leapAt       = 0
	stratumAt    = 1
	precisionAt  = 3
	delayAt      = 4
	dispersionAt = 8
	refIDAt      = 12
	referenceAt  = 16
)

const (
	besideDSCP = 2 // bits of its byte: those of ECN

	mostRate = 2 * 500 * hw.PPM

	// The program cannot see the raw clock, so it does not notice when someone
	// makes the kernel's clock run faster or slower: by as much is allowed for,
	// the kernel's limit, until the entry is renewed.
	unnoticed = 500 * hw.PPM
)

// entry is what s has the program answer, from now on; the zero entry, that it
// is to answer nothing. It fails when the clocks cannot be read for once.
func (s *Server) entry(snapshot *discipline.Snapshot) (e entry, ok bool) {
	k, ok := s.clocks.scales()
	if !ok {
		return entry{}, false
	}
	local := s.Clock.FromKernel(k.realtime)
	// What someone did to the clock in the meantime is seen now, later by the program.
	now := s.Clock.Read()
	if !snapshot.Agrees(now) {
		return entry{}, true
	}
	against := snapshot.Rate // of the kernel's clock against the oscillator
	if !s.Steered {
		since := now.Time.Sub(local)
		raw := now.Raw - hw.Raw(since-(snapshot.Rate/(1+snapshot.Rate)).Over(since)) // when the clock showed local
		if against, ok = s.pace.take(instant{raw, k.tai - k.ahead}); !ok {
			return entry{}, true
		}
	}
	e = s.preview.coefficients(snapshot, local, now)
	rate := (1+snapshot.OffsetRate)*(1+snapshot.Rate)/(1+against) - 1
	if rate < -mostRate || rate > mostRate {
		return entry{}, true
	}
	e.Begins, e.Ahead, e.Rate = uint64(k.tai), k.ahead, int64(math.Ldexp(float64(rate), 32))
	e.Service, e.Secret = uint8(s.DSCP<<besideDSCP), s.secret
	e.limit(s.current.Limit)
	return e, true
}

// coefficients is the part of an entry that is told by the answer that
// server/ntp would give when the local clock shows local, and by those at the
// end of each step. As the root dispersion only ever grows, the latter hold for
// the whole step.
func (p *preview) coefficients(snapshot *discipline.Snapshot, local hw.Time, now hw.Reading) entry {
	var e entry
	utc := int64(refclock.At(local, snapshot.OffsetAt(local)))
	seconds, ns := utc/1e9+refclock.NTPEpoch, utc%1e9
	if ns < 0 {
		seconds, ns = seconds-1, ns+1e9
	}
	e.Seconds, e.Fraction = uint64(uint32(seconds)), uint64(ns)
	for i := range e.Dispersion {
		age := time.Duration(firstStep << i)
		answer, v := p.respond(snapshot, after(now, age, snapshot.Rate), unnoticed.Over(age))
		if v != ntp.Answered {
			break
		}
		copy(e.Dispersion[i][:], answer[dispersionAt:])
		e.Leap, e.Stratum, e.Precision = answer[leapAt]&0xc0, answer[stratumAt], int8(answer[precisionAt])
		copy(e.Delay[:], answer[delayAt:])
		copy(e.RefID[:], answer[refIDAt:])
		copy(e.Reference[:], answer[referenceAt:])
	}
	return e
}

// after is what the clocks show that much later, on the snapshot's line.
func after(r hw.Reading, d time.Duration, rate hw.Frequency) hw.Reading {
	r = r.After(d)
	r.Time = r.Time.Add(rate.Over(d))
	return r
}

// preview asks server/ntp for answers of moments to come. It has what that takes,
// so that nothing is allocated many times a second.
type preview struct {
	responder *ntp.Responder
	snapshot  discipline.Snapshot
	request   [refclock.PacketSize]byte
	answer    [ntp.MaxAnswer]byte
}

// respond returns the answer to a plain request at tx, with the clock off its
// line by so much more than the snapshot allows for. It is good until the next.
func (p *preview) respond(s *discipline.Snapshot, tx hw.Reading, more time.Duration) ([]byte, ntp.Verdict) {
	p.snapshot = *s
	p.snapshot.Tolerance += more
	p.request[0] = 4<<3 | 3
	a := p.responder.Respond(p.answer[:], ntp.Request{Packet: p.request[:], From: anybody(), Received: tx.Time}, &p.snapshot, tx)
	return p.answer[:a.Size], a.Verdict
}

// anybody is who asks.
func anybody() netip.AddrPort { return netip.AddrPortFrom(netip.IPv6Unspecified(), 1) }

// limit sets how often a client and its network may ask.
func (e *entry) limit(l ntp.Limit) {
	e.Pace, e.Burst = nanoseconds(l.Pace())
	e.SharedPace, e.SharedBurst = nanoseconds(l.Shared().Pace())
}

// place is an address of an interface at which the daemon hears.
type place struct {
	Address   [16]byte
	Interface uint32
	Port      [2]byte
	_         [2]byte
}

// hearer is who hears there.
type hearer struct {
	Hardware [6]byte
	Number   uint16 // of the address in Options.Listen
}

// prefix is a key of the access list.
type prefix struct {
	Bits    uint32
	Address [16]byte
}

// prefixOf returns p as the program looks for it: IPv4 mapped into IPv6.
func prefixOf(p netip.Prefix) prefix {
	bits := p.Bits()
	if p.Addr().Is4() {
		bits += 96
	}
	return prefix{uint32(bits), p.Addr().As16()}
}

func wirePort(port uint16) (b [2]byte) {
	binary.BigEndian.PutUint16(b[:], port)
	return b
}

func nanoseconds(each, ahead time.Duration) (uint64, uint64) { return uint64(each), uint64(ahead) }
