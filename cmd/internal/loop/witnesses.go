package loop

import (
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// sibling is the operator of all servers that share our antenna's place: one opinion.
const sibling = "sibling"

// panel is what network servers and the oscillator say of the receiver.
type panel struct {
	discipline.Panel
	word discipline.Word // as last logged
}

// seat says who runs each server.
func (p *panel) seat(servers []watched) {
	p.Operators = map[int]string{}
	for i := range servers {
		if servers[i].Sibling {
			p.Operators[i] = sibling
		}
	}
}

// borne returns the samples that may steer the clock: all, unless witnesses or the
// oscillator contradict the receiver. Then it goes on by its oscillator.
func (l *Loop) borne(samples []refclock.Sample) []refclock.Sample {
	if len(l.watched) == 0 {
		return samples
	}
	kept := samples[:0:0]
	for _, s := range samples {
		v := l.panel.Receiver(l.rawAt(s.At), refclock.At(s.At, s.Offset+s.Sawtooth))
		if !v.Hold {
			kept = append(kept, s)
		}
		l.judged(v)
	}
	return kept
}

// rawAt is what the raw clock showed when the local clock showed t, a while ago.
func (l *Loop) rawAt(t hw.Time) hw.Raw {
	return l.controller.RawAt(t)
}

// judged logs a new verdict, and stops serving when nothing is known at all.
func (l *Loop) judged(v discipline.Verdict) {
	if v.Unsynchronized {
		l.controller.Network(discipline.Network{})
		l.controller.Doubt(l.now)
	}
	if v.Word == l.panel.word {
		return
	}
	l.panel.word = v.Word
	e := l.Log.Info()
	if v.Hold {
		e = l.Log.Warn()
	}
	if v.Word != discipline.Alone {
		e.Float64("within_us", us(time.Duration(v.Within*1e9)))
	}
	e.Stringer("verdict", v.Word).Msg("witnesses of the receiver")
}
