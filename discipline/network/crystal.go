package network

import "math"

// crystal is a clock's phase and frequency against the raw clock, with the covariance,
// under one hypothesis of the wander: a Kalman filter of two states.
type crystal struct {
	x, y          float64 // s; s/s
	xx, xy, yy    float64
	wander        float64 // random walk of the frequency, per √s
	weight, prior float64 // probability of the hypothesis; before anything is heard
	// What the newest exchange says under this hypothesis:
	likely, mean, spread float64
}

// flicker is white noise of the frequency: what every oscillator has, in s per √s.
const flicker = 2e-10

// predict lets dt seconds pass.
func (c *crystal) predict(dt float64) {
	q := c.wander * c.wander
	c.x += c.y * dt
	c.xx += 2*c.xy*dt + c.yy*dt*dt + q*dt*dt*dt/3 + flicker*flicker*dt
	c.xy += c.yy*dt + q*dt*dt/2
	c.yy += q * dt
}

// take moves the phase to a mean and a variance that it has after a measurement, and
// the frequency with it.
func (c *crystal) take(mean, variance float64) {
	gain := c.xy / c.xx
	gone := 1 - variance/c.xx
	c.y += gain * (mean - c.x)
	c.x = mean
	c.yy -= gain * c.xy * gone
	c.xy *= 1 - gone
	c.xx = variance
	if least := c.xy * c.xy / c.xx; c.yy < least {
		c.yy = least * (1 + 1e-9)
	}
}

// mix takes over the share a of what all hypotheses together believe.
func (c *crystal) mix(a float64, p *pooled) {
	dx, dy := p.x-c.x, p.y-c.y
	b := a * (1 - a)
	c.x += a * dx
	c.y += a * dy
	c.xx += a*(p.xx-c.xx) + b*dx*dx
	c.xy += a*(p.xy-c.xy) + b*dx*dy
	c.yy += a*(p.yy-c.yy) + b*dy*dy
}

// pooled is what a bank believes as a whole.
type pooled struct{ x, y, xx, xy, yy, wander float64 }

// bank holds a filter for each of the wanders that a crystal may have, each as likely as
// what was heard says (Blom & Bar-Shalom 1988).
type bank struct {
	all [wanders]crystal
	pooled
}

const (
	wanders       = 9
	leastWander   = 5e-11
	wanderStep    = 2.5
	usualWander   = 2e-9
	fewSteps      = 3.0
	switching     = 1.0 / 3000 // with each exchange, of the hypothesis
	negligible    = 1e-4
	firstOffBy    = 150e-6 // rms of a crystal's frequency that was never measured
	gridPoints    = 40
	gridSigmas    = 5.0
	gridSofts     = 6.0
	strayShare    = 1e-3  // of the exchanges that are nothing that the model knows
	strayAnywhere = 100.0 // times what is expected, over which these are spread
)

// begin starts all filters from a phase and its variance, and a frequency.
func (b *bank) begin(x, xx, y, yy float64) {
	sum := 0.0
	for i := range b.all {
		c := &b.all[i]
		wander := leastWander * math.Pow(wanderStep, float64(i))
		steps := math.Log(wander/usualWander) / math.Log(wanderStep) / fewSteps
		*c = crystal{x: x, y: y, xx: xx, yy: yy, wander: wander, prior: 1 / (1 + steps*steps)}
		sum += c.prior
	}
	for i := range b.all {
		b.all[i].prior /= sum
		b.all[i].weight = b.all[i].prior
	}
	b.pool()
}

func (b *bank) predict(dt float64) {
	if dt <= 0 {
		return
	}
	for i := range b.all {
		b.all[i].predict(dt)
	}
	b.pool()
}

// mix lets the hypotheses change.
func (b *bank) mix() {
	for i := range b.all {
		c := &b.all[i]
		c.weight = (1-switching)*c.weight + switching*c.prior
		if a := switching * c.prior / c.weight; a > negligible {
			c.mix(a, &b.pooled)
		}
	}
}

// pool sums up.
func (b *bank) pool() {
	var p pooled
	for i := range b.all {
		c := &b.all[i]
		p.x += c.weight * c.x
		p.y += c.weight * c.y
		p.wander += c.weight * c.wander * c.wander
	}
	for i := range b.all {
		c := &b.all[i]
		dx, dy := c.x-p.x, c.y-p.y
		p.xx += c.weight * (c.xx + dx*dx)
		p.xy += c.weight * (c.xy + dx*dy)
		p.yy += c.weight * (c.yy + dy*dy)
	}
	p.wander = math.Sqrt(p.wander)
	b.pooled = p
}
