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
}

// Estimator is fed with exchanges. The zero value knows nothing.
type Estimator struct {
	basis   *basis
	origin  int64
	sources map[int]*source
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
		s = new(source)
		n.sources[e.Server] = s
	}
	s.hear(float64(e.T2-e.T1-n.origin)/1e9, float64(e.T4-e.T3+n.origin)/1e9, float64(e.T4-e.T1)/1e9, float64(e.T4)/1e9, e.Distance, n.basis)
}

// What the finer bound rests on: more standard deviations the more of the wait is in few
// packets, the widest of the hypotheses that may be, and a share of what the newest
// exchanges have moved the estimate by.
const (
	sigmas     = 4.8
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
	for _, s := range n.sources {
		if s.heard == 0 {
			continue
		}
		p := s.ahead(at)
		sigma := math.Sqrt(p.xx)
		e := Estimate{
			Known: true, Settled: s.heard >= believedFew, Origin: n.origin, Phase: p.x, Rate: p.y, Deviation: sigma,
			Bound: math.Hypot(s.wide(at), s.distance),
			Poll:  s.poll, Age: at - s.at, Heard: s.heard, Wander: p.wander,
		}
		e.Distance = s.distance + s.path.least/2 + e.Bound
		return e
	}
	return Estimate{}
}
