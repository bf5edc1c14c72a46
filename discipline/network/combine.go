package network

import "math"

const (
	lopsidedShare = 0.1    // of half the least round trip: rms of what two ways differ by, before anything is learnt
	leastTau      = 1e-6   // s, the same of the nearest server
	biasApart     = 300.0  // s after which the error of an estimate is another one, at least
	slowly        = 2.0    // time constants of a filter, (deviation/wander)^⅔, the same
	provenAfter   = 300.0  // s of agreement, after which the oscillator tells who has moved
	biasDrifts    = 0.01   // of tau, in an hour
	centerLasts   = 600.0  // s in which the biases move to where those of the nearest servers are 0
	reach         = 5.0    // standard deviations within which servers agree
	deadPolls     = 4.0    // without an answer, after which a server has no vote
	deadLeast     = 30.0   // s, the same
	backAfter     = 8      // exchanges in a row that agree, until a server that did not is believed again
	forgiveAfter  = 3600.0 // s after which a bias is learnt anew
	near          = 4.0    // times the least tau: servers whose differences count as ours
	keepEach      = 16.0   // s between the estimates that are kept as the oscillator's opinion
	kept          = 16
)

// voice is what a source says at a moment.
type voice struct {
	*source
	pooled
	x, v  float64 // phase without the bias, and its variance with the bias's
	half  float64 // of the interval that it is in
	votes bool
}

// tau is how far the source may be off by what the ways differ and its own clock is.
func (s *source) tau() float64 { return leastTau + lopsidedShare*s.path.least/2 + s.distance }

// biasVar is the variance of the learnt bias.
func (s *source) biasVar(at float64) float64 {
	t := s.tau()
	if s.biasKnown == 0 {
		return t * t
	}
	drift := biasDrifts * t
	return math.Min(s.biasKnown+drift*drift*math.Max(at-s.biasAt, 0)/3600, t*t)
}

// voices are all sources that are known well enough, at a moment.
func (n *Estimator) voices(at float64) (all []voice) {
	least := math.Inf(1)
	few := believedFew
	for _, id := range n.order {
		if n.sources[id].heard >= believedFew {
			few = believedFew
			break
		}
		few = 1
	}
	for _, id := range n.order {
		s := n.sources[id]
		if s.heard < few || s.inherited {
			continue
		}
		p := s.ahead(at)
		b := s.biasVar(at)
		least = math.Min(least, b)
		all = append(all, voice{source: s, pooled: p, x: p.x - s.bias, v: b})
	}
	for i := range all {
		o := &all[i]
		o.v = o.pooled.xx + o.v - least
		o.half = reach*math.Sqrt(o.v) + o.path.doubt + o.distance
		o.votes = !o.out && o.missed < 2 && at-o.at < math.Max(deadPolls*o.poll, deadLeast)
	}
	return all
}

// opinion is the oscillator's: an estimate of some minutes ago.
type opinion struct {
	crystal
	at float64
}

// oscillator returns what the oldest of the kept estimates says now, and how far that
// may be off.
func (n *Estimator) oscillator(at float64) (x, half float64, ok bool) {
	if len(n.past) == 0 {
		return 0, 0, false
	}
	o := n.past[0]
	o.predict(math.Max(at-o.at, 0))
	return o.x, reach * math.Sqrt(o.xx), true
}

// choose finds the place where most voices agree (Marzullo 1984); where several have as
// many, that which is nearest to what the oscillator says. It reports whether these are
// more than half.
func (n *Estimator) choose(all []voice, at float64) (from, to float64, agreed bool) {
	x, half, ticks := n.oscillator(at)
	voters, best, apart := 0, 0.0, 0.0
	for _, v := range all {
		if v.votes {
			voters++
			ticks = ticks && v.agreed > provenAfter
		}
	}
	for _, start := range all { // the deepest place begins where an interval does
		if !start.votes {
			continue
		}
		low := start.x - start.half
		high, depth := math.Inf(1), 0.0
		for _, v := range all {
			if v.votes && v.x-v.half <= low && low <= v.x+v.half {
				depth++
				high = math.Min(high, v.x+v.half)
			}
		}
		away := math.Abs((low+high)/2 - x)
		if !ticks {
			away = 0
		} else if x-half <= high && low <= x+half {
			depth += 0.5
		}
		if depth > best || depth == best && away < apart {
			best, apart, from, to = depth, away, low, high
		}
	}
	total := float64(voters)
	if ticks {
		total += 0.5
	}
	return from, to, best > total/2
}

// combined is the estimate of those that agree.
type combined struct {
	pooled
	members []voice
	agreed  bool
}

// combine weighs what the voices say that agree; without a majority, of those that voted.
func (n *Estimator) combine(at float64) (c combined) {
	all := n.voices(at)
	if len(all) == 0 {
		return c
	}
	c.agreed = true
	if len(all) == 1 {
		c.members = all
	} else {
		from, to, agreed := n.choose(all, at)
		c.agreed = agreed
		for _, v := range all {
			if !v.out && (!agreed || v.x-v.half <= to && from <= v.x+v.half) {
				c.members = append(c.members, v)
			}
		}
		if len(c.members) == 0 {
			c.members = all
		}
	}
	c.pooled = weighed(c.members, nil)
	return c
}

