package ntp

import (
	"encoding/binary"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
)

// HeaderSize is the length of a packet without extension fields, in bytes.
const HeaderSize = 48

// Where the fields that an answer takes from its request begin.
const (
	pollAt     = 2
	originAt   = 24
	receiveAt  = 32
	transmitAt = 40
)

// header is a packet header (RFC 5905, figure 8) as the wire counts: 64-bit
// timestamps, 32-bit short format.
type header struct {
	leap           refclock.Leap
	version, mode  uint8
	stratum        uint8
	poll           int8
	precision      int8
	rootDelay      uint32
	rootDispersion uint32
	refID          refclock.RefID
	reference      uint64
	origin         uint64
	receive        uint64
	transmit       uint64
}

func (h *header) put(b []byte) {
	b[0] = uint8(h.leap)<<6 | h.version<<3 | h.mode
	b[1] = h.stratum
	b[pollAt] = uint8(h.poll)
	b[3] = uint8(h.precision)
	binary.BigEndian.PutUint32(b[4:], h.rootDelay)
	binary.BigEndian.PutUint32(b[8:], h.rootDispersion)
	copy(b[12:], h.refID[:])
	binary.BigEndian.PutUint64(b[16:], h.reference)
	binary.BigEndian.PutUint64(b[24:], h.origin)
	binary.BigEndian.PutUint64(b[32:], h.receive)
	binary.BigEndian.PutUint64(b[transmitAt:], h.transmit)
}

// refer says who disciplines the clock.
func (h *header) refer(s *discipline.Snapshot) {
	h.stratum, h.refID, h.rootDelay = s.Reference.Stratum, s.Reference.RefID, short(s.Reference.Delay)
}

// unixEpoch is 1970-01-01 in seconds since 1900-01-01 (RFC 5905, figure 4).
const unixEpoch = 2208988800

// timestamp returns t in the NTP timestamp format, to the nearest 2⁻³² s. The
// seconds wrap at the era's end in 2036, as every client expects. Zero means
// "unknown", so the first moment of an era is told as the next.
func timestamp(t refclock.UTC) uint64 {
	seconds, ns := int64(t/1e9), int64(t%1e9)
	if ns < 0 {
		seconds, ns = seconds-1, ns+1e9
	}
	fraction := (uint64(ns)<<32 + 5e8) / 1e9 // below 2³² for every ns
	return max(uint64(uint32(seconds+unixEpoch))<<32|fraction, 1)
}

// short returns d in the NTP short format, rounded up to its 2⁻¹⁶ s: what it
// carries is a bound. d is from 0 to MaxDispersion.
func short(d time.Duration) uint32 {
	return uint32((uint64(d)<<16 + 1e9 - 1) / 1e9)
}
