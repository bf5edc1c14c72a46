package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Limits of the pairing.
const (
	pulseDispersion  = 100 * time.Nanosecond // of the kernel's timestamp
	apart            = time.Millisecond      // two pulses are whole seconds apart, but for spikes up to this …
	rate             = 1000                  // … and one part in so many: a crystal that nobody has corrected yet
	sameSecond       = 50 * time.Millisecond // two measurements of one clock, seconds apart, agree within this
	nearSecond       = 10 * time.Millisecond // a pulse is this near to a second of a clock that follows it
	confirmedFor     = 5 * time.Second       // a pulse counts while a sentence no older than this agreed
	disagreeing      = 3                     // sentences in a row stop the pulse
	young            = 15 * time.Minute      // so long a receiver may be wrong by the leap seconds it has not heard of yet
	doubtAfter       = time.Minute           // of disagreement the reference is not believed; at once while young
	pulseDue         = 10 * time.Second      // sentences alone are used when there is no pulse for so long
	edgesRemembered  = 8
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
	SentenceLatency time.Duration // configured latency of sentences, used without a pulse; 0: learnt or assumed
	EarlierLatency  time.Duration // learnt before the start, used until it is learnt anew; 0: unknown

	edges   [edgesRemembered]hw.Time  // newest first
	pulses  [pulsesRemembered]hw.Time // edges a second after another one, newest first
	began   hw.Time                   // when the first event arrived
	latency Latency

	// While the second is not named.
	early  Fix           // heard before there was a pulse; pairs with the edge that turns out to be the first
	paired hw.Time       // the newest pulse that a sentence was paired with
	offset time.Duration // UTC − local by that pair
	wary   int           // pairs in a row that must agree, since sentences have come on both sides of a pulse

	// From then on.
	named         hw.Time // when it was; 0 before
	confirmed     hw.Time // when a sentence last agreed
	disagreements int     // in a row
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
	regular := p.regular(e.At)
	copy(p.edges[1:], p.edges[:])
	p.edges[0] = e.At
	if !regular {
		return Sample{}, ErrGlitch
	}
	if p.named == 0 {
		p.first()
		p.pulse(e.At)
		return Sample{}, ErrLearning
	}
	s := p.pulseSample(e.At, nearest(At(e.At, offset)))
	if (s.Offset - offset).Abs() > nearSecond {
		return Sample{}, ErrGlitch
	}
	p.pulse(e.At)
	switch {
	case p.disagreements >= disagreeing:
		return Sample{}, ErrDisagrees
	case p.confirmed == 0 || e.At.Sub(p.confirmed) > confirmedFor:
		return Sample{}, ErrUnconfirmed
	}
	return s, nil
}

// Fix takes an epoch; offset is as for Edge. It yields samples when it names
// the second, of all pulses that are remembered, oldest first, and one when
// there are no pulses. None without an error means that it confirmed what the
// clock says.
func (p *Pairer) Fix(f Fix, offset time.Duration) ([]Sample, error) {
	p.begin(f.Heard)
	switch {
	case !f.Valid:
		p.confirmed = 0
		if p.named == 0 {
			p.latency = Latency{}
		}
		return nil, f.Reason
	case p.named != 0:
		return p.confirm(f, offset)
	case p.Pulsing(f.Heard):
		return p.name(f)
	}
	return p.alone(f)
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
	for _, t := range []*hw.Time{&p.began, &p.paired, &p.named, &p.confirmed, &p.disagreedFrom} {
		move(t)
	}
	p.offset -= d
	p.rough -= d
}

// Disturbed tells that the clock did not move by our own doing: nothing is
// taken from it before a sentence confirms that it still names the second.
func (p *Pairer) Disturbed() { p.confirmed = 0 }

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
	edges := p.edges
	p.Reset()
	p.edges = edges
}

// Reset forgets all that was heard, edges too: the clock has lost the time.
func (p *Pairer) Reset() {
	*p = Pairer{PulseLatency: p.PulseLatency, EdgeLatency: p.EdgeLatency, SentenceLatency: p.SentenceLatency, EarlierLatency: p.EarlierLatency}
}

// Named tells whether the second is named.
func (p *Pairer) Named() bool { return p.named != 0 }

// Latency returns what is known of how late the sentences are.
func (p *Pairer) Latency() Latency { return p.latency }

// Doubts tells whether sentences have named another second than the clock for
// so long that one of the two is wrong for good. A clock that was set by the
// same receiver just now has nothing to put against it.
func (p *Pairer) Doubts(now hw.Time) bool {
	return p.disagreements >= disagreeing &&
		(now.Sub(p.disagreedFrom) > doubtAfter || now.Sub(p.named) < young)
}

// Pulsing tells whether pulses arrive, or are still due after the start.
func (p *Pairer) Pulsing(now hw.Time) bool {
	return now.Sub(max(p.pulses[0], p.began)) < pulseDue
}

func (p *Pairer) disagree(now hw.Time) error {
	if p.disagreements++; p.disagreements == 1 {
		p.disagreedFrom = now
	}
	return ErrDisagrees
}

func (p *Pairer) begin(now hw.Time) {
	if p.began == 0 {
		p.began = now
	}
}

// regular tells whether an edge at t comes a whole number of seconds after
// another: that of the receiver's pulse does, a glitch does not.
func (p *Pairer) regular(t hw.Time) bool {
	if p.pulses[0] != 0 && t.Sub(p.pulses[0]) < time.Second/2 {
		return false
	}
	for _, e := range p.edges {
		d := t.Sub(e)
		if e != 0 && d > time.Second/2 && d < edgesRemembered*time.Second &&
			(d-d.Round(time.Second)).Abs() < apart+d/rate {
			return true
		}
	}
	return false
}

// first makes the edge a second before the newest one a pulse too, when it is
// the first: only now is it known to be none of a glitch.
func (p *Pairer) first() {
	if p.pulses[0] != 0 {
		return
	}
	var before hw.Time
	nearest := apart + time.Second/rate
	for _, e := range p.edges[1:] {
		if off := (p.edges[0].Sub(e) - time.Second).Abs(); e != 0 && off < nearest {
			before, nearest = e, off
		}
	}
	if before == 0 {
		return
	}
	p.pulse(before)
	if p.early.Valid {
		_, _ = p.name(p.early) // one pair decides nothing
	}
}

func (p *Pairer) pulse(t hw.Time) {
	copy(p.pulses[1:], p.pulses[:])
	p.pulses[0] = t
}

func (p *Pairer) pulseSample(at hw.Time, second UTC) Sample {
	return Sample{At: at, Offset: Offset(second, at), Dispersion: pulseDispersion, Source: FromPulse, Edge: p.EdgeLatency}
}

// nearest returns the whole second nearest to u.
func nearest(u UTC) UTC {
	return UTC(time.Duration(u).Round(time.Second))
}
