package ubx

import (
	"encoding/binary"
	"math"
	"time"

	"gpsntpd/refclock"
)

// sqrtMM is the root of a variance in mm², in metres.
func sqrtMM(v uint32) float64 { return math.Sqrt(float64(v)) / 1e3 }

// The bits of flags in TIM-TP.
const (
	ofUTC        = 0x01
	qErrInvalid  = 0x10
	notLocked    = 0x20
	utcAvailable = 0x02
)

// pulse reads TIM-TP, which names the next pulse: when it comes, and by how much the edge
// is before the true second, in picoseconds. What is added to the time of the edge is what
// the edge is early, so it is late by the negative of it.
func (d *Decoder) pulse(p []byte) refclock.PulseNote {
	flags := p[14]
	tow := binary.LittleEndian.Uint32(p)
	if flags&(qErrInvalid|notLocked) != 0 || tow >= weekLength {
		return refclock.PulseNote{}
	}
	begins := d.gpsTime(int(binary.LittleEndian.Uint16(p[12:])), tow, 0)
	fraction := time.Duration(float64(binary.LittleEndian.Uint32(p[4:])) / (1 << 32) * float64(time.Millisecond))
	at := begins.Add(fraction)
	switch {
	case begins == 0:
		return refclock.PulseNote{}
	case flags&ofUTC == 0 && d.leap.seconds == 0, flags&ofUTC != 0 && flags&utcAvailable == 0:
		return refclock.PulseNote{} // it cannot be told which second of UTC it is
	case flags&ofUTC == 0:
		at = at.Add(-time.Duration(d.leap.seconds) * time.Second)
	}
	second := refclock.UTC(time.Duration(at).Round(time.Second))
	if at.Sub(second).Abs() > maxOffGrid {
		return refclock.PulseNote{}
	}
	return refclock.PulseNote{Second: second, Sawtooth: -time.Duration(math.Round(float64(int32(binary.LittleEndian.Uint32(p[8:]))) / 1e3))}
}

// maxOffGrid is how far from a whole second a pulse may be said to come: the time of it is
// that of the receiver's grid, whose grain is a microsecond at most.
const maxOffGrid = 10 * time.Microsecond
