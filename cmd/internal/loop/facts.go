package loop

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// why explains what v shows.
func (v *view) why(language why.Language) control.Why {
	f := v.facts
	e := f.Explain(language)
	w := control.Why{State: f.Clock.State.String(), Language: string(language), Sentence: e.Sentence, Brief: f.Brief(language), Remedy: e.Remedy}
	for _, t := range e.Links {
		w.Links = append(w.Links, control.Link{
			Part: string(t.Part), Code: string(t.Code), Condition: string(t.Condition), Text: t.Text, Remedy: t.Remedy,
		})
	}
	return w
}

// gather is all that is known, in enumerated words and numbers. What it returns
// is the loop's own: it is the same the next time.
func (l *Loop) gather(v *view) *why.Facts {
	f := &l.known
	*f = why.Facts{Operation: l.Describe.Operation}
	if l.Outside != nil {
		l.Outside(f)
	}
	l.clockFacts(f, v)
	l.receiverFacts(&f.Receiver, v)
	l.pulseFacts(&f.Pulse, v)
	f.Antenna = l.receiver.antenna
	f.Sensor = why.Device{Path: l.sensor.Path, Word: v.sensor}
	f.Pairing.Reason = l.pairingReason()
	if v.latency.Count > 0 {
		f.Pairing.Latency, f.Pairing.Margin = v.latency.Mean, v.latency.Margin()
	}
	l.witnessFacts(&f.Witness)
	f.Jumped, f.Moved, f.MovedBy = l.since(l.jumped), l.since(l.foreign), l.foreignBy
	f.Late = l.late
	return f
}

func (l *Loop) clockFacts(f *why.Facts, v *view) {
	s, now := v.snapshot, v.now.Time
	f.Clock = why.Clock{
		State: v.state, For: now.Sub(v.since), Wait: l.controller.Waits(v.now), Doubted: l.controller.Doubted(), Agreed: l.controller.Agreed(),
		Stratum: s.Reference.Stratum, Servers: l.controller.Follows(), ByPulse: s.Reference.Source == refclock.FromPulse, Resumed: l.Options.FrequencyError != 0,
		Bound: v.bound, Edge: s.Growth.Edge, Limit: s.MaxError,
		Samples: l.controller.Counts.Samples, Outliers: l.controller.Outliers(),
	}
	if !v.known {
		return
	}
	f.Clock.Silence = now.Sub(s.LastSample)
	if v.state == discipline.Holdover {
		f.Clock.GoodFor = s.Within(s.MaxError, now)
		f.Clock.Until = v.utc.Add(f.Clock.GoodFor)
	}
	f.Leap = why.Leap{
		Known: true, Armed: s.Armed.By != 0,
		Left: time.Duration(l.Leaps.Expires-v.utc.Unix()) * time.Second,
	}
}

func (l *Loop) receiverFacts(f *why.Receiver, v *view) {
	r := &l.receiver
	*f = why.Receiver{
		Device: why.Device{Path: r.Path, Word: v.receiver, For: l.since(r.changed)},
		Baud:   r.Baud, Used: -1, InView: -1, NoFix: l.since(max(r.fixed, r.began)),
		Beside: r.Beside, Holder: r.Holder, Left: l.left(),
	}
	switch f.Word {
	case hw.Silent:
		f.For = l.since(max(r.bytes, r.began))
	case hw.Garbage:
		f.For = l.since(max(r.good, r.began))
	}
	if v.fix != nil {
		f.Used, f.InView, f.Timing, f.Standard = v.fix.Used, v.fix.InView, v.fix.Mode == refclock.ModeTime, v.fix.Standard
	}
	if v.reception {
		f.Jamming = v.told.Jamming
	}
}

func (l *Loop) witnessFacts(f *why.Witness) {
	if len(l.watched) == 0 {
		return
	}
	*f = why.Witness{Verdict: l.panel.Verdict(), Servers: len(l.watched)}
	heard := l.began
	for i := range l.watched {
		w := &l.watched[i]
		heard = max(heard, w.Heard)
		if w.State == hw.OK {
			f.Answering++
		}
	}
	f.Silence = l.since(heard)
	if liar := f.Verdict.Liar; liar >= 0 {
		f.Liar = l.watched[liar].Name
	}
}

func (l *Loop) pulseFacts(f *why.Pulse, v *view) {
	p := &l.pulse
	*f = why.Pulse{
		Device: why.Device{Path: p.Path, Word: v.pulse, For: l.since(p.changed)},
		Edge:   l.Describe.Edge, Seen: p.count > 0, Interval: p.regular,
		Width: p.polarity.Evidence(v.latency).Width,
	}
	switch f.Word {
	case hw.Silent:
		f.For = l.since(max(p.last, p.began))
	case refclock.ErrIrregular.State():
		f.Interval = p.interval
	}
}

// pairingReason is the worse one of why the newest edge and the
// newest fix yielded no sample. While they are not believed they are paired anew
// again and again. Of those that come in turns at the start the
// first edge, which is none of a pulse yet, says least.
func (l *Loop) pairingReason() *refclock.Reason {
	if l.controller.Doubted() && !l.panel.Verdict().Unsynchronized { // the witnesses have more to say
		return refclock.ErrDisagrees
	}
	for _, r := range [...]*refclock.Reason{
		refclock.ErrLineFull, refclock.ErrDisagrees, refclock.ErrAmbiguous, refclock.ErrDiscontinued, refclock.ErrUnconfirmed,
		refclock.ErrIrregular, refclock.ErrNoPulse, refclock.ErrLearning, refclock.ErrGlitch,
	} {
		if r == l.edgeReason || r == l.fixReason {
			return r
		}
	}
	return nil
}

// since is how long ago r was, 0 when it never was.
func (l *Loop) since(r hw.Raw) time.Duration {
	if r == 0 {
		return 0
	}
	return l.now.Raw.Sub(r)
}

// doubts says why the reference is not believed.
func (l *Loop) doubts() string {
	code := why.OtherSecond
	if l.panel.Verdict().Unsynchronized {
		code = why.NeverConfirmed
	}
	if l.wrongEdge() {
		code = why.WrongEdge
	}
	text, remedy := l.view().facts.Tell(code, why.English)
	return text + " " + remedy
}

// lateness smooths how late events are taken up.
const lateness = 16 // events

// late tells that an event of time t is taken up now.
func (l *Loop) tookUp(t hw.Time) {
	if d := l.now.Time.Sub(t); d >= 0 && d < discipline.SilentAfter {
		l.late += (d - l.late) / lateness
	}
}
