package refclock

import (
	"cmp"
	"slices"
	"time"

	"gpsntpd/hw"
)

// Line is the decoder of a line on which text and binary messages may come together. The
// binary ones name the second while there are any, since they say how sure the receiver is;
// text then confirms it.
type Line struct {
	text   Decoder
	binary []Decoder // by protocol; nil: not read
	lead   hw.Time   // when a binary message last named a second, or said why it does not
	led    bool      // there was one
	veto   error     // why the last one was not valid, when it was not
	spoke  Fix       // what text named last; not Valid: nothing
	apart  time.Duration
	agreed int // times in a row that text and binary were so far apart
	astray int // … and that they were not

	told [2]bool // whether an epoch of text has ended, and one of binary messages
	wait epoch   // for its like in the other protocol
	out  epoch   // the last one that was handed out
}

// epoch is one that is kept beyond the next call of its decoder.
type epoch struct {
	Epoch
	leap     int
	messages [32]string
	full     bool // there is one
}

// NewLine returns a decoder of text and of the binary protocols that have a decoder.
func NewLine(text Decoder, binary map[hw.Protocol]Decoder) *Line {
	l := &Line{text: text}
	for p, d := range binary {
		if n := int(p) + 1; n > len(l.binary) {
			l.binary = append(l.binary, make([]Decoder, n-len(l.binary))...)
		}
		l.binary[p] = d
	}
	return l
}

// leadFor is how long text does not name the second after a binary message has.
const leadFor = 3 * time.Second

// Frame implements Decoder.
func (l *Line) Frame(f hw.Frame) Report {
	d, binary := l.text, f.Protocol != hw.NMEA
	if binary {
		if int(f.Protocol) >= len(l.binary) || l.binary[f.Protocol] == nil {
			return Report{Verdict: FrameGarbage}
		}
		d = l.binary[f.Protocol]
	}
	r := d.Frame(f)
	switch {
	case r.Named && binary:
		l.leads(&r, f.At)
	case r.Named:
		l.confirms(&r, f.At)
	}
	if r.Ended != nil {
		r.Ended = l.end(r.Ended, binary)
	}
	return r
}

// leading reports whether binary messages name the second at a moment.
func (l *Line) leading(at hw.Time) bool { return l.led && at.Sub(l.lead).Abs() < leadFor }

// leads takes what a binary message has named.
func (l *Line) leads(r *Report, at hw.Time) {
	f := &r.Fix
	if f.Reason == ErrNoTime || f.Reason == ErrNoDate { // text may know
		*f, r.Named = Fix{}, false
		return
	}
	l.led, l.lead, l.veto = true, at, f.Reason
	if f.Valid && l.spoke.Valid && f.Heard.Sub(l.spoke.Heard).Abs() < leadFor && !l.agrees(f) {
		f.Valid, f.Reason = false, ErrContradict
		l.veto = ErrContradict
	}
}

// confirms takes what text has named; while binary messages do, it names nothing.
func (l *Line) confirms(r *Report, at hw.Time) {
	l.spoke = r.Fix
	if l.leading(at) {
		r.Fix, r.Named = Fix{}, false
	}
}

// What text and binary messages may be apart.
const (
	oneSecond = time.Second + sameSecond
	enough    = 8 // times in a row make a new habit
)

// agrees reports whether f, of a binary message, names the second that text does: both
// are of one burst a second, so the one follows the other by the same time each second.
func (l *Line) agrees(f *Fix) bool {
	apart := f.Heard.Sub(l.spoke.Heard) - f.UTC.Sub(l.spoke.UTC)
	switch {
	case apart.Abs() > oneSecond:
		l.astray++
		return false
	case l.agreed == 0 || (apart-l.apart).Abs() < time.Second/2:
		l.apart = apart
		l.agreed, l.astray = l.agreed+1, 0
		return true
	}
	if l.astray++; l.astray >= enough {
		l.agreed = 0
	}
	return false
}

// sameEpoch is how far apart the moments of one epoch are at most.
const sameEpoch = 20 * time.Millisecond

