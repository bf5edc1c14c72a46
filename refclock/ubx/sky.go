package ubx

import (
	"encoding/binary"
	"slices"

	"gpsntpd/refclock"
)

// maxListed bounds the satellites that are listed: as many as fit into the 255 bytes that
// count them, and more than are in orbit.
const maxListed = 255

// sky is what the receiver said last of the satellites.
type sky struct {
	all  [maxListed]refclock.Satellite
	n    int
	told bool
}

// inView is how many satellites are in view, −1 when not said.
func (k *sky) inView() int {
	if !k.told {
		return -1
	}
	return k.n
}

func (k *sky) add(s refclock.Satellite) {
	if s.Number > 0 && k.n < maxListed {
		k.all[k.n] = s
		k.n++
	}
}

// block is how long what is said of one satellite is.
const block = 12

// satellites reads NAV-SAT.
func (k *sky) satellites(p []byte) {
	k.n, k.told = 0, true
	for b := p[8:]; len(b) >= block && k.n < int(p[5]); b = b[block:] {
		system, number := gnss(b[0], b[1])
		s := refclock.SatelliteAt(system, number, int(int8(b[3])), int(int16(binary.LittleEndian.Uint16(b[4:]))), int(b[2]))
		s.Used = binary.LittleEndian.Uint32(b[8:])&8 != 0
		k.add(s)
	}
}

// channels reads NAV-SVINFO, of receivers before u-blox 8.
func (k *sky) channels(p []byte) {
	k.n, k.told = 0, true
	for b := p[8:]; len(b) >= block && k.n < int(p[4]); b = b[block:] {
		system, number := single(int(b[1]))
		s := refclock.SatelliteAt(system, number, int(int8(b[5])), int(int16(binary.LittleEndian.Uint16(b[6:]))), int(b[4]))
		s.Used = b[2]&1 != 0
		k.add(s)
	}
}

// systems are what gnssId means.
var systems = [...]refclock.System{
	refclock.GPS, refclock.SBAS, refclock.Galileo, refclock.BeiDou, refclock.OtherSystem, refclock.QZSS, refclock.GLONASS, refclock.NavIC,
}

// gnss reads gnssId and svId. The slot of a GLONASS satellite that is not known is 255.
func gnss(id, sv byte) (refclock.System, int) {
	if int(id) >= len(systems) || id == 6 && sv == 255 {
		return refclock.OtherSystem, int(sv)
	}
	return systems[id], int(sv)
}

// single reads the one number that a satellite has in NAV-SVINFO.
func single(sv int) (refclock.System, int) {
	switch {
	case sv <= 32:
		return refclock.GPS, sv
	case sv <= 64:
		return refclock.BeiDou, sv - 27
	case sv <= 96:
		return refclock.GLONASS, sv - 64
	case sv >= 120 && sv <= 158:
		return refclock.SBAS, sv
	case sv >= 159 && sv <= 163:
		return refclock.BeiDou, sv - 158
	case sv >= 193 && sv <= 202:
		return refclock.QZSS, sv - 192
	case sv >= 211 && sv <= 246:
		return refclock.Galileo, sv - 210
	}
	return refclock.OtherSystem, sv
}

// Satellites implements refclock.Decoder.
func (d *Decoder) Satellites() (all []refclock.Satellite, told bool) {
	return slices.Clone(d.sky.all[:d.sky.n]), d.sky.told
}
