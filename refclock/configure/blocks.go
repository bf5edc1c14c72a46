package configure

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// reply is the payload of f, if f is a message m as a receiver sends it: of at
// least size bytes. A question, which may come back as an echo, has fewer.
func reply(f hw.Frame, m ubx.Message, size int) ([]byte, bool) {
	got, b, ok := ubx.Cut(f.Bytes)
	return b, ok && got == m && len(b) >= size
}

// block is a setting that is part of a block of size bytes, which change changes.
func block(name, wanted string, m ubx.Message, ask []byte, size int, show func(b []byte) string, change func(b []byte)) step {
	return step{name: name, wanted: wanted, ask: ubx.Append(nil, m, ask), read: func(f hw.Frame) (reading, bool) {
		b, ok := reply(f, m, size)
		if !ok {
			return reading{}, false
		}
		got := reading{actual: show(b)}
		if got.actual != wanted {
			to := slices.Clone(b)
			change(to)
			got.cure = ubx.Append(nil, m, to)
		}
		return got, true
	}}
}

// Messages that a clock needs, and in which of its epochs.
type message struct {
	ubx.Message
	name string
	rate byte
}

// Sentences of UBX's class F0.
const (
	nmeaGGA ubx.Message = 0xF000 + iota
	nmeaGLL
	nmeaGSA
	nmeaGSV
	nmeaRMC
	nmeaVTG
)

// slow is a line on which there is no room for what is only nice to know.
const slow = 38400

// needed are the messages that are wanted, those that make room first.
func (c *Configurator) needed() []message {
	const now, then = 1, 10
	all := []message{{nmeaRMC, "RMC", now}}
	if c.baud < slow || c.crowded {
		rates := c.wantedRates()
		all = []message{{nmeaGSV, "GSV", byte(rates[3])}, {nmeaGSA, "GSA", byte(rates[2])}, {nmeaGLL, "GLL", 0}, {nmeaVTG, "VTG", 0}, {nmeaRMC, "RMC", now}}
	}
	all = append(all, message{ubx.NavPVT, "NAV-PVT", now}, message{ubx.NavTIMELS, "NAV-TIMELS", then})
	if c.baud >= slow && !c.crowded {
		all = append(all, message{ubx.NavSAT, "NAV-SAT", then})
	}
	if c.id.timing() {
		all = append(all, message{ubx.TimTP, "TIM-TP", now})
	}
	return append(all, message{ubx.NavSTATUS, "NAV-STATUS", then})
}

// blocks are the settings of a receiver before the ninth generation: CFG-*.
func (c *Configurator) blocks() []step {
	all := []step{c.output()}
	for _, m := range append(c.needed(), message{ubx.MonHW, "MON-HW", 10}) {
		all = append(all, c.every(m))
	}
	all = append(all,
		block("rate", "1 Hz", ubx.CfgRATE, nil, 6, func(b []byte) string {
			if binary.LittleEndian.Uint16(b) == 1000 && binary.LittleEndian.Uint16(b[2:]) == 1 {
				return "1 Hz"
			}
			return fmt.Sprintf("every %d ms", int(binary.LittleEndian.Uint16(b))*int(binary.LittleEndian.Uint16(b[2:])))
		}, func(b []byte) {
			binary.LittleEndian.PutUint16(b, 1000)
			binary.LittleEndian.PutUint16(b[2:], 1)
		}),
		block("dynamics", "stationary", ubx.CfgNAV5, nil, 36, func(b []byte) string { return model(int(b[2])) }, func(b []byte) {
			binary.LittleEndian.PutUint16(b, 1)
			b[2] = stationary
		}),
		c.pulse(),
	)
	all = append(all, c.chosenBlocks()...)
	return append(all, c.faster(func(baud int) []byte {
		b := slices.Clone(c.prt)
		if b == nil {
			return nil
		}
		binary.LittleEndian.PutUint32(b[8:], uint32(baud))
		return ubx.Append(nil, ubx.CfgPRT, b)
	}, ubx.Append(nil, ubx.CfgPRT, nil), func(f hw.Frame) bool { _, ok := reply(f, ubx.CfgPRT, 20); return ok }))
}

// output has the receiver speak both languages on this port.
func (c *Configurator) output() step {
	const both = 3
	return block("protocols", "UBX+NMEA", ubx.CfgPRT, nil, 20, func(b []byte) string {
		c.port, c.prt = int(b[0]), slices.Clone(b)
		if b[14]&both == both {
			return "UBX+NMEA"
		}
		return map[byte]string{1: "UBX", 2: "NMEA"}[b[14]&both]
	}, func(b []byte) { b[14] |= both })
}

// every is how often a message comes on this port.
func (c *Configurator) every(m message) step {
	which := []byte{byte(m.Message >> 8), byte(m.Message)}
	return step{name: m.name, wanted: often(m.rate), ask: ubx.Append(nil, ubx.CfgMSG, which), read: func(f hw.Frame) (reading, bool) {
		b, ok := reply(f, ubx.CfgMSG, 8)
		if !ok || !bytes.Equal(b[:2], which) || c.port > 5 {
			return reading{}, false
		}
		got := reading{actual: often(b[2+c.port])}
		if b[2+c.port] != m.rate {
			got.cure = ubx.Append(nil, ubx.CfgMSG, append(which[:2:2], m.rate))
		}
		return got, true
	}}
}

