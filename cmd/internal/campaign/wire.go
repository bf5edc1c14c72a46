package main

import (
	"encoding/binary"
	"time"

	"gpsntpd/hw/sim"
)

// answer is an NTP packet as RFC 5905 has it, decoded without the program's
// help.
type answer struct {
	leap, version, mode, stratum byte
	delay, dispersion            time.Duration
	refid                        uint32
	reference, receive, transmit sim.Truth
	origin                       uint64
}

// read decodes the 48 bytes of b; the era of its timestamps is that of near.
func read(b []byte, near sim.Truth) answer {
	short := func(i int) time.Duration {
		return time.Duration(uint64(binary.BigEndian.Uint32(b[i:])) * 1e9 >> 16)
	}
	return answer{
		leap: b[0] >> 6, version: b[0] >> 3 & 7, mode: b[0] & 7, stratum: b[1],
		delay: short(4), dispersion: short(8), refid: binary.BigEndian.Uint32(b[12:]),
		reference: stamp(b[16:], near), origin: binary.BigEndian.Uint64(b[24:]),
		receive: stamp(b[32:], near), transmit: stamp(b[40:], near),
	}
}

// stamp decodes a timestamp: seconds since 1900, modulo 2^32, and 2^-32 s.
func stamp(b []byte, near sim.Truth) sim.Truth {
	seconds, fraction := binary.BigEndian.Uint32(b), uint64(binary.BigEndian.Uint32(b[4:]))
	if seconds == 0 && fraction == 0 {
		return 0
	}
	now := int64(near)/1e9 + before1970
	full := now + int64(int32(seconds-uint32(now)))
	return sim.Truth((full-before1970)*1e9 + int64(fraction*1e9>>32))
}

// distance is the greatest error that a client may expect, its own way left
// out.
func (a answer) distance() time.Duration { return a.delay/2 + a.dispersion }

// synchronized reports whether a client may use it.
func (a answer) synchronized() bool { return a.leap != 3 && a.stratum != 0 && a.stratum < 16 }
