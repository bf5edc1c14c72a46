package configure

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// key is one item of the configuration of a u-blox from the ninth generation on.
type key struct {
	id    uint32
	value uint64
	name  string
}

// Keys of messages are those on I2C; the ports follow in this order.
const (
	uart1 = 1
	usb   = 3
)

// valuesFrom is the version of the protocol from which on VALSET is known.
const valuesFrom = 24

// RAM is the layer that is written; what is read is layer 0 of an answer.
const ram = 1

// values are the settings of a receiver that is set by VALSET.
func (c *Configurator) values() []step {
	protocols := uint32(0x10740001)
	c.port = uart1
	if c.USB {
		c.port, protocols = usb, 0x10780001
	}
	all := []step{
		c.group("protocols", "UBX+NMEA", []key{{protocols, 1, "UBX"}, {protocols + 1, 1, "NMEA"}}),
		c.group("messages", keysText(c.messageKeys()), c.messageKeys()),
		c.group("rate", "1 Hz", []key{{0x30210001, 1000, "ms"}, {0x30210002, 1, "epochs"}}),
		c.group("dynamics", "stationary", []key{{0x20110021, stationary, "stationary"}}),
		c.group("pulse", wantedPulse, []key{
			{0x10050007, 1, "on"}, {0x20050023, 0, "period"}, {0x20050030, 1, "length"}, {0x40050002, 1_000_000, "period without fix"},
			{0x40050003, 1_000_000, "period"}, {0x40050004, 0, "length without fix"}, {0x40050005, pulseWidth, "length"},
			{0x10050008, 1, "to GNSS"}, {0x10050009, 1, "other with fix"}, {0x1005000A, 1, "at the second"}, {0x1005000B, 1, "rising"}, {0x2005000C, 0, "of UTC"},
		}),
	}
	if c.ElevationMask != nil {
		all = append(all, c.group("elevation mask", degrees(*c.ElevationMask), []key{{0x201100A4, uint64(*c.ElevationMask), "degrees"}}))
	}
	if c.CableDelay != nil {
		all = append(all, c.group("cable delay", nanoseconds(int(c.CableDelay.Nanoseconds())), []key{{0x30050001, uint64(c.CableDelay.Nanoseconds()), "ns"}}))
	}
	if len(c.Constellations) > 0 {
		var keys []key
		for i, id := range [...]uint32{0x1031001F, 0x10310020, 0x10310021, 0x10310022, 0x10310024, 0x10310025} {
			name := Systems()[i]
			on := uint64(0)
			if slices.Contains(c.Constellations, name) {
				on = 1
			}
			keys = append(keys, key{id, on, name})
		}
		all = append(all, c.group("constellations", systemsText(c.Constellations), keys))
	}
	return append(all, c.faster(func(baud int) []byte { return valset(key{id: 0x40520001, value: uint64(baud)}) },
		valget([]key{{id: 0x40520001}}), func(f hw.Frame) bool { _, ok := reply(f, ubx.CfgVALGET, 12); return ok }))
}

// outputs are the keys of messages on I2C.
var outputs = map[ubx.Message]uint32{
	nmeaGGA: 0x209100BA, nmeaGLL: 0x209100C9, nmeaGSA: 0x209100BF, nmeaGSV: 0x209100C4, nmeaRMC: 0x209100AB, nmeaVTG: 0x209100B0,
	ubx.NavPVT: 0x20910006, ubx.NavTIMELS: 0x20910060, ubx.NavSTATUS: 0x2091001A, ubx.NavSAT: 0x20910015, ubx.NavSVIN: 0x20910088,
	ubx.TimTP: 0x2091017D, ubx.MonRF: 0x20910359, ubx.SecSIG: 0x20910634,
}

func (c *Configurator) messageKeys() (keys []key) {
	for _, m := range append(c.needed(), message{ubx.MonRF, "MON-RF", 10}, message{ubx.SecSIG, "SEC-SIG", 10}) {
		keys = append(keys, key{outputs[m.Message] + uint32(c.port), uint64(m.rate), m.name})
	}
	return keys
}

// group is a setting of several keys. One that the receiver does not know refuses
// all: then each is a setting of its own.
func (c *Configurator) group(name, wanted string, keys []key) step {
	s := step{name: name, wanted: wanted, ask: valget(keys)}
	s.read = func(f hw.Frame) (reading, bool) {
		b, ok := reply(f, ubx.CfgVALGET, 8)
		if !ok || b[0] != 1 {
			return reading{}, false
		}
		actual, ok := parse(b[4:], keys)
		if !ok {
			return reading{}, false
		}
		var wrong, are []key
		for i := range keys {
			if actual[i].value != keys[i].value {
				wrong, are = append(wrong, keys[i]), append(are, actual[i])
			}
		}
		got := reading{actual: keysText(are)}
		if len(wrong) > 0 {
			got.cure = valset(wrong...)
		}
		return got, true
	}
	if len(keys) > 1 {
		s.split = func() (all []step) {
			for _, k := range keys {
				all = append(all, c.group(name+": "+k.name, keysText([]key{k}), []key{k}))
			}
			return all
		}
	}
	return s
}

// parse reads the values of keys, which come in any order.
func parse(b []byte, keys []key) ([]key, bool) {
	got := slices.Clone(keys)
	found := 0
	for len(b) >= 4 {
		id := binary.LittleEndian.Uint32(b)
		n := size(id)
		if n == 0 || len(b) < 4+n {
			return nil, false
		}
		for i := range got {
			if got[i].id == id {
				var v [8]byte
				copy(v[:], b[4:4+n])
				got[i].value = binary.LittleEndian.Uint64(v[:])
				found++
			}
		}
		b = b[4+n:]
	}
	return got, found == len(keys)
}

// size is how many bytes the value of a key takes.
func size(id uint32) int { return [8]int{1: 1, 2: 1, 3: 2, 4: 4, 5: 8}[id>>28&7] }

func valset(keys ...key) []byte {
	b := []byte{0, ram, 0, 0}
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k.id)
		b = append(b, binary.LittleEndian.AppendUint64(nil, k.value)[:size(k.id)]...)
	}
	return ubx.Append(nil, ubx.CfgVALSET, b)
}

func valget(keys []key) []byte {
	b := make([]byte, 4)
	for _, k := range keys {
		b = binary.LittleEndian.AppendUint32(b, k.id)
	}
	return ubx.Append(nil, ubx.CfgVALGET, b)
}

func keysText(keys []key) string {
	var words []string
	for _, k := range keys {
		words = append(words, fmt.Sprintf("%s = %d", k.name, k.value))
	}
	return strings.Join(words, ", ")
}
