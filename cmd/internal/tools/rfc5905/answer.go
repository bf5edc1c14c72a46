// Package rfc5905 is an NTP client written from RFC 5905 alone. It judges the
// server from outside, so it shares no code with it.
package rfc5905

import (
	"encoding/binary"
	"errors"
	"time"
)

// What is wrong with a packet (RFC 5905, sections 8 and 9.2). The first four
// mean that it is no answer to the request, the last two that the answer must
// not be used.
var (
	ErrLength         = errors.New("the packet is shorter than 48 bytes")
	ErrForm           = errors.New("version or mode is not what answers the request")
	ErrBogus          = errors.New("the origin timestamp is not what was sent (TEST2)")
	ErrInvalid        = errors.New("a timestamp is zero, or the answer was sent before its request came (TEST3)")
	ErrUnsynchronized = errors.New("the server is not synchronized (TEST6)")
	ErrHeader         = errors.New("root distance of 16 s or more, or reference time after transmit time (TEST7)")
)

// Timestamp is seconds since 1900 in units of 2⁻³², modulo 2³² s (section 6).
type Timestamp uint64

// timestampOf returns t as a timestamp.
func timestampOf(t time.Time) Timestamp {
	const from1900to1970 = 2208988800 // seconds, figure 4
	return Timestamp(uint64(t.Unix()+from1900to1970)<<32 | (uint64(t.Nanosecond())<<32+5e8)/1e9)
}

// Sub returns t − u, right as long as they are less than 68 years apart,
// whatever the era.
func (t Timestamp) Sub(u Timestamp) time.Duration {
	d := int64(t - u)
	return time.Duration(d>>32)*time.Second + time.Duration((d&0xffffffff*1e9+1<<31)>>32)
}

// before is finer than Sub, which rounds to the nanosecond.
func (t Timestamp) before(u Timestamp) bool { return int64(t-u) < 0 }

// Answer is what a server answered, and when by our clock it was asked and
// answered.
type Answer struct {
	Leap           uint8
	Version        uint8
	Mode           uint8
	Stratum        uint8
	Poll           int8 // log2 seconds
	Precision      int8 // log2 seconds
	RootDelay      time.Duration
	RootDispersion time.Duration
	ReferenceID    string // its four bytes
	Reference      Timestamp
	Origin         Timestamp // as echoed; equal to T1
	T1, T2, T3, T4 Timestamp // request sent and come, answer sent and come
}

// parse reads packet, the answer to the request of that version which was sent
// at t1, and which came at t4.
func parse(packet []byte, version uint8, t1, t4 Timestamp) (Answer, error) {
	if len(packet) < 48 {
		return Answer{}, ErrLength
	}
	at := func(i int) Timestamp { return Timestamp(binary.BigEndian.Uint64(packet[i:])) }
	a := Answer{
		Leap:           packet[0] >> 6,
		Version:        packet[0] >> 3 & 7,
		Mode:           packet[0] & 7,
		Stratum:        packet[1],
		Poll:           int8(packet[2]),
		Precision:      int8(packet[3]),
		RootDelay:      shortFormat(packet[4:]),
		RootDispersion: shortFormat(packet[8:]),
		ReferenceID:    string(packet[12:16]),
		Reference:      at(16),
		Origin:         at(24),
		T1:             t1,
		T2:             at(32),
		T3:             at(40),
		T4:             t4,
	}
	switch {
	case a.Version != version || a.Mode != 4:
		return a, ErrForm
	case a.Origin != t1:
		return a, ErrBogus
	case a.T2 == 0 || a.T3 == 0 || a.T3.before(a.T2):
		return a, ErrInvalid
	}
	return a, nil
}

// shortFormat is seconds in units of 2⁻¹⁶ (section 6).
func shortFormat(b []byte) time.Duration {
	return time.Duration(uint64(binary.BigEndian.Uint32(b)) * 1e9 >> 16)
}

// Offset is the server's clock minus ours (section 8).
func (a *Answer) Offset() time.Duration { return (a.T2.Sub(a.T1) + a.T3.Sub(a.T4)) / 2 }

// Delay is how long request and answer were on their way (section 8).
func (a *Answer) Delay() time.Duration { return a.T4.Sub(a.T1) - a.T3.Sub(a.T2) }

// RootDistance is the greatest error that Offset can have if the server tells
// the truth: section 11.1 without what a client adds for itself (the least
// delay, its own jitter and dispersion), which is the strictest reading.
func (a *Answer) RootDistance() time.Duration { return (a.RootDelay+a.Delay())/2 + a.RootDispersion }

// Usable is nil when the answer passes the tests of the header (section 9.2),
// without which a client may not set its clock by it.
func (a *Answer) Usable() error {
	switch {
	case a.Leap == 3 || a.Stratum == 0 || a.Stratum > 15:
		return ErrUnsynchronized
	case a.RootDelay/2+a.RootDispersion >= 16*time.Second || a.T3.before(a.Reference):
		return ErrHeader
	}
	return nil
}
