package loop

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// Why explains how things are at this moment, in a language.
func (l *Loop) Why(language why.Language) control.Why {
	f := l.facts()
	e := f.Explain(language)
	w := control.Why{State: f.Clock.State.String(), Language: string(language), Sentence: e.Sentence, Brief: f.Brief(language), Remedy: e.Remedy}
	for _, t := range e.Links {
		w.Links = append(w.Links, control.Link{
			Part: string(t.Part), Code: string(t.Code), Condition: string(t.Condition), Text: t.Text, Remedy: t.Remedy,
		})
	}
	return w
}

// facts is all that is known, in enumerated words and numbers. What it returns
// is the loop's own: it is the same the next time.
func (l *Loop) facts() *why.Facts {
	f := &l.known
	*f = why.Facts{Operation: l.Describe.Operation}
	if l.Outside != nil {
		l.Outside(f)
	}
	l.clockFacts(f)
	l.receiverFacts(&f.Receiver)
	l.pulseFacts(&f.Pulse)
	f.Antenna = l.receiver.antenna
	f.Sensor = why.Device{Path: l.sensor.Path, Word: l.sensor.condition(l.now)}
	f.Pairing.Reason = l.pairingReason()
	if lat := l.Pairer.Latency(); lat.Count > 0 {
		f.Pairing.Latency, f.Pairing.Margin = lat.Mean, lat.Margin()
	}
	f.Jumped, f.Moved, f.MovedBy = l.since(l.jumped), l.since(l.foreign), l.foreignBy
	f.Late = l.late
	return f
}

func (l *Loop) clockFacts(f *why.Facts) {
	s := l.Latest.Load()
	now := l.now.Time
	_, since := l.controller.State()
	f.Clock = why.Clock{
		State: s.StateAt(now), For: now.Sub(since), Wait: l.controller.Waits(l.now), Doubted: l.controller.Doubted(), Agreed: l.controller.Agreed(),
		Stratum: s.Reference.Stratum, ByPulse: s.Reference.Source == refclock.FromPulse, Resumed: l.Options.FrequencyError != 0,
		Bound: s.BoundAt(now), Edge: s.Growth.Edge, Limit: s.MaxError,
		Samples: l.controller.Counts.Samples, Outliers: l.controller.Outliers(),
	}
	if s.LastSample == 0 {
		return
	}
	f.Clock.Silence = now.Sub(s.LastSample)
	if f.Clock.State == discipline.Holdover {
		f.Clock.GoodFor = s.Within(s.MaxError, now)
		f.Clock.Until = utc(s, now).Add(f.Clock.GoodFor)
	}
	f.Leap = why.Leap{
		Known: true, Armed: s.Armed.By != 0,
		Left: time.Duration(l.Leaps.Expires-refclock.At(now, s.OffsetAt(now)).Std().Unix()) * time.Second,
	}
}

// toldFor is for how long what the receiver says of its reception counts.
const toldFor = time.Minute

// recent reports whether the receiver has said lately how it receives.
func (l *Loop) recent(told *refclock.Receiver) bool {
	return told.At != 0 && l.now.Time.Sub(told.At).Abs() < toldFor
}

func (l *Loop) receiverFacts(f *why.Receiver) {
	r := &l.receiver
	*f = why.Receiver{
		Device: why.Device{Path: r.Path, Word: r.condition(l.now), For: l.since(r.changed)},
		Baud:   r.Baud, Used: -1, InView: -1, NoFix: l.since(max(r.fixed, r.began)),
		Beside: r.Beside, Holder: r.Holder, Left: l.left(),
	}
	switch f.Word {
	case hw.Silent:
		f.For = l.since(max(r.bytes, r.began))
	case hw.Garbage:
		f.For = l.since(max(r.good, r.began))
	}
	if r.ended != 0 && l.now.Raw.Sub(r.ended) < receiverSilent {
		f.Used, f.InView, f.Timing = r.epoch.Fix.Used, r.epoch.Fix.InView, r.epoch.Fix.Mode == refclock.ModeTime
		f.Standard = r.epoch.Fix.Standard
	}
	if told := l.decoder.Receiver(); l.recent(&told) {
		f.Jamming = told.Jamming
	}
}

func (l *Loop) pulseFacts(f *why.Pulse) {
	p := &l.pulse
	*f = why.Pulse{
		Device: why.Device{Path: p.Path, Word: l.pulseCondition(), For: l.since(p.changed)},
		Edge:   l.Describe.Edge, Seen: p.count > 0, Interval: p.regular,
		Width: p.polarity.Evidence(l.Pairer.Latency()).Width,
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
	if l.controller.Doubted() {
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

// sentence says in one line how things are, for someone who has never heard
// of a pulse per second.
func (l *Loop) sentence() string { return l.facts().Brief(why.English) }

// doubts says why the reference is not believed.
func (l *Loop) doubts() string {
	code := why.OtherSecond
	if l.wrongEdge() {
		code = why.WrongEdge
	}
	text, remedy := l.facts().Tell(code, why.English)
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