// weighed is the mean of what voices say, but for one.
func weighed(all []voice, but *source) (p pooled) {
	sum, rates := 0.0, 0.0
	for _, v := range all {
		if v.source == but {
			continue
		}
		w, r := 1/v.v, 1/v.pooled.yy
		sum += w
		rates += r
		p.x += w * v.x
		p.y += r * v.pooled.y
		p.xy += w * v.pooled.xy
		p.wander += w * v.pooled.wander
	}
	p.x, p.xy, p.wander, p.xx = p.x/sum, p.xy/sum, p.wander/sum, 1/sum
	p.y, p.yy = p.y/rates, 1/rates
	return p
}

// compare learns from an exchange with s how it stands to the others.
func (n *Estimator) compare(s *source) {
	at := s.at
	s.inherited = false
	n.succeed(s)
	c := n.combine(at)
	defer n.keep(at, c)
	if len(n.order) < 2 || s.heard < believedFew {
		return
	}
	inside := false
	for _, m := range c.members {
		inside = inside || m.source == s
	}
	others := weighed(c.members, s)
	if math.IsNaN(others.x) {
		return
	}
	p := s.pooled
	d := p.x - others.x
	switch {
	case !c.agreed:
		return
	case s.out:
		s.readmit(at, d, others)
		return
	case !inside:
		s.out, s.outSince, s.agreeing = true, at, 0
		return
	}
	dt := math.Min(at-s.biasAt, math.Min(4*s.poll, biasApart))
	before := s.biasVar(at)
	apart := math.Max(biasApart, slowly*math.Pow(p.xx/(p.wander*p.wander), 1./3))
	noise := (p.xx + others.xx) * apart / dt
	gain := before / (before + noise)
	s.bias += gain * (d - s.bias)
	s.biasKnown, s.biasAt, s.agreed = (1-gain)*before, at, s.agreed+dt
	n.center(dt)
}

// succeed has s begin from what a better source knew, when that is silent: where the clock
// is and how it runs is known from it, and how s stands to it as well.
func (n *Estimator) succeed(s *source) {
	if s.heard < believedFew || s.out || s.agreed < provenAfter {
		return
	}
	for _, id := range n.order {
		o := n.sources[id]
		gone := s.at - o.at
		if o == s || o.inherited || o.out || o.agreed < provenAfter || gone < math.Max(deadPolls*o.poll, deadLeast) {
			continue
		}
		p := o.ahead(s.at)
		if v := p.xx + s.biasVar(s.at); v < s.pooled.xx {
			s.inherit(o, gone)
		}
		o.inherited = true
	}
}

// inherit takes over what o knows.
func (s *source) inherit(o *source, gone float64) {
	more := s.biasVar(s.at)
	for i := range s.all {
		c := o.all[i]
		c.predict(gone)
		c.x += s.bias - o.bias
		c.xx += more
		s.all[i] = c
	}
	s.pool()
}

// readmit takes a source back that agrees again, or that is off by something constant.
func (s *source) readmit(at, d float64, others pooled) {
	if math.Abs(d-s.bias) < reach*math.Sqrt(s.pooled.xx+others.xx+s.biasVar(at)) {
		s.agreeing++
	} else {
		s.agreeing = 0
	}
	steady := math.Abs(s.pooled.y-others.y) < reach*math.Sqrt(s.pooled.yy+others.yy)
	if at-s.outSince > forgiveAfter && steady {
		s.bias, s.biasKnown, s.biasAt, s.agreeing, s.forgiven = d, 0, at, backAfter, true
	}
	if s.agreeing >= backAfter {
		s.out = false
	}
}

// center moves all biases by the same, to where those of the nearest servers are 0.
func (n *Estimator) center(dt float64) {
	sum, weights := 0.0, 0.0
	for _, s := range n.sources {
		if s.heard < believedFew || s.out || s.forgiven {
			continue
		}
		w := 1 / (s.tau() * s.tau())
		sum += w * s.bias
		weights += w
	}
	by := sum / weights * math.Min(dt/centerLasts/float64(len(n.order)), 1)
	for _, s := range n.sources {
		s.bias -= by
	}
	for i := range n.past {
		n.past[i].x += by
	}
}

// keep remembers the estimate as the oscillator's opinion of later.
func (n *Estimator) keep(at float64, c combined) {
	if len(c.members) == 0 || !c.agreed || len(n.past) > 0 && at-n.past[len(n.past)-1].at < keepEach {
		return
	}
	if len(n.past) == kept {
		copy(n.past, n.past[1:])
		n.past = n.past[:kept-1]
	}
	p := c.pooled
	n.past = append(n.past, opinion{crystal{x: p.x, y: p.y, xx: p.xx, xy: p.xy, yy: p.yy, wander: p.wander}, at})
}
