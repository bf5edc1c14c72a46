package sim

import (
	"encoding/binary"
	"math"
	"time"

	"gpsntpd/hw"
)

// Messages of UBX, class and number in one.
const (
	ubxPVT     = 0x0107
	ubxStatus  = 0x0103
	ubxTimeLS  = 0x0126
	ubxSat     = 0x0135
	ubxSVIN    = 0x013B
	ubxNAK     = 0x0500
	ubxACK     = 0x0501
	ubxPRT     = 0x0600
	ubxMSG     = 0x0601
	ubxRATE    = 0x0608
	ubxNAV5    = 0x0624
	ubxTP5     = 0x0631
	ubxTMODE2  = 0x063D
	ubxGNSS    = 0x063E
	ubxSet     = 0x068A
	ubxGet     = 0x068B
	ubxVersion = 0x0A04
	ubxHW      = 0x0A09
	ubxRF      = 0x0A38
	ubxTP      = 0x0D01
	ubxTimSVIN = 0x0D04
	ubxSEC     = 0x2709
)

// sentencesOf are the numbers of the sentences in UBX's class F0.
var sentencesOf = map[Sentence]uint16{GGA: 0xF000, GLL: 0xF001, GSA: 0xF002, GSV: 0xF003, RMC: 0xF004, VTG: 0xF005, ZDA: 0xF008}

// ubx wraps a payload.
func ubx(id uint16, payload []byte) string {
	b := binary.BigEndian.AppendUint16([]byte{0xB5, 0x62}, id)
	b = binary.LittleEndian.AppendUint16(b, uint16(len(payload)))
	b = append(b, payload...)
	x, y := hw.Fletcher(b[2:])
	return string(append(b, x, y))
}

var little = binary.LittleEndian

// ublox is what all generations have in common.
type ublox struct {
	*Module
	rate     func(id uint16) int // of a message, in epochs
	generic  []uint16            // that may be asked for or switched on
	version  [][2]string         // software and hardware, then extensions
	surveyed func() (mode int, least time.Duration)
	began    Truth // of the survey
}

func (u *ublox) greet() {
	m := u.Module
	m.say(wrap(m.model.talker, TXT, "01,01,02,u-blox AG - www.u-blox.com"))
	m.say(wrap(m.model.talker, TXT, "01,01,02,HW UBX-M8030 00080000"))
	m.say(wrap(m.model.talker, TXT, "01,01,02,ANTSTATUS=OK"))
}

// speak says an epoch: what names the pulse to come first.
func (u *ublox) speak(t moment) {
	m := u.Module
	n := int(t.true / 1e9)
	due := func(id uint16) bool { r := u.rate(id); return r > 0 && n%r == 0 }
	every := rates{}
	for s, id := range sentencesOf {
		every[s] = u.rate(id)
	}
	m.sentences(t, every)
	for _, id := range u.generic {
		if due(id) {
			m.say(u.message(id, t))
		}
	}
}

// message is one with what is known at t.
func (u *ublox) message(id uint16, t moment) string {
	switch id {
	case ubxPVT:
		return ubx(id, u.pvt(t))
	case ubxStatus:
		b := make([]byte, 16)
		b[4], b[5], b[7] = 3, 0x0D, 1<<3
		return ubx(id, b)
	case ubxTimeLS:
		b := make([]byte, 24)
		b[8], b[9], b[23] = 2, 18, 1
		if t.noTime || t.lie != 0 {
			b[8], b[23] = 0, 0
		}
		return ubx(id, b)
	case ubxTP:
		b := make([]byte, 16)
		number, tow := week(t.true.Add(time.Second))
		little.PutUint32(b, tow)
		little.PutUint16(b[12:], uint16(number))
		b[14] = 3 // of UTC, which is available
		return ubx(id, b)
	case ubxHW:
		b := make([]byte, 60)
		b[20], b[21] = 2, 1
		little.PutUint16(b[18:], 4000)
		return ubx(id, b)
	case ubxRF:
		b := make([]byte, 28)
		b[1], b[5], b[6], b[7] = 1, 1, 2, 1
		return ubx(id, b)
	case ubxSEC:
		b := make([]byte, 12)
		b[0] = 1
		return ubx(id, b)
	case ubxSat:
		return ubx(id, satellites(t))
	case ubxTimSVIN, ubxSVIN:
		return ubx(id, u.survey(id, t.true))
	}
	return ubx(id, nil)
}

