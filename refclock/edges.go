package refclock

import (
	"time"

	"gpsntpd/hw"
)

// When edges belong to one pulse.
const (
	apart           = time.Millisecond // two pulses are whole seconds apart, but for spikes up to this …
	rate            = 1000             // … and one part in this many: a crystal that no one has corrected yet
	reach           = 8 * time.Second  // edges further apart prove nothing
	edgesRemembered = 32               // some seconds of 10 Hz
)

// edges are the newest ones, newest first; 0 where there was none.
type edges [edgesRemembered]hw.Time

func (e *edges) add(t hw.Time) {
	copy(e[1:], e[:])
	e[0] = t
}

// slack is how far from whole seconds two edges of one pulse may be that lie d
// apart.
func slack(d time.Duration) time.Duration { return apart + d.Abs()/rate }

// follows reports whether one of the edges came a whole number of seconds before
// t.
func (e *edges) follows(t hw.Time) bool { return e.chain(t, 0) > 1 }

// chain counts the edges after since, up to t, that come at one place in the
// second, a whole number of seconds after one another.
func (e *edges) chain(t, since hw.Time) int {
	n := 1
	for _, at := range e {
		if at <= since {
			break
		}
		d := t.Sub(at)
		if d > time.Second/2 && d < reach && (d-d.Round(time.Second)).Abs() < slack(d) {
			n, t = n+1, at
		}
	}
	return n
}

// regular reports whether an edge at t comes a whole number of seconds after
// another: that of the receiver's pulse does, a glitch does not.
func (p *Pairer) regular(t hw.Time) bool {
	return (p.pulses[0] == 0 || t.Sub(p.pulses[0]) >= time.Second/2) && p.edges.follows(t)
}

// first makes the edge a second before the newest one a pulse too, when it is
// the first: only now is it known to be none of a glitch.
func (p *Pairer) first() {
	if p.pulses[0] != 0 {
		return
	}
	var before hw.Time
	nearest := slack(time.Second)
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
		_, _ = p.name(p.early, 0) // one pair decides nothing
	}
}

// beside looks for edges beside the pulse that come in each second too: a pulse
// at another rate, or both of its edges. Then nothing tells which of them begins
// the second, but for two of which the longer part of the second lies after the
// second one: pulses are short. That alone will do if they are very close to each
// other; else the sentences must fit the first one, and not the second. An edge
// that has only just come may yet come again.
func (p *Pairer) beside(now hw.Time) error {
	if p.pulses[0] == 0 {
		return nil
	}
	var other time.Duration // from the pulse to the other edge
	waits := false
	for _, e := range p.edges {
		d := e.Sub(p.pulses[0])
		after := (d%time.Second + time.Second) % time.Second
		switch {
		case now.Sub(e) > 2*time.Second+slack(2*time.Second):
			continue // what has not come again since is over
		case min(after, time.Second-after) < slack(d):
			continue // it is the pulse's own
		case !p.edges.follows(e):
			waits = waits || now.Sub(e) < time.Second+slack(time.Second)
			continue
		case other != 0 && (after-other).Abs() > slack(d):
			return ErrIrregular
		}
		other = after
	}
	switch late := p.latency.Mean; {
	case waits || other != 0 && p.latency.Count == 0:
		return ErrLearning
	case other > bothEdges && (other > time.Second/2-halfSecondSlack || !usual(late) || usual((late-other+time.Second)%time.Second)):
		return ErrIrregular
	}
	return nil
}

func (p *Pairer) pulse(t hw.Time) {
	copy(p.pulses[1:], p.pulses[:])
	p.pulses[0] = t
}
