package ubx

import (
	"encoding/binary"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Decoder turns the messages of one receiver into reports.
type Decoder struct {
	notBefore refclock.UTC
	open      epoch // open.begun is 0 before the first message
	begun     bool
	ended     refclock.Epoch // the last one, handed out
	messages  [maxMessages]string
	leap      leap
	sequence  refclock.Sequence
	confirmed bool // the receiver has confirmed its time since it last had no fix
	sky       sky
	self      refclock.Receiver
	spoofed   [2]hearsay // by NAV-STATUS, by SEC-SIG
}

// hearsay is a state that is said now and then, and when it was last said.
type hearsay struct {
	bad bool
	at  hw.Time
}

// saidFor is how long what is said now and then counts: some of it comes every ten
// seconds.
const saidFor = 30 * time.Second

// NewDecoder returns a decoder that repairs the rollovers of the GPS week number so that
// no date is before notBefore.
func NewDecoder(notBefore refclock.UTC) *Decoder { return &Decoder{notBefore: notBefore} }

// lengths are how many bytes of payload a message that we read has at least. What is
// longer is of a newer version, which has added to the end.
var lengths = map[Message]int{
	NavPOSECEF: 4, NavPOSLLH: 4, NavSTATUS: 16, NavDOP: 4, NavSOL: 48, NavPVT: 84, NavVELECEF: 4,
	NavTIMEGPS: 16, NavTIMEUTC: 20, NavCLOCK: 20, NavTIMELS: 24, NavSVINFO: 8, NavSAT: 8, NavSVIN: 40,
	NavSIG: 4, NavEOE: 4,
	InfERROR: 1, InfWARNING: 1, InfNOTICE: 1, InfTEST: 1,
	AckACK: 2, AckNAK: 2,
	MonVER: 40, MonTXBUF: 28, MonHW: 56, MonCOMMS: 8, MonRF: 4, TimTP: 16, TimSVIN: 28, SecSIG: 4,
}

// Frame implements refclock.Decoder.
func (d *Decoder) Frame(f hw.Frame) (r refclock.Report) {
	m, p, ok := Cut(f.Bytes)
	if f.Protocol != hw.UBX || !ok {
		return refclock.Report{Verdict: refclock.FrameGarbage}
	}
	length, known := lengths[m]
	switch {
	case !known:
		return refclock.Report{Verdict: refclock.FrameIgnored}
	case len(p) == 0: // a poll, which something else on the line has sent
		return refclock.Report{Verdict: refclock.FrameIgnored}
	case len(p) < length:
		return refclock.Report{Verdict: refclock.FrameMalformed}
	}
	r.Verdict = refclock.FrameOK
	switch m >> 8 {
	case 0x01:
		d.navigation(&r, m, p, f.At)
	case 0x04:
		r.Antenna = d.self.Notice(p, f.At)
	case 0x05:
		r.Reply = reply(m, p)
	default:
		d.other(&r, m, p, f.At)
	}
	return r
}

// reply reads which command is answered, and how.
func reply(m Message, p []byte) refclock.Reply {
	result := refclock.Accepted
	if m == AckNAK {
		result = refclock.Refused
	}
	return refclock.Reply{Command: (Message(p[0])<<8 | Message(p[1])).String(), Result: result}
}

// together is how far apart the times of week of one epoch may be, in milliseconds.
const together = 10

// weekLength is a week in milliseconds.
const weekLength = 7 * 24 * 3600 * 1000

// navigation takes a message of an epoch, which begins with its time of week in most.
func (d *Decoder) navigation(r *refclock.Report, m Message, p []byte, at hw.Time) {
	tow := binary.LittleEndian.Uint32(p)
	if m == NavSVIN {
		tow = binary.LittleEndian.Uint32(p[4:])
	}
	if tow >= weekLength {
		r.Verdict = refclock.FrameMalformed
		return
	}
	if d.begun && !d.open.has(tow) {
		r.Ended = d.end()
	}
	if !d.begun {
		d.begun, d.open = true, epoch{tow: tow, used: -1}
	}
	e := &d.open
	e.count(m)
	switch m {
	case NavPVT, NavTIMEUTC, NavTIMEGPS, NavSOL:
		if e.heard == 0 {
			e.heard = at
		}
		e.timed = true
	}
	switch m {
	case NavPVT:
		d.pvt(p)
	case NavTIMEUTC:
		d.timeUTC(p)
	case NavTIMEGPS:
		d.timeGPS(p)
	case NavSOL:
		d.solution(p)
	case NavTIMELS:
		d.timeLS(p)
	case NavSTATUS:
		d.status(p, at)
	case NavSAT:
		d.sky.satellites(p)
	case NavSVINFO:
		d.sky.channels(p)
	case NavSVIN:
		d.survey(p[36], p[37], binary.LittleEndian.Uint32(p[8:]), float64(binary.LittleEndian.Uint32(p[28:]))*1e-4)
	case NavEOE:
		if r.Ended == nil {
			r.Ended = d.end()
		}
		return
	}
	r.Fix, r.Named = d.name(at)
}

// Flush implements refclock.Decoder.
func (d *Decoder) Flush() refclock.Report { return refclock.Report{Ended: d.end()} }

// Receiver implements refclock.Decoder.
func (d *Decoder) Receiver() refclock.Receiver { return d.self }

// name names the fix of the open epoch, unless that has been done or it is too early to
// tell.
func (d *Decoder) name(at hw.Time) (refclock.Fix, bool) {
	e := &d.open
	if e.named || !e.timed {
		return refclock.Fix{}, false
	}
	reason := d.judge(at)
	if reason != nil && !e.hopeless(reason) {
		return refclock.Fix{}, false
	}
	e.named = true
	return d.fix(reason), true
}

// end closes the open epoch and learns from it what the next may rely on; nil when no
// message of it was of the time.
func (d *Decoder) end() *refclock.Epoch {
	if !d.begun {
		return nil
	}
	d.begun = false
	e := &d.open
	if !e.timed {
		return nil
	}
	e.known(&d.leap)
	reason := d.judge(e.heard)
	d.sequence.Settle(e.best().utc, reason)
	if reason == refclock.ErrNoFix {
		d.confirmed = false
	}
	if e.confirmed {
		d.confirmed = true
	}
	d.messages = e.messages
	d.ended = refclock.Epoch{Fix: d.fix(reason), Messages: d.messages[:e.kinds]}
	if e.leap != 0 {
		d.leap.shown = e.leap
		d.ended.LeapSeconds = &d.leap.shown
	}
	return &d.ended
}

// judge returns why the open epoch is not valid, nil when it is as far as it has come.
func (d *Decoder) judge(at hw.Time) error {
	e := &d.open
	best := e.best()
	switch {
	case e.fix == void:
		return refclock.ErrNoFix
	case d.forged(at):
		return refclock.ErrSpoofed
	case e.impossible || e.contradictory():
		return refclock.ErrBadTime
	case e.unresolved, e.unconfirmed && !d.confirmed:
		return refclock.ErrUnresolved
	case e.leapSecond:
		return refclock.ErrLeapSecond
	case best.utc == 0 && e.gps.utc != 0:
		return refclock.ErrUnresolved // GPS time is known, how far it is from UTC is not
	case best.utc == 0:
		return refclock.ErrNoTime
	case best.accuracy > coarse:
		return refclock.ErrUnresolved
	case e.fix == unsaid:
		return refclock.ErrNoTime // none that the receiver stands by: text may tell
	case !d.leap.changed && !e.relearnt && !d.sequence.Allows(best.utc, 2): // its checksum is of 16 bits
		return refclock.ErrBadTime
	}
	return nil
}

// fix puts together what is known of the open epoch.
func (d *Decoder) fix(reason error) refclock.Fix {
	e := &d.open
	best := e.best()
	f := refclock.Fix{
		By: hw.UBX, UTC: best.utc, Heard: e.heard, Valid: reason == nil, Reason: reason,
		Mode: e.mode, Used: e.used, InView: d.sky.inView(), Accuracy: best.accuracy, Standard: best.standard,
	}
	if reason == refclock.ErrNoFix {
		f.Mode = refclock.ModeNone
	}
	if f.Valid {
		e.relearnt = e.relearnt || d.leap.changed
		f.Relearnt, d.leap.changed = e.relearnt, false
	}
	return f
}

// forged reports whether the receiver says that its signals are.
func (d *Decoder) forged(at hw.Time) bool {
	for _, s := range d.spoofed {
		if s.bad && at.Sub(s.at) < saidFor {
			return true
		}
	}
	return false
}
