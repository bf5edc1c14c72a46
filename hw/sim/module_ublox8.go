package sim

import (
	"slices"
	"time"

	"gpsntpd/hw"
)

// ublox8 is a timing receiver of the eighth generation, which is set by CFG-*.
type ublox8 struct {
	ublox
	port  int // of its ports, the one that the host is on
	msg   map[uint16][]byte
	store map[uint16][]byte // of what has one block
}

func newUBlox8(m *Module) family {
	u := &ublox8{port: 1}
	if m.usb {
		u.port = 3
	}
	u.ublox = ublox{
		Module: m, rate: func(id uint16) int { return u.every(id) },
		generic:  []uint16{ubxTP, ubxPVT, ubxTimeLS, ubxStatus, ubxHW, ubxSat, ubxTimSVIN},
		version:  [][2]string{{"EXT CORE 3.01 (1ec93f)", "00080000"}, {"ROM BASE 3.01 (107888)"}, {"FWVER=TIM 1.10"}, {"PROTVER=22.00"}, {"MOD=NEO-M8T-0"}, {"GPS;GLO;GAL;BDS"}},
		surveyed: func() (int, time.Duration) { return u.tmode() },
	}
	return u
}

func (u *ublox8) reset() {
	u.msg = map[uint16][]byte{}
	for _, id := range u.generic {
		u.msg[id] = make([]byte, 6)
	}
	for s, id := range sentencesOf {
		u.msg[id] = make([]byte, 6)
		if s != ZDA {
			for i := range u.msg[id] {
				u.msg[id][i] = 1
			}
		}
	}
	prt := make([]byte, 20)
	prt[0] = byte(u.port)
	little.PutUint32(prt[4:], 0x8D0)
	little.PutUint32(prt[8:], uint32(u.line.baud))
	prt[12], prt[14] = 7, 2 // all in, only sentences out
	nav5 := make([]byte, 36)
	nav5[0], nav5[1], nav5[3], nav5[12], nav5[30] = 0xFF, 0xFF, 3, 5, 0
	tp5 := make([]byte, 32)
	tp5[1] = 1
	little.PutUint16(tp5[4:], 50)
	little.PutUint32(tp5[8:], 1e6)
	little.PutUint32(tp5[12:], 1e6)
	little.PutUint32(tp5[20:], 100_000)
	little.PutUint32(tp5[28:], 0x77|1<<7) // on the grid of GPS
	if u.always {
		little.PutUint32(tp5[16:], 100_000)
	}
	u.store = map[uint16][]byte{
		ubxPRT: prt, ubxNAV5: nav5, ubxTP5: tp5, ubxRATE: {0xE8, 3, 1, 0, 1, 0}, ubxTMODE2: make([]byte, 28),
		ubxGNSS: {0, 32, 32, 3, 0, 8, 16, 0, 1, 0, 1, 1, 6, 8, 14, 0, 1, 0, 1, 1, 2, 4, 8, 0, 0, 0, 1, 1},
	}
}

// every is the rate of a message on this port.
func (u *ublox8) every(id uint16) int {
	out := u.store[ubxPRT][14]
	if nmea := id>>8 == 0xF0; nmea && out&2 == 0 || !nmea && out&1 == 0 {
		return 0
	}
	if u.msg[id] == nil {
		return 0
	}
	return int(u.msg[id][u.port])
}

func (u *ublox8) tmode() (int, time.Duration) {
	b := u.store[ubxTMODE2]
	return int(b[0]), time.Duration(little.Uint32(b[20:])) * time.Second
}

func (u *ublox8) pulsed() pulsed {
	b := u.store[ubxTP5]
	flags := little.Uint32(b[28:])
	p := pulsed{always: little.Uint32(b[16:]) != 0 && flags&1 != 0, clear: flags&0x40 == 0}
	if flags>>7&15 != 0 {
		p.late = -3 * time.Nanosecond // GPS and UTC differ by as much
	}
	return p
}

// hear takes a command or a question.
func (u *ublox8) hear(f hw.Frame) {
	if f.Protocol != hw.UBX {
		return
	}
	id, p := taken(f)
	switch {
	case u.shared(id, p):
	case id == ubxMSG && len(p) == 2:
		u.tell(id, append(p[:2:2], u.msg[uint16(p[0])<<8|uint16(p[1])]...), 8)
	case id == ubxMSG && len(p) == 3:
		which := uint16(p[0])<<8 | uint16(p[1])
		ok := u.msg[which] != nil
		if ok && u.obeys() {
			u.msg[which][u.port] = p[2]
		}
		u.acknowledge(id, ok)
	case u.store[id] == nil:
		u.acknowledge(id, false)
	case len(p) <= 1: // of which there are several, one may be named
		u.tell(id, u.store[id], 0)
	default:
		u.set(id, p)
	}
}

// obeys reports whether what is confirmed is done.
func (u *ublox8) obeys() bool { return !u.refuses && !u.lies }

// tell answers a question.
func (u *ublox8) tell(id uint16, payload []byte, size int) {
	if u.refuses || size > 0 && len(payload) != size {
		u.acknowledge(id, false)
		return
	}
	u.reply(ubx(id, payload))
	u.acknowledge(id, true)
}

// set takes a block.
func (u *ublox8) set(id uint16, p []byte) {
	ok := len(p) == len(u.store[id]) || id == ubxGNSS
	if !ok || !u.obeys() {
		u.acknowledge(id, ok)
		return
	}
	new := slices.Clone(p)
	switch id {
	case ubxPRT:
		if u.slow {
			copy(new[8:12], u.store[id][8:12])
		}
	case ubxNAV5:
		new = u.navigation(p)
	case ubxTP5:
		if u.clamps {
			little.PutUint32(new[20:], 50_000)
		}
	case ubxTMODE2:
		if new[0] == 1 && u.store[id][0] != 1 {
			u.began = u.now
		}
	}
	u.store[id] = new
	u.acknowledge(id, true)
	if id == ubxPRT {
		u.later(20*time.Millisecond, func() { u.line.retune(int(little.Uint32(u.store[ubxPRT][8:]))) })
	}
}

// navigation takes of CFG-NAV5 what its mask names.
func (u *ublox8) navigation(p []byte) []byte {
	b := slices.Clone(u.store[ubxNAV5])
	mask := little.Uint16(p)
	if mask&1 != 0 {
		b[2] = p[2]
	}
	if mask&2 != 0 {
		b[12] = p[12]
	}
	if mask&0x400 != 0 {
		b[30] = p[30]
	}
	return b
}
