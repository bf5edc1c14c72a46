package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Limits of the pairing.
const (
	pulseDispersion  = 100 * time.Nanosecond // of the kernel's timestamp
	sameSecond       = 50 * time.Millisecond // two measurements of one clock, seconds apart, agree within this
	nearSecond       = 2 * time.Millisecond  // a pulse is this near to a second of a clock that follows it
	bothEdges        = 10 * time.Millisecond // two edges this near to each other are those of one pulse
	confirmedFor     = 5 * time.Second       // a pulse counts while a sentence no older than this agreed
	disagreeing      = 3                     // sentences in a row stop the pulse, and so do its own edges; this many that agree start it again
	newlyNamed       = 15 * time.Minute      // so long a receiver may be wrong by the leap seconds it has not heard of yet
	doubtAfter       = time.Minute           // of disagreement the reference is not believed; at once while newly named
	pulseDue         = 10 * time.Second      // sentences alone are used when there is no pulse for so long
	pulsesRemembered = 4
)

// Pairer finds the second that each pulse begins.
//
//	not named, pulses arrive:  a sentence names the pulse before it (name);
//	                           when that is certain, the second is named
//	not named, no pulses:      sentences alone make rough samples (alone)
//	named:                     the local clock names the second of each pulse
//	                           at once, and sentences confirm it (confirm):
//	                           they can stop the samples, never move them
//
// The zero value is ready for use.
type Pairer struct {
	PulseLatency    time.Duration // constant delay of the pulse's timestamps, taken off
	EdgeLatency     time.Duration // what may be left of it: the stamps are 0 to this too late
	PulseNoise      time.Duration // standard deviation of the stamps, where they are noisier than those before; 0: not known
	SentenceLatency time.Duration // configured latency of sentences, used without a pulse; 0: learnt or assumed
	EarlierLatency  time.Duration // learnt before the start, used until it is learnt anew; 0: unknown
	SawtoothOff     bool          // what the receiver says of its pulses is not used

	edges   edges
	width   time.Duration             // of the newest pulse, 0 when its other edge was not captured
	pulses  [pulsesRemembered]hw.Time // edges a second after another one, newest first
	began   hw.Time                   // when the first event arrived
	latency Latency
	former  Latency // what it was before the second was named anew
	last    Fix     // the newest one, if it was valid
	notes   notes
	saw     sawtooth
	by      hw.Protocol   // of the last fix
	stated  time.Duration // accuracy of the last fix

	// While the second is not named.
	early   Fix           // heard before there was a pulse; pairs with the edge that turns out to be the first
	paired  hw.Time       // the newest pulse that a sentence was paired with
	offset  time.Duration // UTC − local by that pair
	wary    int           // pairs that must agree yet, since sentences have come on both sides of a pulse, or damaged …
	damaged hw.Time       // … which they did last then

	// From then on.
	named         hw.Time // when it was; 0 before
	confirmed     hw.Time // when a sentence last agreed
	astray        bool    // the pulses come at another place in the second than the clock's
	agreements    int     // sentences in a row …
	disagreements int     // … and those that did not agree, since this many last did
	disagreedFrom hw.Time

	// Without pulses.
	rough   time.Duration // UTC − local as sentences alone tell it …
	roughly int           // … and how many in a row agree on it
}

// Edge takes an edge of the pulse line. Once the second is named it yields a
// sample; offset is then what UTC − local is believed to be at that moment.
func (p *Pairer) Edge(e hw.Edge, offset time.Duration) (Sample, error) {
	e.At = e.At.Add(-p.PulseLatency)
	p.begin(e.At)
	regular := e.Missed == 0 && p.regular(e.At) // else it may be the other edge of a pulse whose first no one saw
	p.edges.add(e.At)
	p.width = e.Width
	if p.named == 0 {
		return Sample{}, p.unnamed(e.At, regular)
	}
	second := nearest(At(e.At, offset))
	s := p.pulseSample(e.At, second)
	if (s.Offset - offset).Abs() > nearSecond {
		return Sample{}, p.stray(e.At)
	}
	if !regular {
		return Sample{}, ErrGlitch
	}
	p.pulse(e.At)
	switch {
	case p.disagreements >= disagreeing:
		return Sample{}, ErrDisagrees
	case p.confirmed == 0 || e.At.Sub(p.confirmed) > confirmedFor:
		return Sample{}, ErrUnconfirmed
	}
	p.correct(&s, second, s.Offset-offset)
	return s, nil
}

// correct takes what the receiver says of the pulse that s is of, which is off the clock by
// residual. While corrections come, one that is missing makes the pulse less certain.
func (p *Pairer) correct(s *Sample, second UTC, residual time.Duration) {
	late, said := p.notes.sawtooth(second)
	p.saw.off = p.SawtoothOff
	s.Sawtooth = p.saw.take(second, late, residual, said)
	if v := p.saw.verdict(); !said && (v == SawtoothUseful || v == SawtoothUnproven) {
		s.Dispersion += p.saw.peak
	}
}

// unnamed takes an edge while the second is not named.
func (p *Pairer) unnamed(at hw.Time, regular bool) error {
	if regular {
		p.first()
		p.pulse(at)
	}
	switch {
	case p.beside(at) == ErrIrregular:
		return ErrIrregular
	case !regular:
		return ErrGlitch
	}
	return ErrLearning
}

