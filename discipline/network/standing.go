package network

import "math"

// Standing is what is known of one server at a moment.
type Standing struct {
	Server    int
	Phase     float64 // UTC − raw as it says, against Estimate.Origin, s
	Rate      float64 // change of it in a second
	Deviation float64 // rms of the phase, with equal ways there and back, s
	Distance  float64 // greatest error of it for certain, s
	Delay     float64 // least round trip, s
	Bias      float64 // by which its phase is off the others', as learnt, s …
	BiasRMS   float64 // … and how far that may be wrong, rms; 0: nothing is learnt
	Poll, Age float64 // s between two exchanges, and since the last
	Heard     int
	Jumps     int  // how often it has jumped and stayed there
	Astray    bool // its newest exchanges do not fit those before
	Out       bool // it does not agree with the others
}

// Standings are all servers, in the order in which they were heard first.
func (n *Estimator) Standings(raw int64) (all []Standing) {
	at := float64(raw) / 1e9
	for _, id := range n.order {
		s := n.sources[id]
		if s.heard == 0 {
			continue
		}
		p := s.ahead(at)
		all = append(all, Standing{
			Server: id, BiasRMS: s.biasRMS(at), Phase: p.x, Rate: p.y, Deviation: math.Sqrt(p.xx),
			Distance: s.distance + s.path.least/2 + s.wide(at), Delay: s.path.least, Bias: s.bias,
			Poll: s.poll, Age: at - s.at, Heard: s.heard, Jumps: s.jumps, Astray: s.missed > 1, Out: s.out,
		})
	}
	return all
}

// biasRMS is 0 before anything is learnt of the bias.
func (s *source) biasRMS(at float64) float64 {
	if s.biasKnown == 0 {
		return 0
	}
	return math.Sqrt(s.biasVar(at))
}

// Leapt says that UTC has made a leap second: the servers have it as well.
func (n *Estimator) Leapt(by int64) { n.origin += by }

// Origin is what phases are counted from: UTC − raw, in ns.
func (n *Estimator) Origin() int64 { return n.origin }
