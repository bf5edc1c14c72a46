// Package nmea turns the sentences of NMEA 0183 into fixes: which moment of UTC
// the receiver names, and whether it stands by it.
package nmea

import (
	gonmea "github.com/adrianmo/go-nmea"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Decoder turns the sentences of one receiver into fixes.
type Decoder struct {
	parser    gonmea.SentenceParser
	notBefore refclock.UTC
	open      *epoch // nil before the first timed sentence
	sequence  refclock.Sequence
	date      dated
	sky       sky
	fixed     bool          // the last epoch that told of a fix had one
	mode      refclock.Mode // of the last GSA
	inView    int           // of the last GSV; −1 before
	// doubt is why the epoch before was not valid although a fix of it had
	// been named: the one after it names none.
	doubt error
	self  refclock.Receiver
}

// NewDecoder returns a decoder that repairs the rollovers of the GPS week
// number so that no date is before notBefore.
func NewDecoder(notBefore refclock.UTC) *Decoder {
	return &Decoder{parser: newParser(), notBefore: notBefore, inView: -1, sky: sky{views: map[signal]*view{}}}
}

// Frame implements refclock.Decoder.
func (d *Decoder) Frame(f hw.Frame) refclock.Report {
	if f.Protocol != hw.NMEA {
		return refclock.Report{Verdict: refclock.FrameGarbage}
	}
	text := string(f.Bytes)
	if f.Sound() {
		if reply, ok := d.proprietary(text); ok {
			return refclock.Report{Verdict: refclock.FrameOK, Reply: reply}
		}
	}
	s, verdict := d.parse(text)
	r := refclock.Report{Verdict: verdict, Antenna: d.antenna(&s, f.At), Damaged: verdict == refclock.FrameBadChecksum && tellsTime(text)}
	if s.kind == "" {
		return r
	}
	if s.kind == "GSV" {
		d.sky.view(s)
	}
	if d.begins(s) {
		r.Ended = d.end()
		d.open = newEpoch(s, f.At)
	}
	if d.open == nil {
		return r
	}
	d.open.add(s, f.At)
	r.Fix, r.Named = d.name()
	return r
}

// Flush implements refclock.Decoder.
func (d *Decoder) Flush() refclock.Report { return refclock.Report{Ended: d.end()} }

// Receiver implements refclock.Decoder.
func (d *Decoder) Receiver() refclock.Receiver { return d.self }

// begins reports whether s begins an epoch.
func (d *Decoder) begins(s sentence) bool {
	switch {
	case s.timed:
		return d.open == nil || !d.open.timed || !d.open.same(s)
	case s.status != void && !s.impossible:
		return false
	}
	// A receiver that has lost its time: the sentence is no part of the epoch
	// before it. The next burst begins with a kind that was there already.
	return d.open == nil || d.open.timed || d.open.kinds[s.talker+s.kind]
}

// name names the fix of the open epoch, unless that has been done or it is too
// early to tell.
func (d *Decoder) name() (refclock.Fix, bool) {
	e := d.open
	if e.named {
		return refclock.Fix{}, false
	}
	u := d.utc(e)
	reason := d.judge(e, u)
	switch {
	case reason == nil && d.doubt != nil:
		reason = d.doubt
	case reason != nil && !e.hopeless():
		return refclock.Fix{}, false
	}
	e.named = true
	if reason == nil {
		e.promised = u
	}
	return d.fix(e, u, reason), true
}

// end closes the open epoch and learns from it what the next may rely on.
func (d *Decoder) end() *refclock.Epoch {
	e := d.open
	if e == nil {
		return nil
	}
	d.open = nil
	e.complete = true
	u := d.utc(e)
	reason := d.judge(e, u)
	d.doubt = nil
	if e.promised != 0 {
		d.doubt = reason
	}
	switch {
	case e.date == 0:
	case reason == nil, e.quiet() && d.fixed:
		d.date = dated{u, e.begun}
	case reason == refclock.ErrBadTime:
		d.date = dated{}
	}
	d.fixed = e.said[good] && !e.said[void] || e.quiet() && d.fixed
	if !e.quiet() {
		d.sequence.Settle(u, reason)
	}
	fix := d.fix(e, u, reason)
	d.mode, d.inView = e.mode(d.mode), fix.InView
	if e.gsa != 0 {
		d.sky.used = e.seen
	}
	return &refclock.Epoch{Fix: fix, Messages: e.sentences, LeapSeconds: e.leapSeconds}
}

// utc returns the moment that e names, 0 when it has no date.
func (d *Decoder) utc(e *epoch) refclock.UTC {
	switch {
	case !e.timed:
		return 0
	case e.date != 0:
		return e.date.Add(e.time) // a leap second is counted as the midnight after it
	}
	return d.date.carry(e.time, e.begun)
}

// judge returns why e is not valid, nil when it is as far as it has come.
func (d *Decoder) judge(e *epoch, u refclock.UTC) error {
	switch {
	case e.said[void], e.complete && e.gsa == 1:
		return refclock.ErrNoFix
	case e.impossible:
		return refclock.ErrBadTime
	case !e.timed:
		return refclock.ErrNoTime
	case !e.said[good]:
		return refclock.ErrNoFix
	case u == 0:
		return refclock.ErrNoDate
	case e.time >= refclock.Day:
		return refclock.ErrLeapSecond
	case e.promised != 0 && e.promised != u, !d.sequence.Allows(u, e.agreeing):
		return refclock.ErrBadTime
	}
	return nil
}

// fix puts together what is known of e.
func (d *Decoder) fix(e *epoch, u refclock.UTC, reason error) refclock.Fix {
	f := refclock.Fix{By: hw.NMEA, UTC: u, Heard: e.heard, Valid: reason == nil, Reason: reason,
		Mode: e.mode(d.mode), Used: e.satellites(), InView: e.inView(d.inView)}
	if reason == refclock.ErrNoFix {
		f.Mode = refclock.ModeNone
	}
	return f
}
