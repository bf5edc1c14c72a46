// Package nmea turns the sentences of NMEA 0183 into fixes: which moment of UTC
// the receiver names, and whether it stands by it.
package nmea

import (
	gonmea "github.com/adrianmo/go-nmea"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Verdict is what became of a line, one enumerated word for counters.
type Verdict string

// What can become of a line.
const (
	OK          Verdict = "ok"
	Ignored     Verdict = "ignored"      // a sentence of a kind that we do not read
	BadChecksum Verdict = "bad_checksum" // absent or wrong
	Malformed   Verdict = "malformed"    // a field that we need is absent or impossible
	Garbage     Verdict = "garbage"      // no sentence at all
)

// Verdicts lists every verdict, for tables of counters.
var Verdicts = []Verdict{OK, Ignored, BadChecksum, Malformed, Garbage}

// Result is what a line told.
type Result struct {
	Verdict Verdict
	// Fix is set, as Named says, once in an epoch and as early as can be: by
	// the sentence that completes a good time, or by the one that takes away
	// all hope of it.
	Fix   refclock.Fix
	Named bool
	// Damaged tells that the checksum of a sentence that tells the time is wrong.
	Damaged bool
	// Antenna is what the line says of the antenna.
	Antenna Antenna
	// Ended is the epoch that this line ended, judged on all its sentences.
	Ended *Epoch
}

// Epoch is what the sentences with the same time of day said together.
type Epoch struct {
	Fix         refclock.Fix
	Sentences   []string // their kinds in the order seen, each once
	LeapSeconds *int     // GPS − UTC in seconds, nil when not said
}

// Decoder turns the sentences of one receiver into fixes.
type Decoder struct {
	parser    gonmea.SentenceParser
	notBefore refclock.UTC
	open      *epoch // nil before the first timed sentence
	order     order
	date      dated
	sky       sky
	fixed     bool          // the last epoch that told of a fix had one
	mode      refclock.Mode // of the last GSA
	inView    int           // of the last GSV; −1 before
	// doubt is why the epoch before was not valid although a fix of it had
	// been named: the one after it names none.
	doubt error
}

// NewDecoder returns a decoder that repairs the rollovers of the GPS week
// number so that no date is before notBefore.
func NewDecoder(notBefore refclock.UTC) *Decoder {
	return &Decoder{parser: newParser(), notBefore: notBefore, inView: -1, sky: sky{views: map[signal]*view{}}}
}

// Line takes the next line of the receiver.
func (d *Decoder) Line(l hw.Line) Result {
	if l.Text == "" {
		return Result{Verdict: Garbage}
	}
	s, verdict := d.parse(l.Text)
	r := Result{Verdict: verdict, Antenna: s.antenna(), Damaged: verdict == BadChecksum && tellsTime(l.Text)}
	if s.kind == "" {
		return r
	}
	if s.kind == "GSV" {
		d.sky.view(s)
	}
	if d.begins(s) {
		r.Ended = d.end()
		d.open = newEpoch(s, l.At)
	}
	if d.open == nil {
		return r
	}
	d.open.add(s, l.At)
	r.Fix, r.Named = d.name()
	return r
}

// Flush ends the open epoch, at the end of the input or after a long silence.
func (d *Decoder) Flush() Result { return Result{Ended: d.end()} }

// begins tells whether s begins an epoch.
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
func (d *Decoder) end() *Epoch {
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
		d.order.settle(u, reason)
	}
	fix := d.fix(e, u, reason)
	d.mode, d.inView = e.mode(d.mode), fix.InView
	if e.gsa != 0 {
		d.sky.used = e.seen
	}
	return &Epoch{Fix: fix, Sentences: e.sentences, LeapSeconds: e.leapSeconds}
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
	case e.time >= day:
		return refclock.ErrLeapSecond
	case e.promised != 0 && e.promised != u, !d.order.allows(u, e.agreeing):
		return refclock.ErrBadTime
	}
	return nil
}

// fix puts together what is known of e.
func (d *Decoder) fix(e *epoch, u refclock.UTC, reason error) refclock.Fix {
	f := refclock.Fix{UTC: u, Heard: e.heard, Valid: reason == nil, Reason: reason,
		Mode: e.mode(d.mode), Used: e.satellites(), InView: e.inView(d.inView)}
	if reason == refclock.ErrNoFix {
		f.Mode = refclock.ModeNone
	}
	return f
}
