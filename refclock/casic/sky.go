package casic

import (
	"encoding/binary"

	"gpsntpd/refclock"
)

// systems are those of NAV-GPSINFO and the two after it.
var systems = [...]refclock.System{refclock.GPS, refclock.BeiDou, refclock.GLONASS}

// maxInView is how many satellites of one system are listed.
const maxInView = 64

// view is what the receiver said last of one system.
type view struct {
	all  [maxInView]refclock.Satellite
	n    int
	told bool
}

// read reads a list of satellites.
func (v *view) read(system refclock.System, p []byte) {
	v.n, v.told = 0, true
	const block = 12
	for b := p[8:]; len(b) >= block && v.n < min(int(p[4]), maxInView); b = b[block:] {
		s := refclock.SatelliteAt(system, int(b[1]), int(int8(b[5])), int(int16(binary.LittleEndian.Uint16(b[6:]))), int(b[4]))
		s.Used = b[2]&1 != 0
		v.all[v.n] = s
		v.n++
	}
}

// inView is how many satellites are in view, −1 when not said.
func (d *Decoder) inView() int {
	n, told := 0, false
	for i := range d.views {
		n, told = n+d.views[i].n, told || d.views[i].told
	}
	if !told {
		return -1
	}
	return n
}

// Satellites implements refclock.Decoder.
func (d *Decoder) Satellites() (all []refclock.Satellite, told bool) {
	for i := range d.views {
		v := &d.views[i]
		all, told = append(all, v.all[:v.n]...), told || v.told
	}
	return all, told
}
