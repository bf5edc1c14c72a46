package casic

import (
	"encoding/binary"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Decoder turns the messages of one receiver into reports.
type Decoder struct {
	notBefore refclock.UTC
	open      epoch
	begun     bool
	ended     refclock.Epoch
	messages  [maxMessages]string
	sequence  refclock.Sequence
	views     [len(systems)]view
	self      refclock.Receiver
}

// maxMessages is how many kinds of message of an epoch are listed.
const maxMessages = 8

// epoch collects the messages with one run time.
type epoch struct {
	run        uint32  // ms since the receiver was switched on
	heard      hw.Time // arrival of the first message that tells of time or fix
	timed      bool    // NAV-TIMEUTC came
	named      bool
	said       bool // whether there is a fix …
	mode       refclock.Mode
	used       int
	utc        refclock.UTC
	impossible bool
	unresolved bool
	leapSecond bool

	kinds    int
	messages [maxMessages]string
}

// NewDecoder returns a decoder that repairs the rollovers of the GPS week number so that
// no date is before notBefore.
func NewDecoder(notBefore refclock.UTC) *Decoder { return &Decoder{notBefore: notBefore} }

// lengths are how many bytes of payload a message that we read has at least.
var lengths = map[Message]int{
	NavDOP: 28, NavSOL: 72, NavPV: 80, NavTIMEUTC: 24, NavGPSINFO: 8, NavBDSINFO: 8, NavGLNINFO: 8,
	AckNAK: 4, AckACK: 4, MonVER: 64,
}

// Frame implements refclock.Decoder.
func (d *Decoder) Frame(f hw.Frame) (r refclock.Report) {
	m, p, ok := Cut(f.Bytes)
	if f.Protocol != hw.CASIC || !ok {
		return refclock.Report{Verdict: refclock.FrameGarbage}
	}
	length, known := lengths[m]
	switch {
	case !known, len(p) == 0: // the latter is a question, which something else has sent
		return refclock.Report{Verdict: refclock.FrameIgnored}
	case len(p) < length:
		return refclock.Report{Verdict: refclock.FrameMalformed}
	}
	r.Verdict = refclock.FrameOK
	switch m {
	case AckACK:
		r.Reply = refclock.Reply{Command: (Message(p[0])<<8 | Message(p[1])).String(), Result: refclock.Accepted}
	case AckNAK:
		r.Reply = refclock.Reply{Command: (Message(p[0])<<8 | Message(p[1])).String(), Result: refclock.Refused}
	case MonVER:
		d.self.Firmware, d.self.Hardware = text(p[:32]), text(p[32:64])
	default:
		d.navigation(&r, m, p, f.At)
	}
	return r
}

// together is how far apart the run times of one epoch may be, in milliseconds.
const together = 10

// navigation takes a message of an epoch, which begins with the time since the receiver was
// switched on.
func (d *Decoder) navigation(r *refclock.Report, m Message, p []byte, at hw.Time) {
	run := binary.LittleEndian.Uint32(p)
	if d.begun && min(run-d.open.run, d.open.run-run) > together { // it may wrap
		r.Ended = d.end()
	}
	if !d.begun {
		d.begun, d.open = true, epoch{run: run, used: -1}
	}
	e := &d.open
	e.count(m)
	switch m {
	case NavTIMEUTC:
		d.timeUTC(p)
	case NavPV:
		e.solved(p[4], int(p[7]))
	case NavSOL:
		e.solved(p[4], int(p[8]))
	default:
		if i := int(m - NavGPSINFO); i < len(d.views) {
			d.views[i].read(systems[i], p)
		}
		return
	}
	if e.heard == 0 {
		e.heard = at
	}
	r.Fix, r.Named = d.name()
}

// count lists the kind m, once.
func (e *epoch) count(m Message) {
	if name := names[m]; e.kinds < maxMessages && !slices.Contains(e.messages[:e.kinds], name) {
		e.messages[e.kinds] = name
		e.kinds++
	}
}

// The kinds of position from which on satellites alone made it.
const (
	fix2D = 6
	fix3D = 7
	fixDR = 8 // with the help of other sensors
)

// solved takes the kind of a position and how many satellites are used.
func (e *epoch) solved(kind byte, used int) {
	e.said, e.used, e.mode = true, used, refclock.ModeNone
	switch kind {
	case fix2D:
		e.mode = refclock.Mode2D
	case fix3D, fixDR:
		e.mode = refclock.Mode3D
	}
}

// What NAV-TIMEUTC says of its time.
const (
	validAll    = 7 // time of week, week and leap seconds
	bySatellite = 2 // one has sent the date; 3: several have; 1: someone else
)

// timeUTC reads NAV-TIMEUTC.
func (d *Decoder) timeUTC(p []byte) {
	e := &d.open
	e.timed = true
	e.unresolved = p[21]&validAll != validAll || p[23] < bySatellite
	ms, second := binary.LittleEndian.Uint16(p[12:]), int(p[20])
	date, ok := refclock.DateUTC(int(binary.LittleEndian.Uint16(p[14:])), int(p[16]), int(p[17]), d.notBefore)
	if !ok || p[18] > 23 || p[19] > 59 || second > 60 || ms > 1000 {
		e.impossible = !e.unresolved
		return
	}
	e.leapSecond = second == 60
	e.utc = date.Add(time.Duration(p[18])*time.Hour + time.Duration(p[19])*time.Minute + time.Duration(second)*time.Second + time.Duration(ms)*time.Millisecond)
}

// name names the fix of the open epoch, unless that has been done or it is too early to
// tell.
func (d *Decoder) name() (refclock.Fix, bool) {
	e := &d.open
	if e.named || !e.timed || !e.said {
		return refclock.Fix{}, false
	}
	e.named = true
	return d.fix(d.judge()), true
}

// judge returns why the open epoch is not valid, nil when it is.
func (d *Decoder) judge() error {
	e := &d.open
	switch {
	case e.said && e.mode == refclock.ModeNone:
		return refclock.ErrNoFix
	case e.impossible:
		return refclock.ErrBadTime
	case !e.timed || !e.said:
		return refclock.ErrNoTime // none that the receiver stands by: text may tell
	case e.unresolved:
		return refclock.ErrUnresolved
	case e.leapSecond:
		return refclock.ErrLeapSecond
	case !d.sequence.Allows(e.utc, 2): // its checksum is of 32 bits
		return refclock.ErrBadTime
	}
	return nil
}

func (d *Decoder) fix(reason error) refclock.Fix {
	e := &d.open
	f := refclock.Fix{
		By: hw.CASIC, UTC: e.utc, Heard: e.heard, Valid: reason == nil, Reason: reason, Mode: e.mode, Used: e.used, InView: d.inView(),
	}
	if e.unresolved {
		f.UTC = 0
	}
	return f
}

// end closes the open epoch; nil when it told no time.
func (d *Decoder) end() *refclock.Epoch {
	if !d.begun {
		return nil
	}
	d.begun = false
	e := &d.open
	if !e.timed {
		return nil
	}
	reason := d.judge()
	d.sequence.Settle(e.utc, reason)
	d.messages = e.messages
	d.ended = refclock.Epoch{Fix: d.fix(reason), Messages: d.messages[:e.kinds]}
	return &d.ended
}

// Flush implements refclock.Decoder.
func (d *Decoder) Flush() refclock.Report { return refclock.Report{Ended: d.end()} }

// Receiver implements refclock.Decoder.
func (d *Decoder) Receiver() refclock.Receiver { return d.self }

// text is what stands before the first zero of a field, printable characters alone.
func text(b []byte) string {
	s, _, _ := strings.Cut(string(b), "\x00")
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, s))
}
