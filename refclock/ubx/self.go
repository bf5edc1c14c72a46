package ubx

import (
	"bytes"
	"encoding/binary"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// other takes a message that is of no epoch.
func (d *Decoder) other(r *refclock.Report, m Message, p []byte, at hw.Time) {
	switch m {
	case MonVER:
		d.version(p)
	case MonHW:
		r.Antenna = d.hardware(p, at)
	case MonRF:
		r.Antenna = d.radio(p, at)
	case MonTXBUF:
		if p[26]&0xC0 != 0 { // out of memory, or no room for a message
			d.self.Overflow = at
		}
	case MonCOMMS:
		if p[2]&3 != 0 {
			d.self.Overflow = at
		}
	case SecSIG:
		d.signals(p, at)
	case TimTP:
		r.Pulse = d.pulse(p)
	case TimSVIN:
		d.survey(p[24], p[25], binary.LittleEndian.Uint32(p), sqrtMM(binary.LittleEndian.Uint32(p[16:])))
	}
}

// status reads what NAV-STATUS says of forged signals, and of the fix when nothing else
// does.
func (d *Decoder) status(p []byte, at hw.Time) {
	if d.open.fix == unsaid {
		if p[5]&1 != 0 {
			d.solved(p[4], true, d.open.used)
		} else {
			d.open.fix, d.open.mode = void, refclock.ModeNone
		}
	}
	state := p[7] >> 3 & 3
	if state == 0 { // off, or not known
		d.spoofed[0] = hearsay{}
		return
	}
	d.spoofing(0, []refclock.Spoofing{refclock.SpoofingNone, refclock.SpoofingIndicated, refclock.SpoofingAffirmed}[state-1], at)
}

// signals reads SEC-SIG, in its first version and those after it.
func (d *Decoder) signals(p []byte, at hw.Time) {
	jam, spoof := p[1], p[1]>>4
	switch {
	case p[0] == 1 && len(p) >= 12:
		jam, spoof = p[4], p[8]
	case p[0] < 2:
		return
	}
	if jam&1 != 0 && jam>>1&3 != 0 {
		d.self.At = at
		d.self.Jamming = []refclock.Jamming{refclock.JammingNone, refclock.JammingWarning, refclock.JammingCritical}[jam>>1&3-1]
	}
	if state := spoof >> 1 & 3; spoof&1 != 0 && state != 0 {
		d.spoofing(1, []refclock.Spoofing{refclock.SpoofingNone, refclock.SpoofingIndicated, refclock.SpoofingAffirmed}[state-1], at)
	}
}

// spoofing takes what one of the two messages says of forged signals.
func (d *Decoder) spoofing(by int, s refclock.Spoofing, at hw.Time) {
	d.spoofed[by] = hearsay{s.Bad(), at}
	if s == refclock.SpoofingNone && d.forged(at) {
		return // the other one says otherwise
	}
	d.self.Spoofing, d.self.At = s, at
}

// antennas are what antStatus means; while it is 0 or 1 nothing is known.
var antennas = [...]refclock.Antenna{2: refclock.AntennaOK, 3: refclock.AntennaShort, 4: refclock.AntennaOpen}

func antenna(status byte) refclock.Antenna {
	if int(status) < len(antennas) {
		return antennas[status]
	}
	return refclock.AntennaUnsaid
}

// fullGain is the greatest value of agcCnt.
const fullGain = 8191

// hardware reads MON-HW.
func (d *Decoder) hardware(p []byte, at hw.Time) refclock.Antenna {
	d.self.At = at
	d.self.Noise, d.self.Gain = int(binary.LittleEndian.Uint16(p[16:])), float64(binary.LittleEndian.Uint16(p[18:]))/fullGain
	d.jamming(p[22] >> 2 & 3)
	return antenna(p[20])
}

// radio reads MON-RF: the worst of all bands counts.
func (d *Decoder) radio(p []byte, at hw.Time) (worst refclock.Antenna) {
	n := int(p[1])
	if n == 0 || (len(p)-4)/n != 24 { // some firmware sends shorter blocks, without these fields
		return refclock.AntennaUnsaid
	}
	d.self.At = at
	var jam byte
	for i := range n {
		b := p[4+24*i:]
		jam = max(jam, b[1]&3)
		if i == 0 {
			d.self.Noise, d.self.Gain = int(binary.LittleEndian.Uint16(b[12:])), float64(binary.LittleEndian.Uint16(b[14:]))/fullGain
		}
		if a := antenna(b[2]); worst == refclock.AntennaUnsaid || a == refclock.AntennaOpen || a == refclock.AntennaShort {
			worst = a
		}
	}
	d.jamming(jam)
	return worst
}

// jamming takes the two bits that say it; 0: it is not watched for.
func (d *Decoder) jamming(state byte) {
	d.self.Jamming = [...]refclock.Jamming{
		refclock.JammingUnsaid, refclock.JammingNone, refclock.JammingWarning, refclock.JammingCritical,
	}[state]
}

// survey takes how far one is.
func (d *Decoder) survey(valid, active byte, seconds uint32, accuracy float64) {
	s := refclock.Survey{State: refclock.SurveyNone, For: time.Duration(seconds) * time.Second, Accuracy: accuracy}
	switch {
	case active != 0:
		s.State = refclock.SurveyActive
	case valid != 0:
		s.State = refclock.SurveyDone
	}
	d.self.Survey = s
}

// version reads MON-VER: the versions of software and chip, then lines of 30 characters.
func (d *Decoder) version(p []byte) {
	m := &d.self.Model
	m.Firmware, m.Hardware = text(p[:30]), text(p[30:40])
	for rest := p[40:]; len(rest) >= 30; rest = rest[30:] {
		m.Line(text(rest[:30]))
	}
}

// text is what stands before the first zero of a field, printable characters alone.
func text(b []byte) string {
	b, _, _ = bytes.Cut(b, []byte{0})
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(b))
}