func often(rate byte) string {
	switch rate {
	case 0:
		return "off"
	case 1:
		return "every second"
	}
	return fmt.Sprintf("every %d s", rate)
}

const stationary = 2

func model(m int) string {
	if m == stationary {
		return "stationary"
	}
	if all := [...]string{0: "portable", 3: "pedestrian", 4: "automotive", 5: "at sea", 6: "airborne", 7: "airborne", 8: "airborne"}; m < len(all) && all[m] != "" {
		return all[m]
	}
	return fmt.Sprintf("model %d", m)
}

// The pulse that is wanted, as it is shown.
const (
	wantedPulse = "rising at the second of UTC, 100 ms, with a fix only"
	pulseWidth  = 100_000 // µs
)

// Flags of CFG-TP5.
const (
	tpActive    = 1
	tpLockGNSS  = 2
	tpOther     = 4
	tpFrequency = 8
	tpLength    = 0x10
	tpAlign     = 0x20
	tpRising    = 0x40
	tpGrid      = 15 << 7 // 0 is UTC
)

// pulse is the timepulse.
func (c *Configurator) pulse() step {
	const wanted = tpActive | tpLockGNSS | tpOther | tpLength | tpAlign | tpRising
	return block("pulse", wantedPulse, ubx.CfgTP5, []byte{0}, 32, func(b []byte) string {
		flags := binary.LittleEndian.Uint32(b[28:])
		return shownPulse(flags&(tpActive|tpFrequency) == tpActive && flags&(tpLockGNSS|tpAlign) == tpLockGNSS|tpAlign,
			flags&tpRising != 0, flags&tpGrid == 0, flags&(tpOther|tpLength) == tpOther|tpLength && binary.LittleEndian.Uint32(b[16:]) == 0,
			binary.LittleEndian.Uint32(b[12:]), binary.LittleEndian.Uint32(b[20:]))
	}, func(b []byte) {
		binary.LittleEndian.PutUint32(b[8:], 1_000_000)
		binary.LittleEndian.PutUint32(b[12:], 1_000_000)
		binary.LittleEndian.PutUint32(b[16:], 0)
		binary.LittleEndian.PutUint32(b[20:], pulseWidth)
		binary.LittleEndian.PutUint32(b[28:], wanted)
	})
}

// shownPulse is a pulse in words: wantedPulse, or what it is else.
func shownPulse(active, rising, utc, locked bool, period, width uint32) string {
	if !active {
		return "none that begins seconds"
	}
	edge, grid, when := "rising", "of UTC", "with a fix only"
	if !rising {
		edge = "falling"
	}
	if !utc {
		grid = "of another grid"
	}
	if !locked {
		when = "always"
	}
	text := fmt.Sprintf("%s at the second %s, %g ms, %s", edge, grid, float64(width)/1000, when)
	if period != 1_000_000 {
		text += fmt.Sprintf(", every %g ms", float64(period)/1000)
	}
	return text
}

// chosenBlocks are what the operator has chosen.
func (c *Configurator) chosenBlocks() (all []step) {
	if c.ElevationMask != nil {
		want := *c.ElevationMask
		all = append(all, block("elevation mask", degrees(want), ubx.CfgNAV5, nil, 36, func(b []byte) string { return degrees(int(int8(b[12]))) }, func(b []byte) {
			binary.LittleEndian.PutUint16(b, 2)
			b[12] = byte(want)
		}))
	}
	if c.CableDelay != nil {
		want := int(c.CableDelay.Nanoseconds())
		all = append(all, block("cable delay", nanoseconds(want), ubx.CfgTP5, []byte{0}, 32, func(b []byte) string { return nanoseconds(int(int16(binary.LittleEndian.Uint16(b[4:])))) }, func(b []byte) {
			binary.LittleEndian.PutUint16(b[4:], uint16(want))
		}))
	}
	if len(c.Constellations) > 0 {
		all = append(all, c.constellations())
	}
	return all
}

// gnssIDs are the numbers of Systems in CFG-GNSS.
var gnssIDs = [...]byte{0, 1, 2, 3, 5, 6}

// constellations switches systems on and off; receivers of the eighth generation have two
// carriers beside each other only, and refuse what is more.
func (c *Configurator) constellations() step {
	wanted := systemsText(c.Constellations)
	each := func(b []byte, do func(name string, flags []byte)) {
		for b = b[4:]; len(b) >= 8; b = b[8:] {
			if i := bytes.IndexByte(gnssIDs[:], b[0]); i >= 0 {
				do(Systems()[i], b[4:8])
			}
		}
	}
	return block("constellations", wanted, ubx.CfgGNSS, nil, 12, func(b []byte) string {
		var on []string
		each(b, func(name string, flags []byte) {
			if flags[0]&1 != 0 {
				on = append(on, name)
			}
		})
		return systemsText(on)
	}, func(b []byte) {
		each(b, func(name string, flags []byte) {
			flags[0] &^= 1
			if slices.Contains(c.Constellations, name) {
				flags[0] |= 1
			}
		})
	})
}

// systemsText is systems in one order.
func systemsText(names []string) string {
	return strings.Join(slices.DeleteFunc(Systems(), func(s string) bool { return !slices.Contains(names, s) }), ", ")
}

func degrees(n int) string     { return fmt.Sprintf("%d°", n) }
func nanoseconds(n int) string { return fmt.Sprintf("%d ns", n) }
