package ubx

import (
	"encoding/binary"
	"time"

	"gpsntpd/refclock"
)

// coarse is the accuracy from which on a time names no second.
const coarse = time.Second / 2

// rollover is the period of the ten-bit week number of GPS.
const rollover = 1024 * 7 * refclock.Day

// gpsEpoch is 1980-01-06, from which GPS weeks are counted.
const gpsEpoch refclock.UTC = 315964800e9

// The bits of valid in NAV-PVT.
const (
	validDate     = 1
	validTime     = 2
	fullyResolved = 4
)

// pvt reads NAV-PVT.
func (d *Decoder) pvt(p []byte) {
	e := &d.open
	valid, flags, flags2 := p[11], p[21], p[22]
	d.solved(p[20], flags&1 != 0, int(p[23]))
	resolved := valid&fullyResolved != 0
	e.unresolved = !resolved || valid&(validDate|validTime) != validDate|validTime
	if flags2&0x20 != 0 { // it can confirm
		e.confirmed = flags2&0xC0 == 0xC0 && resolved
		e.unconfirmed = !e.confirmed
	}
	d.civil(p[4:], int32(binary.LittleEndian.Uint32(p[16:])), binary.LittleEndian.Uint32(p[12:]), valid>>4)
}

// timeUTC reads NAV-TIMEUTC.
func (d *Decoder) timeUTC(p []byte) {
	e := &d.open
	if e.utc.utc != 0 || e.leapSecond {
		return // NAV-PVT says the same, and how sure it is
	}
	if valid := p[19]; valid&7 != 7 {
		e.unresolved = true
		return
	}
	d.civil(p[12:], int32(binary.LittleEndian.Uint32(p[8:])), binary.LittleEndian.Uint32(p[4:]), p[19]>>4)
}

// civil reads year, month, day, hour, minute and second, to which nano is added.
func (d *Decoder) civil(p []byte, nano int32, accuracy uint32, standard byte) {
	e := &d.open
	second := int(p[6])
	date, ok := refclock.DateUTC(int(binary.LittleEndian.Uint16(p)), int(p[2]), int(p[3]), d.notBefore)
	if !ok || p[4] > 23 || p[5] > 59 || second > 60 || nano <= -1e9 || nano >= 1e9 {
		e.impossible = !e.unresolved // without a time the fields are whatever they are
		return
	}
	tod := time.Duration(p[4])*time.Hour + time.Duration(p[5])*time.Minute + time.Duration(second)*time.Second + time.Duration(nano)
	e.leapSecond = second == 60
	e.utc = moment{date.Add(tod), time.Duration(accuracy), standardOf(standard)}
}

// timeGPS reads NAV-TIMEGPS.
func (d *Decoder) timeGPS(p []byte) {
	e := &d.open
	valid := p[11]
	if valid&4 != 0 {
		d.leap.say(int(int8(p[10])))
		e.leap = d.leap.seconds
	} else if d.leap.source == byFirmware {
		d.leap.seconds = 0
	}
	if valid&3 == 3 {
		e.gps = moment{utc: d.weekly(p), accuracy: time.Duration(binary.LittleEndian.Uint32(p[12:]))}
		e.impossible = e.impossible || e.gps.utc == 0
	}
	e.known(&d.leap)
}

// solution reads NAV-SOL.
func (d *Decoder) solution(p []byte) {
	e := &d.open
	flags := p[11]
	d.solved(p[10], flags&1 != 0, int(p[47]))
	if flags&0x0C == 0x0C && e.gps.utc == 0 {
		e.gps.utc = d.weekly(p)
		e.impossible = e.impossible || e.gps.utc == 0
	}
	if d.leap.source != byFirmware { // else NAV-TIMEGPS comes, too, and may have news
		e.known(&d.leap)
	}
}

// known takes the leap seconds that were said before, if this epoch has not said them.
func (e *epoch) known(l *leap) {
	if e.leap == 0 {
		e.leap = l.seconds
	}
}

// solved takes the kind of a fix, whether the receiver stands by it, and how many satellites
// are used.
func (d *Decoder) solved(kind byte, ok bool, used int) {
	e := &d.open
	e.used = used
	e.fix, e.mode = void, refclock.ModeNone
	if !ok {
		return
	}
	switch kind {
	case 2:
		e.mode = refclock.Mode2D
	case 3, 4:
		e.mode = refclock.Mode3D
	case 5:
		e.mode = refclock.ModeTime
	default: // none, or dead reckoning: no satellite says what the time is
		return
	}
	e.fix = good
}

// weekly reads GPS time as NAV-TIMEGPS and NAV-SOL have it at their beginning.
func (d *Decoder) weekly(p []byte) refclock.UTC {
	return d.gpsTime(int(int16(binary.LittleEndian.Uint16(p[8:]))), binary.LittleEndian.Uint32(p), int32(binary.LittleEndian.Uint32(p[4:])))
}

// gpsTime is GPS time as if it were UTC, at a week, milliseconds of it and nanoseconds; 0
// when there is no such time.
func (d *Decoder) gpsTime(week int, tow uint32, nano int32) refclock.UTC {
	u := gpsEpoch.Add(time.Duration(week)*7*refclock.Day + time.Duration(tow)*time.Millisecond + time.Duration(nano))
	for week >= 0 && u < d.notBefore-d.notBefore%refclock.UTC(refclock.Day) {
		u = u.Add(rollover)
	}
	if week < 0 || nano <= -1e6 || nano >= 1e6 || u.Std().Year() >= 2200 {
		return 0
	}
	return u
}

// standardOf reads the four bits that name a realization of UTC.
func standardOf(bits byte) refclock.Standard {
	all := [...]refclock.Standard{
		1: refclock.StandardCRL, 2: refclock.StandardNIST, 3: refclock.StandardUSNO, 4: refclock.StandardBIPM,
		5: refclock.StandardEurope, 6: refclock.StandardSU, 7: refclock.StandardNTSC, 8: refclock.StandardIndia,
		15: refclock.StandardUnknown,
	}
	return all[bits&15]
}