// satellites is NAV-SAT: a dozen of GPS that are used, as far as there is a fix.
func satellites(t moment) []byte {
	const n, used = 12, 8
	b := make([]byte, 8+12*n)
	b[4], b[5] = 1, n
	for i := range n {
		s := b[8+12*i:]
		s[1], s[2], s[3], s[4] = byte(i+1), 40, byte(5+7*i), byte(20*i) // number, dBHz, elevation, azimuth
		if !t.noFix {
			s[8] = 7 | used
		}
	}
	return b
}

// week is the GPS week and the time in it, in ms, without leap seconds.
func week(t Truth) (number int, ms uint32) {
	const epoch = 315964800 // 1980-01-06
	s := int(t/1e9) - epoch
	return s / 604800, uint32(s % 604800 * 1000)
}

// Where the antenna stands, as UBX has it.
const (
	ecefX, ecefY, ecefZ = 418_050_327, 85_182_480, 472_597_750 // cm
)

func (u *ublox) pvt(t moment) []byte {
	b := make([]byte, 92)
	_, tow := week(t.true)
	little.PutUint32(b, tow)
	little.PutUint32(b[12:], math.MaxUint32)
	if t.noTime {
		return b
	}
	little.PutUint16(b[4:], uint16(t.Year()))
	b[6], b[7], b[8], b[9], b[10] = byte(t.Month()), byte(t.Day()), byte(t.Hour()), byte(t.Minute()), byte(t.Second())
	b[11] = 3 // date and time
	if t.lie != 0 {
		return b
	}
	b[11] |= 4 | 3<<4 // fully resolved, of the USNO
	little.PutUint32(b[12:], 25)
	b[22] = 0xE0
	if t.noFix {
		return b
	}
	b[20], b[21], b[23] = 3, 1, 12
	if mode, _ := u.surveyed(); mode == 2 {
		b[20] = 5
	}
	lon, lat := 115170000, 481170000
	little.PutUint32(b[24:], uint32(lon))
	little.PutUint32(b[28:], uint32(lat))
	little.PutUint32(b[32:], 545_400) // mm
	return b
}

// survey is TIM-SVIN or NAV-SVIN.
func (u *ublox) survey(id uint16, now Truth) []byte {
	mode, least := u.surveyed()
	dur := now.Sub(max(u.began, u.booted))
	active, valid := byte(0), byte(0)
	if mode == 1 {
		active = 1
		if dur >= least {
			active, valid = 0, 1
		}
	}
	p := []byte{}
	if id == ubxSVIN {
		p = make([]byte, 8)
	}
	for _, v := range []int{int(dur / time.Second), ecefX, ecefY, ecefZ} {
		p = little.AppendUint32(p, uint32(v))
	}
	if id == ubxSVIN {
		p = append(p, 0, 0, 0, 0)
		p = little.AppendUint32(p, 9000) // 0.1 mm
		p = little.AppendUint32(p, uint32(dur/time.Second))
		return append(p, valid, active, 0, 0)
	}
	p = little.AppendUint32(p, 810_000) // mm²
	p = little.AppendUint32(p, uint32(dur/time.Second))
	return append(p, valid, active, 0, 0)
}

// taken splits a frame that the host sent.
func taken(f hw.Frame) (id uint16, payload []byte) {
	return binary.BigEndian.Uint16(f.Bytes[2:]), f.Bytes[6 : len(f.Bytes)-2]
}

// acknowledge confirms or refuses a message.
func (u *ublox) acknowledge(id uint16, ok bool) {
	m := u.Module
	answer := uint16(ubxACK)
	if m.refuses || !ok && !m.lies {
		answer = ubxNAK
	}
	m.reply(ubx(answer, binary.BigEndian.AppendUint16(nil, id)))
}

// shared answers what every generation is asked for; false: it is something else.
func (u *ublox) shared(id uint16, payload []byte) bool {
	switch {
	case id == ubxVersion && len(payload) == 0:
		var b []byte
		for i, v := range u.version {
			b = append(b, padded(v[0], 30)...)
			if i == 0 {
				b = append(b, padded(v[1], 10)...)
			}
		}
		u.reply(ubx(id, b))
		return true
	case (id == ubxTimSVIN || id == ubxSVIN) && len(payload) == 0:
		u.reply(ubx(id, u.survey(id, u.now)))
		return true
	}
	return false
}

func padded(s string, n int) []byte { return append([]byte(s), make([]byte, n-len(s))...) }
