package refclock

import (
	"encoding/binary"
	"time"
)

// PacketSize is the length of an NTP packet without extension fields, in bytes.
const PacketSize = 48

// Where the fields of a packet begin that are read without the rest.
const (
	PollAt     = 2
	OriginAt   = 24
	ReceiveAt  = 32
	TransmitAt = 40
)

// Association modes of packets (RFC 5905, figure 10). Version 1 had no such field: what
// stands in its place is 0.
const (
	NoMode               = 0
	SymmetricActiveMode  = 1
	SymmetricPassiveMode = 2
	ClientMode           = 3
	ServerMode           = 4
	BroadcastMode        = 5
	ControlMode          = 6 // RFC 9327
)

// Packet is an NTP packet header (RFC 5905, figure 8), as the wire counts.
type Packet struct {
	Leap           Leap
	Version        uint8
	Mode           uint8
	Stratum        uint8
	Poll           int8 // log2 seconds
	Precision      int8 // log2 seconds
	RootDelay      Short
	RootDispersion Short
	RefID          RefID
	Reference      Timestamp // when the clock was last set or corrected
	Origin         Timestamp // when the request left, by its sender's clock
	Receive        Timestamp // when it came
	Transmit       Timestamp // when this packet left
}

// Put writes p into b, which has room for PacketSize bytes.
func (p *Packet) Put(b []byte) {
	b[0] = uint8(p.Leap)<<6 | p.Version<<3 | p.Mode
	b[1] = p.Stratum
	b[PollAt] = uint8(p.Poll)
	b[3] = uint8(p.Precision)
	binary.BigEndian.PutUint32(b[4:], uint32(p.RootDelay))
	binary.BigEndian.PutUint32(b[8:], uint32(p.RootDispersion))
	copy(b[12:], p.RefID[:])
	p.Reference.Put(b[16:])
	p.Origin.Put(b[OriginAt:])
	p.Receive.Put(b[ReceiveAt:])
	p.Transmit.Put(b[TransmitAt:])
}

// ParsePacket reads the header that b begins with; not ok when b is shorter. It
// judges nothing.
func ParsePacket(b []byte) (p Packet, ok bool) {
	if len(b) < PacketSize {
		return Packet{}, false
	}
	return Packet{
		Leap: Leap(b[0] >> 6), Version: b[0] >> 3 & 7, Mode: b[0] & 7,
		Stratum: b[1], Poll: int8(b[PollAt]), Precision: int8(b[3]),
		RootDelay:      Short(binary.BigEndian.Uint32(b[4:])),
		RootDispersion: Short(binary.BigEndian.Uint32(b[8:])),
		RefID:          RefID(b[12:16]),
		Reference:      ReadTimestamp(b[16:]),
		Origin:         ReadTimestamp(b[OriginAt:]),
		Receive:        ReadTimestamp(b[ReceiveAt:]),
		Transmit:       ReadTimestamp(b[TransmitAt:]),
	}, true
}

// Timestamp is a moment in the NTP timestamp format (RFC 5905, section 6): seconds
// since 1900 in units of 2⁻³², modulo 2³² s. Zero means unknown.
type Timestamp uint64

// ReadTimestamp reads the timestamp that b begins with.
func ReadTimestamp(b []byte) Timestamp { return Timestamp(binary.BigEndian.Uint64(b)) }

// Put writes t into the first 8 bytes of b.
func (t Timestamp) Put(b []byte) { binary.BigEndian.PutUint64(b, uint64(t)) }

// NTPEpoch is 1970-01-01 in seconds since 1900-01-01 (RFC 5905, figure 4).
const NTPEpoch = 2208988800

// TimestampOf returns u to the nearest 2⁻³² s. The seconds wrap at the era's end in
// 2036, as every client expects; the first moment of an era is told as the next, since
// zero means unknown.
func TimestampOf(u UTC) Timestamp {
	seconds, ns := int64(u/1e9), int64(u%1e9)
	if ns < 0 {
		seconds, ns = seconds-1, ns+1e9
	}
	fraction := (uint64(ns)<<32 + 5e8) / 1e9 // below 2³² for every ns
	return Timestamp(max(uint64(uint32(seconds+NTPEpoch))<<32|fraction, 1))
}

// UTC returns the moment that t means, of those 2³² s apart the one nearest to near,
// to the nearest nanosecond.
func (t Timestamp) UTC(near UTC) UTC { return near.Add(t.Sub(TimestampOf(near))) }

// Sub returns t − u to the nearest nanosecond, where they are less than 68 years
// apart, whatever their era.
func (t Timestamp) Sub(u Timestamp) time.Duration {
	d := int64(t - u)
	return time.Duration(d>>32)*time.Second + time.Duration((d&0xffffffff*1e9+1<<31)>>32)
}

// Short is a length of time in the NTP short format (RFC 5905, section 6): seconds in
// units of 2⁻¹⁶.
type Short uint32

// ShortOf returns d rounded up to the next 2⁻¹⁶ s, since what it carries is a bound.
// d is from 0 to 65536 s.
func ShortOf(d time.Duration) Short { return Short((uint64(d)<<16 + 1e9 - 1) / 1e9) }

// Duration returns s rounded up to the nanosecond.
func (s Short) Duration() time.Duration { return time.Duration((uint64(s)*1e9 + 1<<16 - 1) >> 16) }