// end takes an epoch that has ended, and returns one that is complete: both protocols
// have said of it what they had to say.
func (l *Line) end(e *Epoch, binary bool) *Epoch {
	side := 0
	if binary {
		side = 1
	}
	l.told[side] = true
	mixed := l.told[0] && l.told[1]
	if !binary && l.veto != nil && l.led && e.Fix.Valid && e.Fix.Heard.Sub(l.lead).Abs() < leadFor {
		e.Fix.Valid, e.Fix.Reason = false, l.veto
	}
	switch {
	case !mixed:
		return l.hand(e)
	case l.out.full && l.out.Fix.By != e.Fix.By && l.same(&l.out.Epoch, e):
		return nil // it has been told already
	case e.Fix.UTC == 0 && binary: // text may say more
		return nil
	case !l.wait.full:
		l.wait.keep(e)
		return nil
	case l.wait.Fix.By != e.Fix.By && l.same(&l.wait.Epoch, e):
		l.wait.merge(e)
		l.wait.full = false
		return l.hand(&l.wait.Epoch)
	}
	done := l.hand(&l.wait.Epoch)
	l.wait.keep(e)
	return done
}

func (l *Line) same(a, b *Epoch) bool {
	return a.Fix.UTC != 0 && a.Fix.UTC.Sub(b.Fix.UTC).Abs() < sameEpoch
}

// hand returns a copy of e that is good until the next call.
func (l *Line) hand(e *Epoch) *Epoch {
	l.out.keep(e)
	return &l.out.Epoch
}

// keep makes e a copy of from.
func (e *epoch) keep(from *Epoch) {
	e.Fix, e.LeapSeconds, e.full = from.Fix, nil, true
	e.Messages = append(e.messages[:0], from.Messages[:min(len(from.Messages), len(e.messages))]...)
	if from.LeapSeconds != nil {
		e.leap = *from.LeapSeconds
		e.LeapSeconds = &e.leap
	}
}

// merge adds what the other protocol said of the same moment.
func (e *epoch) merge(o *Epoch) {
	text, binary := e.Fix, o.Fix
	if o.Fix.By == hw.NMEA {
		text, binary = o.Fix, e.Fix
	}
	e.Fix = binary
	if binary.Reason == ErrNoTime || binary.Reason == ErrNoDate {
		e.Fix = text
	}
	e.Fix.Used, e.Fix.InView = max(text.Used, binary.Used), max(text.InView, binary.InView)
	for _, m := range o.Messages {
		if len(e.Messages) < len(e.messages) && !slices.Contains(e.Messages, m) {
			e.Messages = append(e.Messages, m)
		}
	}
	if e.LeapSeconds == nil && o.LeapSeconds != nil {
		e.leap = *o.LeapSeconds
		e.LeapSeconds = &e.leap
	}
}

// Flush implements Decoder.
func (l *Line) Flush() Report {
	if e := l.text.Flush().Ended; e != nil {
		if e = l.end(e, false); e != nil {
			return Report{Ended: e}
		}
	}
	for _, d := range l.binary {
		if d == nil {
			continue
		}
		if e := d.Flush().Ended; e != nil {
			if e = l.end(e, true); e != nil {
				return Report{Ended: e}
			}
		}
	}
	if l.wait.full {
		l.wait.full = false
		return Report{Ended: l.hand(&l.wait.Epoch)}
	}
	return Report{}
}

// Satellites implements Decoder: of the protocol that says which ones it uses.
func (l *Line) Satellites() (all []Satellite, told bool) {
	for _, d := range l.binary {
		if d == nil {
			continue
		}
		if all, told = d.Satellites(); told {
			return all, told
		}
	}
	return l.text.Satellites()
}

// Receiver implements Decoder.
func (l *Line) Receiver() Receiver {
	r := l.text.Receiver()
	for _, d := range l.binary {
		if d != nil {
			r.overlay(d.Receiver())
		}
	}
	return r
}

// overlay replaces what o says, too.
func (r *Receiver) overlay(o Receiver) {
	r.Name, r.Firmware = cmp.Or(o.Name, r.Name), cmp.Or(o.Firmware, r.Firmware)
	r.Hardware, r.Protocol = cmp.Or(o.Hardware, r.Hardware), cmp.Or(o.Protocol, r.Protocol)
	overflow := max(r.Overflow, o.Overflow)
	if o.Reception != (Reception{}) {
		r.Reception = o.Reception
	}
	r.Overflow = overflow
	if o.Survey.State != SurveyUnsaid {
		r.Survey = o.Survey
	}
}
