package network

import (
	"math"
	"slices"
)

const (
	leastKept  = 8 // of the least round trips
	spans      = 8 // that the window is made of
	spanLasts  = 1800.0
	spanPolls  = 32
	stampNoise = 20e-9 // s: what no stamp tells finer
	routeAfter = 600.0 // s without a round trip as short as before, after which it is another route
	otherAfter = 100.0 // s, after which what is known of waits is in doubt
	routeFew   = 8
	routeUp    = 1e-6 // chance of that on the same route
	firstShare = 0.1  // of the first round trip that may be waiting, as a guess
)

// ratios: how far the least of many round trips is above what it would be without any
// wait, in units of the distance from it to the k-th: P(excess < e) ~ e² near 0, so that
// the k-th is at Γ(k+½)/Γ(k).
var ratios = [leastKept + 1]float64{0, 0, 2, 1.143, 0.842, 0.685, 0.585, 0.516, 0.467}

// span holds the least round trips of a stretch of time, ascending.
type span struct {
	least [leastKept]float64
	n     int // kept
	heard int
}

func (s *span) add(delay float64) {
	s.heard++
	i, _ := slices.BinarySearch(s.least[:s.n], delay)
	if s.n < leastKept {
		s.n++
	} else if i == leastKept {
		return
	}
	copy(s.least[i+1:s.n], s.least[i:s.n-1])
	s.least[i] = delay
}

// path is what the round trips tell of the way to a server.
type path struct {
	spans   [spans]span
	all     span // of all spans together
	begun   float64
	recent  span // since the last that was as short as usual
	since   float64
	least   float64 // round trip without any wait, s
	doubt   float64 // of half of it
	other   bool    // the newest round trips are none of this route's, as it was until now
	changed bool    // by the newest round trip, to another route
}

// add takes a round trip at t; poll is the time between two.
func (p *path) add(delay, t, poll float64) {
	p.changed = false
	if p.all.heard == 0 {
		p.begun, p.since = t, t
	}
	if t-p.begun > math.Max(spanLasts, spanPolls*poll) {
		copy(p.spans[1:], p.spans[:spans-1])
		p.spans[0] = span{}
		p.begun = t
		p.gather()
	}
	p.spans[0].add(delay)
	p.all.add(delay)
	p.work()
}

// gather works the whole window out anew.
func (p *path) gather() {
	p.all = span{}
	for _, s := range p.spans {
		heard := p.all.heard + s.heard
		for _, d := range s.least[:s.n] {
			p.all.add(d)
		}
		p.all.heard = heard
	}
}

// work derives the least round trip and its doubt.
func (p *path) work() {
	a := &p.all
	if a.n < 2 {
		above := firstShare * math.Max(a.least[0], 0)
		p.least, p.doubt = a.least[0]-above, above/2+stampNoise
		return
	}
	k := min((a.heard+3)/4+1, a.n)
	above := ratios[k] * (a.least[k-1] - a.least[0])
	p.least = a.least[0] - above
	p.doubt = softShare*above + stampNoise
}

// softShare is the doubt of half the least round trip in what was taken off it.
const softShare = 0.3

// route takes the excess of the newest round trip, and how likely a greater one was.
// After minutes without any as short as usual it is another route, and only what has come
// since is known of it.
func (p *path) route(delay, t float64, beyond func(excess float64) float64) {
	p.recent.add(delay)
	chance := beyond(p.recent.least[0] - p.least)
	p.other = false
	if float64(p.recent.heard)*math.Log(math.Max(chance, 1e-3)) > math.Log(routeUp) {
		if chance > 0.5 {
			p.recent, p.since = span{}, t
		}
		return
	}
	p.other = t-p.since > otherAfter
	if t-p.since < routeAfter || p.recent.heard < routeFew {
		return
	}
	p.spans = [spans]span{p.recent}
	p.begun = p.since
	p.gather()
	p.recent, p.since, p.changed, p.other = span{}, t, true, false
	p.work()
}