// stray takes an edge that lies off the clock's seconds. One is a glitch; when
// some in a row come at one place, and the receiver stands by its time, the
// pulse and the clock disagree.
func (p *Pairer) stray(at hw.Time) error {
	switch {
	case p.edges.chain(at, p.pulses[0]) < disagreeing:
		return ErrGlitch
	case p.last.Heard == 0 || at.Sub(p.last.Heard) > confirmedFor:
		return ErrUnconfirmed
	}
	p.astray = true
	return ErrDisagrees
}

// Fix takes an epoch; offset is as for Edge. It yields samples when it names
// the second, of all pulses that are remembered, oldest first, and one when
// there are no pulses. None without an error means that it confirmed what the
// clock says.
func (p *Pairer) Fix(f Fix, offset time.Duration) ([]Sample, error) {
	p.begin(f.Heard)
	p.source(f)
	switch {
	case !f.Valid:
		p.confirmed, p.last = 0, Fix{}
		if p.named == 0 {
			p.latency = Latency{}
		}
		return nil, f.Reason
	case p.named != 0:
		return p.confirm(f, offset)
	case p.Pulsing(f.Heard):
		return p.name(f, offset)
	}
	return p.alone(f)
}

// source takes what f says of those that name the second: messages of another protocol come
// at another place in it, so that their latency is learnt anew.
func (p *Pairer) source(f Fix) {
	if !f.Valid {
		return
	}
	if p.by != f.By && p.by != hw.NoProtocol {
		p.latency = Latency{}
	}
	p.by, p.stated = f.By, f.Accuracy
}

// Moved tells that the local clock has jumped by d, so that all that is
// remembered in its terms moves along.
func (p *Pairer) Moved(d time.Duration) {
	move := func(t *hw.Time) {
		if *t != 0 {
			*t = t.Add(d)
		}
	}
	for i := range p.edges {
		move(&p.edges[i])
	}
	for i := range p.pulses {
		move(&p.pulses[i])
	}
	for _, t := range []*hw.Time{&p.began, &p.last.Heard, &p.paired, &p.damaged, &p.named, &p.confirmed, &p.disagreedFrom} {
		move(t)
	}
	p.offset -= d
	p.rough -= d
}

// Disturbed tells that the clock did not move by our own doing: nothing is
// taken from it before a sentence confirms that it still names the second.
func (p *Pairer) Disturbed() { p.confirmed, p.last = 0, Fix{} }

// Leapt tells that the local clock and UTC have both made a leap second by d:
// what was remembered in terms of the clock moves along, what was learnt of
// its error stays.
func (p *Pairer) Leapt(d time.Duration) {
	p.Moved(d)
	p.offset += d
	p.rough += d
}

// Forget names the second anew, as after a start: the clock is too wrong to
// name it.
func (p *Pairer) Forget() {
	edges, width, former, saw, by, stated := p.edges, p.width, p.former, p.saw, p.by, p.stated
	if former.Count == 0 && p.named != 0 {
		former = p.latency
	}
	p.Reset()
	p.edges, p.width, p.former, p.saw, p.by, p.stated = edges, width, former, saw, by, stated
}

// Altered tells that the receiver was told to speak otherwise: how late its sentences
// are is learnt anew. A second that is named stays so; before, what is learnt is asked
// for room at both ends however it changes.
func (p *Pairer) Altered() {
	if p.named != 0 {
		p.latency, p.former = Latency{}, Latency{}
	}
}

// Reset forgets all that was heard, edges too: the clock has lost the time.
func (p *Pairer) Reset() {
	*p = Pairer{PulseLatency: p.PulseLatency, EdgeLatency: p.EdgeLatency, PulseNoise: p.PulseNoise, SentenceLatency: p.SentenceLatency, EarlierLatency: p.EarlierLatency, SawtoothOff: p.SawtoothOff}
}

// Named reports whether the second is named.
func (p *Pairer) Named() bool { return p.named != 0 }

// Latency returns what is known of how late the sentences are.
func (p *Pairer) Latency() Latency { return p.latency }

// Doubts reports whether the clock and the receiver disagree for good: the pulses
// come at another place than the clock's seconds, or sentences have named
// another second for so long that one of the two is wrong. There is no need to
// wait when the clock was set by the same receiver just now, and has nothing to
// put against it, nor when the newest pulse is not believed either.
func (p *Pairer) Doubts(now hw.Time, pulseToo bool) bool {
	return p.astray || p.disagreements >= disagreeing &&
		(pulseToo || now.Sub(p.disagreedFrom) > doubtAfter || now.Sub(p.named) < newlyNamed)
}

// Pulsing reports whether pulses arrive, or are still due after the start.
func (p *Pairer) Pulsing(now hw.Time) bool {
	return now.Sub(max(p.pulses[0], p.began)) < pulseDue
}

func (p *Pairer) begin(now hw.Time) {
	if p.began == 0 {
		p.began = now
	}
}

func (p *Pairer) pulseSample(at hw.Time, second UTC) Sample {
	return Sample{At: at, Offset: Offset(second, at), Dispersion: max(pulseDispersion, 3*p.PulseNoise), Source: FromPulse, Edge: p.EdgeLatency, Stated: p.stated}
}

// nearest returns the whole second nearest to u.
func nearest(u UTC) UTC {
	return UTC(time.Duration(u).Round(time.Second))
}
