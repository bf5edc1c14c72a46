package refclock

import (
	"time"

	"gpsntpd/hw"
)

// Limits of the pairing.
const (
	pulseDispersion  = 100 * time.Nanosecond  // of the kernel's timestamp
	apart            = time.Millisecond       // two pulses are whole seconds apart, but for spikes up to this …
	rate             = 1000                   // … and one part in so many: a crystal that nobody has corrected yet
	sameSecond       = 50 * time.Millisecond  // two measurements of one clock, seconds apart, agree within this
	nearSecond       = 10 * time.Millisecond  // a pulse is this near to a second of a clock that follows it
	confirmedFor     = 5 * time.Second        // a pulse counts while a sentence no older than this agreed
	disagreeing      = 3                      // sentences in a row stop the pulse
	doubtAfter       = time.Minute            // of disagreement, the reference is not believed
	relearnAfter     = 5 * time.Minute        // without a sample, pulses and sentences are paired anew
	pulseDue         = 10 * time.Second       // sentences alone are used when there is no pulse for so long
	assumedLatency   = 500 * time.Millisecond // of a sentence that nobody knows better about …
	assumedSpread    = 500 * time.Millisecond // … and its greatest error
	sentenceSpread   = 100 * time.Millisecond // greatest error of a latency that was learnt or configured
	edgesRemembered  = 8
	pulsesRemembered = 4
)

// Pairer finds the second that each pulse begins. At first by order: the
// pulse, then the sentence that names it. Once that is certain, the local
// clock names the second at the moment of the pulse, and sentences confirm it;
// what they say can then stop the samples, but never move the clock by a
// second. The zero value is ready for use.
type Pairer struct {
	PulseLatency    time.Duration // constant delay of the pulse's timestamps, taken off
	SentenceLatency time.Duration // configured latency of sentences, used without a pulse; 0: learnt or assumed

	edges  [edgesRemembered]hw.Time  // newest first
	pulses [pulsesRemembered]hw.Time // edges a second after another one, newest first

	named   bool          // the local clock names the second
	offset  time.Duration // UTC − local at the newest sample, or at the newest pair while learning
	sampled hw.Time       // when that was
	latency Latency

	began         hw.Time // when the first event arrived
	confirmed     hw.Time // when a sentence last agreed
	disagreements int     // in a row
	disagreedFrom hw.Time
	rough         time.Duration // UTC − local as sentences alone tell it …
	roughly       int           // … and how many in a row agree on it
}

// Edge takes an edge of the pulse line. While the local clock names the second
// it yields a sample at once; before that, the sentence does.
func (p *Pairer) Edge(e hw.Edge) (Sample, error) {
	e.At = e.At.Add(-p.PulseLatency)
	p.begin(e.At)
	regular := p.regular(e.At)
	copy(p.edges[1:], p.edges[:])
	p.edges[0] = e.At
	if !regular {
		return Sample{}, ErrGlitch
	}
	if !p.named {
		p.pulse(e.At)
		return Sample{}, ErrLearning
	}
	s := p.sample(e.At, nearest(At(e.At, p.offset)))
	if (s.Offset - p.offset).Abs() > nearSecond {
		if e.At.Sub(p.sampled) > relearnAfter {
			p.Forget()
		}
		return Sample{}, ErrGlitch
	}
	p.pulse(e.At)
	switch {
	case p.disagreements >= disagreeing:
		return Sample{}, ErrDisagrees
	case e.At.Sub(p.confirmed) > confirmedFor:
		return Sample{}, ErrUnconfirmed
	}
	p.offset, p.sampled = s.Offset, s.At
	return s, nil
}

// Fix takes an epoch. It yields a sample when it names a pulse for the first
// time, or when there are no pulses; a zero sample without an error means that
// it confirmed what the clock says.
func (p *Pairer) Fix(f Fix) (Sample, error) {
	p.begin(f.Heard)
	if !f.Valid {
		p.confirmed = 0
		if !p.named {
			p.latency = Latency{}
		}
		return Sample{}, f.Reason
	}
	if p.named {
		return p.confirm(f)
	}
	if p.Pulsing(f.Heard) {
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
	for _, t := range []*hw.Time{&p.sampled, &p.began, &p.confirmed, &p.disagreedFrom} {
		move(t)
	}
	p.offset -= d
	p.rough -= d
}

// Leapt tells that the local clock and UTC have both made a leap second by d:
// what was remembered in terms of the clock moves along, what was learnt of
// its error stays.
func (p *Pairer) Leapt(d time.Duration) {
	p.Moved(d)
	p.offset += d
	p.rough += d
}

// Forget pairs anew, as after a start.
func (p *Pairer) Forget() {
	*p = Pairer{PulseLatency: p.PulseLatency, SentenceLatency: p.SentenceLatency, edges: p.edges}
}

// Latency returns what is known of how late the sentences are.
func (p *Pairer) Latency() Latency { return p.latency }

// Doubts tells whether sentences have named another second than the clock for
// so long that one of the two is wrong for good.
func (p *Pairer) Doubts(now hw.Time) bool {
	return p.disagreements >= disagreeing && now.Sub(p.disagreedFrom) > doubtAfter
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
	for _, e := range p.edges {
		d := t.Sub(e)
		if e != 0 && d > time.Second/2 && d < edgesRemembered*time.Second &&
			(d-d.Round(time.Second)).Abs() < apart+d/rate {
			return true
		}
	}
	return false
}

func (p *Pairer) pulse(t hw.Time) {
	copy(p.pulses[1:], p.pulses[:])
	p.pulses[0] = t
}

func (p *Pairer) sample(at hw.Time, second UTC) Sample {
	return Sample{At: at, Offset: Offset(second, at), Dispersion: pulseDispersion, Source: FromPulse}
}

// nearest returns the whole second nearest to u.
func nearest(u UTC) UTC {
	return UTC(time.Duration(u).Round(time.Second))
}
