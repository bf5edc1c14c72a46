// Package network estimates the time from exchanges with servers of a network: what they
// say is off by what packets wait on the way, never by more than half of what the round
// trip took longer than the least one. So an exchange that took E longer tells as much as
// 12/E² (RFC 5905 calls the same thing the clock filter, and takes the least of eight).
package network

import "math"

// Estimate is what is believed at a moment of the raw clock.
type Estimate struct {
	Known     bool
	Settled   bool    // heard enough of
	Agreed    bool    // more than half of the servers agree
	Origin    int64   // ns; UTC − raw is this …
	Phase     float64 // … and this, s
	Rate      float64 // change of it in a second
	Deviation float64 // rms of the phase, with equal ways there and back
	Bound     float64 // greatest error of the phase in all but one moment of a thousand, with equal ways there and back, s
	Distance  float64 // the same for certain, whatever the ways: with half the round trip and what the server says of itself, s
	Poll      float64 // between two exchanges, s
	Age       float64 // since the last exchange, s
	Heard     int
	Wander    float64
	Cross     float64 // covariance of phase and rate, s
	RateRMS   float64 // rms of the rate
	Servers   int     // that it is made of
	Nearest   int     // the one of them that Distance is by …
	Delay     float64 // … and its least round trip, s
}

// Estimator is fed with exchanges. The zero value knows nothing.
type Estimator struct {
	basis   *basis
	origin  int64
	sources map[int]*source
	order   []int     // of them
	past    []opinion // what was believed in the last minutes
}

// Hear takes an exchange.
func (n *Estimator) Hear(e Exchange) {
	if n.sources == nil {
		n.sources = map[int]*source{}
		n.basis = newBasis()
		n.origin = e.T2 - e.T1
	}
	s := n.sources[e.Server]
	if s == nil {
		s = &source{id: e.Server}
		n.sources[e.Server] = s
		n.order = append(n.order, e.Server)
	}
	s.hear(float64(e.T2-e.T1-n.origin)/1e9, float64(e.T4-e.T3+n.origin)/1e9, float64(e.T4-e.T1)/1e9, float64(e.T4)/1e9, e.Distance, n.basis)
	n.compare(s)
}

// What the finer bound rests on: more standard deviations the more of the wait is in few
// packets, the widest of the hypotheses that may be, and a share of what the newest
// exchanges have moved the estimate by.
const (
	sigmas     = 4.65
	tailSigmas = 1.1 // for each doubling of queue.heavy
	mayBe      = 0.2 // weight of a hypothesis
	movedShare = 0.1
	movedFades = 0.8 // with each exchange
)

// wide is the greatest error that the phase is claimed to have at a moment, but for what
// the server itself is off by.
func (s *source) wide(at float64) float64 {
	p := s.ahead(at)
	n := sigmas + tailSigmas*math.Log2(s.queue.heavy())
	wide := n * math.Sqrt(p.xx)
	for _, c := range s.all {
		if c.weight > mayBe {
			c.predict(math.Max(at-s.at, 0))
			wide = math.Max(wide, math.Abs(c.x-p.x)+n*math.Sqrt(c.xx))
		}
	}
	return wide + s.path.doubt + movedShare*s.moved
}

// At estimates for a moment of the raw clock, in ns.
func (n *Estimator) At(raw int64) Estimate {
	at := float64(raw) / 1e9
	c := n.combine(at)
	if len(c.members) == 0 {
		return Estimate{}
	}
	e := Estimate{
		Known: true, Origin: n.origin, Phase: c.x, Rate: c.y, Deviation: math.Sqrt(c.xx), Wander: c.wander, Cross: c.xy, RateRMS: math.Sqrt(c.yy), Servers: len(c.members),
		Agreed: c.agreed, Age: math.Inf(1), Bound: math.Inf(1), Distance: math.Inf(1),
	}
	tau := math.Inf(1)
	for _, s := range n.sources {
		if s.heard >= believedFew {
			tau = math.Min(tau, s.tau())
		}
	}
	most := 0.0 // by which those differ that are as good as any
	for _, m := range c.members {
		off := math.Abs(c.x - m.x)
		wide := math.Hypot(m.wide(at), m.distance) + off
		if m.v > m.pooled.xx {
			wide += sigmas * math.Sqrt(m.v-m.pooled.xx)
		}
		if m.missed > 1 {
			wide += math.Abs(m.off)
		}
		if !c.agreed {
			most = math.Max(most, wide)
		} else if m.tau() < near*tau && !m.forgiven {
			most = math.Max(most, math.Abs(m.bias))
		}
		if wide < e.Bound {
			e.Bound, e.Poll = wide, m.poll
		}
		if far := m.distance + m.path.least/2 + math.Abs(m.bias) + wide; far < e.Distance {
			e.Distance, e.Nearest, e.Delay = far, m.id, m.path.least
		}
		e.Age = math.Min(e.Age, at-m.at)
		e.Heard = max(e.Heard, m.heard)
	}
	e.Settled = e.Heard >= believedFew
	if c.agreed {
		e.Bound += most
	} else {
		e.Bound = math.Max(e.Bound, most)
		e.Distance = math.Max(e.Distance, most)
	}
	return e
}
