package sim

import (
	"time"

	"gpsntpd/hw"
)

// f9t is a timing receiver of the ninth generation, which is set by VALSET.
type f9t struct {
	ublox
	port  int               // to be added to the key of a message
	store map[uint32]uint64 // what a key is set to
}

// outputs are the keys of messages on the first UART, less one: that on I2C.
var outputs = map[uint16]uint32{
	ubxPVT: 0x20910006, ubxSat: 0x20910015, ubxStatus: 0x2091001A, ubxTimeLS: 0x20910060, ubxSVIN: 0x20910088,
	ubxTP: 0x2091017D, ubxRF: 0x20910359, ubxSEC: 0x20910634,
	sentencesOf[GGA]: 0x209100BA, sentencesOf[GLL]: 0x209100C9, sentencesOf[GSA]: 0x209100BF, sentencesOf[GSV]: 0x209100C4,
	sentencesOf[RMC]: 0x209100AB, sentencesOf[VTG]: 0x209100B0, sentencesOf[ZDA]: 0x209100D8,
}

// Keys that the fake acts upon.
const (
	keyBaud     = 0x40520001
	keyOutUBX   = 0x10740001
	keyOutNMEA  = 0x10740002
	keyMode     = 0x20030001
	keyLeast    = 0x40030010
	keyGrid     = 0x2005000C
	keyLength   = 0x40050004
	keyPolarity = 0x1005000B
)

// factory is what keys are set to when the power comes.
var factory = map[uint32]uint64{
	keyOutUBX: 1, keyOutNMEA: 1, keyMode: 0, keyLeast: 0, keyGrid: 1, keyLength: 0, keyPolarity: 1,
	0x30210001: 1000, 0x30210002: 1, 0x20210003: 1, 0x20110021: 0, 0x20110011: 3, 0x201100A4: 10,
	0x40050002: 1000000, 0x40050003: 1000000, 0x40050005: 100000, 0x10050007: 1, 0x10050008: 1, 0x10050009: 1, 0x1005000A: 1,
	0x20050023: 1, 0x20050030: 1, 0x30050001: 50, 0x40050006: 0,
	0x20030002: 0, 0x40030003: 0, 0x40030004: 0, 0x40030005: 0, 0x4003000F: 0, 0x40030011: 0,
	0x1031001F: 1, 0x10310020: 0, 0x10310021: 1, 0x10310022: 1, 0x10310024: 1, 0x10310025: 1,
}

func newF9T(m *Module) family {
	u := &f9t{port: 1}
	if m.usb {
		u.port = 3
	}
	u.ublox = ublox{
		Module: m, rate: func(id uint16) int { return u.every(id) },
		generic:  []uint16{ubxTP, ubxPVT, ubxTimeLS, ubxStatus, ubxRF, ubxSEC, ubxSat, ubxSVIN},
		version:  [][2]string{{"EXT CORE 1.00 (3fda8e)", "00190000"}, {"ROM BASE 0x118B2060"}, {"FWVER=TIM 2.20"}, {"PROTVER=29.20"}, {"MOD=ZED-F9T"}, {"GPS;GLO;GAL;BDS"}},
		surveyed: func() (int, time.Duration) { return u.tmode() },
	}
	return u
}

func (u *f9t) reset() {
	u.store = map[uint32]uint64{keyBaud: uint64(u.line.baud)}
	for k, v := range factory {
		u.store[k] = v
	}
	if u.always {
		u.store[keyLength] = 100000
	}
	for id, key := range outputs {
		rate := uint64(0)
		if id>>8 == 0xF0 && id != sentencesOf[ZDA] {
			rate = 1
		}
		for port := range uint32(5) {
			u.store[key+port] = rate
		}
	}
}

func (u *f9t) every(id uint16) int {
	out := uint32(keyOutUBX)
	if id>>8 == 0xF0 {
		out = keyOutNMEA
	}
	if u.store[out] == 0 || outputs[id] == 0 {
		return 0
	}
	return int(u.store[outputs[id]+uint32(u.port)])
}

func (u *f9t) tmode() (int, time.Duration) {
	return int(u.store[keyMode]), time.Duration(u.store[keyLeast]) * time.Second
}

func (u *f9t) pulsed() pulsed {
	p := pulsed{always: u.store[keyLength] != 0, clear: u.store[keyPolarity] == 0}
	if u.store[keyGrid] != 0 {
		p.late = -3 * time.Nanosecond
	}
	return p
}

// width is how many bytes the value of a key takes.
func width(key uint32) int { return [8]int{1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[key>>28&7] }

func (u *f9t) hear(f hw.Frame) {
	if f.Protocol != hw.UBX {
		return
	}
	id, p := taken(f)
	switch {
	case u.shared(id, p):
	case id == ubxGet && len(p) >= 8:
		u.get(p)
	case id == ubxSet && len(p) >= 8:
		u.set(p)
	default:
		u.acknowledge(id, false)
	}
}

// get answers what some keys are set to; one that there is not refuses all.
func (u *f9t) get(p []byte) {
	answer := append([]byte{1}, p[1:4]...)
	for keys := p[4:]; len(keys) >= 4; keys = keys[4:] {
		key := little.Uint32(keys)
		v, ok := u.store[key]
		if !ok || u.refuses {
			u.acknowledge(ubxGet, false)
			return
		}
		answer = append(answer, keys[:4]...)
		answer = append(answer, little.AppendUint64(nil, v)[:width(key)]...)
	}
	u.reply(ubx(ubxGet, answer))
	u.acknowledge(ubxGet, true)
}

// set takes all keys, or none when there is one that it does not know.
func (u *f9t) set(p []byte) {
	values := map[uint32]uint64{}
	for rest := p[4:]; len(rest) > 4; {
		key := little.Uint32(rest)
		n := width(key)
		if _, ok := u.store[key]; !ok || n == 0 || len(rest) < 4+n {
			u.acknowledge(ubxSet, false)
			return
		}
		values[key] = little.Uint64(append(append([]byte{}, rest[4:4+n]...), make([]byte, 8)...))
		rest = rest[4+n:]
	}
	for key, v := range values {
		if u.refuses || u.lies {
			break
		}
		u.take(key, v)
	}
	u.acknowledge(ubxSet, true)
}

func (u *f9t) take(key uint32, v uint64) {
	switch {
	case key == keyBaud && u.slow:
		return
	case key == keyBaud:
		u.later(20*time.Millisecond, func() { u.line.retune(int(v)) })
	case key == keyMode && v == 1 && u.store[key] != 1:
		u.began = u.now
	case key == 0x40050005 && u.clamps:
		v = 50_000
	}
	u.store[key] = v
}
