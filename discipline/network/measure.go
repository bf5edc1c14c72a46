package network

import "math"

// measured is one exchange as seen from a server's filter: UTC − raw is between
// forward and −backward, but for the doubt of the least round trip.
type measured struct {
	forward, backward float64 // what the way there and back took longer than half the least round trip, if the phase were 0
	soft              float64 // doubt of both
	flat              bool    // what is known of waits does not hold: any phase between both is as likely
}

// judge works out what m says under each hypothesis, and returns the probability that m is what the model knows.
func (b *bank) judge(m measured, q *queue) float64 {
	excess := m.forward + m.backward
	wide := strayAnywhere * (math.Sqrt(b.xx) + excess + m.soft)
	stray := strayShare / wide
	known, _ := q.excess(math.Max(excess, m.soft))
	stray *= known
	sum, share := 0.0, 0.0
	for i := range b.all {
		c := &b.all[i]
		var g grid
		likely := g.fill(c, m, q)
		if m.flat {
			likely *= known / (excess + m.soft)
		}
		total := likely*(1-strayShare) + stray
		part := likely * (1 - strayShare) / total
		c.likely = total
		dm, dp := 0.0, 0.0
		if likely > 0 {
			c.mean = part*g.mean + (1-part)*c.x
			dm, dp = g.mean-c.mean, c.x-c.mean
			c.spread = part*(g.spread+dm*dm) + (1-part)*(c.xx+dp*dp)
		} else {
			c.mean, c.spread = c.x, c.xx
		}
		w := c.weight * total
		sum += w
		share += w * part
	}
	share /= sum
	for i := range b.all {
		c := &b.all[i]
		c.weight *= c.likely / sum
	}
	return share
}

// take moves all filters to what they have judged.
func (b *bank) take() {
	for i := range b.all {
		c := &b.all[i]
		c.take(c.mean, c.spread)
	}
	b.pool()
}

// grid is the probability of phases under one hypothesis.
type grid struct {
	from, step   float64
	mean, spread float64
}

// fill weighs the phases that both the filter and the exchange allow, and returns how
// likely the exchange was.
func (g *grid) fill(c *crystal, m measured, q *queue) float64 {
	sigma := math.Sqrt(c.xx)
	from := math.Max(c.x-gridSigmas*sigma, -m.backward-gridSofts*m.soft)
	to := math.Min(c.x+gridSigmas*sigma, m.forward+gridSofts*m.soft)
	if !(from < to) {
		return 0
	}
	g.from, g.step = from, (to-from)/gridPoints
	sum, first, second := 0.0, 0.0, 0.0
	for i := range gridPoints {
		at := from + (float64(i)+0.5)*g.step
		d := (at - c.x) / sigma
		p := math.Exp(-d * d / 2)
		if m.flat {
			p *= math.Exp((math.Min(m.forward-at, 0) + math.Min(m.backward+at, 0)) / m.soft)
		} else {
			p *= q.at(m.forward-at, m.soft) * q.at(m.backward+at, m.soft)
		}
		sum += p
		first += p * (at - from)
		second += p * (at - from) * (at - from)
	}
	if !(sum > 0) {
		return 0
	}
	first /= sum
	g.mean = from + first
	g.spread = math.Max(second/sum-first*first, 0) + g.step*g.step/12
	g.spread = math.Min(g.spread, c.xx)
	return sum * g.step / (sigma * math.Sqrt(2*math.Pi))
}
