package filter

import "math"

// How long a jump of the receiver stays a hypothesis.
const (
	followAfter = 300.0 // s, after which a receiver that has jumped is believed …
	loadFor     = 3600. // … or, when it is late, as long as it was elsewhere, up to this: it may be load
	mostLoad    = 50e-6 // s, by which load makes interrupts late
	gone        = 64    // measurements without one at home, after which it has moved for good
	homeAfter   = 3     // measurements in a row that are back: one may be a spike …
	sureAfter   = 12    // … and this many where the crystal may have brought them there
)

// jumpHypothesis keeps the clock while the receiver's phase seems to have jumped: a Kalman
// filter of how far phase and frequency are off the bank's prediction, and of
// the jump as a third, constant state.
type jumpHypothesis struct {
	on    bool
	x     [3]float64
	p     [3][3]float64
	age   float64 // s
	noise float64 // s rms
	home  int     // measurements in a row from before the jump
	until float64 // s of age, at which it is followed
}

// begin starts at a jump by about d, of a pulse with so much noise.
func (r *jumpHypothesis) begin(f *Filter, d, noise float64) {
	*r = jumpHypothesis{on: true, noise: noise, until: followAfter}
	if noise < louder*f.Noise {
		r.until = math.Max(math.Min(f.age, suspected(d)), followAfter)
	}
	r.restart(d)
	r.p[0][0], r.p[0][1], r.p[1][0], r.p[1][1] = f.PXX, f.PXY, f.PXY, f.PYY
	f.Jumps++
	f.suspicion.clear()
	f.memory.clear()
	f.away = mixedWithin // a jump is no mode, until one is at home
}

// suspected is for how many seconds a jump by d stays a hypothesis: load makes pulses late,
// too.
func suspected(d float64) float64 {
	if d < 0 && d > -mostLoad {
		return loadFor
	}
	return followAfter
}

// restart begins anew, at a place d off the estimate.
func (r *jumpHypothesis) restart(d float64) {
	r.x[2] = d
	for i := range r.p {
		r.p[i][2], r.p[2][i] = 0, 0
	}
	r.p[2][2] = 1
}

func (r *jumpHypothesis) predict(dt, wander float64) {
	if !r.on {
		return
	}
	r.age += dt
	p, q := &r.p, wander*wander
	r.x[0] += r.x[1] * dt
	p[0][0] += (2*p[0][1]+p[1][1]*dt)*dt + q*dt*dt*dt/3
	p[0][1] += p[1][1]*dt + q*dt*dt/2
	p[0][2] += p[1][2] * dt
	p[1][0], p[2][0] = p[0][1], p[0][2]
	p[1][1] += q * dt
}

// update takes a measurement that is nu off the prediction with the jump.
func (r *jumpHypothesis) update(nu float64) {
	var g [3]float64
	for i := range g {
		g[i] = r.p[i][0] + r.p[i][2]
	}
	s2 := g[0] + g[2] + r.noise*r.noise
	for i := range g {
		r.x[i] += g[i] / s2 * nu
		for j := range g {
			r.p[i][j] -= g[i] * g[j] / s2
		}
	}
}

// updateJump takes the measurement p while a jump hypothesis stands, and reports
// whether the jump is over.
func (f *Filter) updateJump(p point) bool {
	r := &f.jump
	home := p.z - f.X // f.X has the hypothesis' part in it
	away := home - r.x[2]
	near := agree * math.Sqrt(r.noise*r.noise+r.p[0][0])
	f.AcceptedRun, f.FirstOutlier = 0, 0
	switch {
	case math.Abs(home) < math.Min(near, math.Abs(away)):
		f.suspicion.clear()
		f.markFirst(r.x[2], r.home == 0) // or the crystal has moved it there
		if r.home++; r.home < homeAfter || f.passes() {
			return false
		}
		f.accept(0)
		f.bank.update(p.z)
		f.LastOutlier, f.OutlierRun, f.FirstOutlier = 0, 0, 0
		return true
	case math.Abs(away) < near:
		f.suspicion.clear()
		r.home = 0
		r.update(away)
		f.LastOutlier, f.OutlierRun = math.Abs(r.x[2]), 1
	default:
		r.home = 0
		f.astray(p)
	}
	if r.age > r.until && (f.moved() || r.age > loadFor) {
		f.follow(r.x[2], r.p[2][2])
	}
	return false
}

// follow takes over a jump by d. One that may be load stays in the bound, which has both places.
func (f *Filter) follow(d, variance float64) {
	f.accept(d)
	if suspected(d) == loadFor {
		f.memory.hold(d, variance, f.age, loadFor)
	}
}

// moved reports whether no pulse is at home any more, or where it jumped to is too near to tell.
func (f *Filter) moved() bool {
	return f.away > gone || math.Abs(f.jump.x[2]) < crispApart*math.Max(f.jump.noise, f.bank.noise.rms())
}

// passes reports whether the pulse may not have come back at once, but be passing by: then it is
// the crystal that has changed.
func (f *Filter) passes() bool {
	r := &f.jump
	var h history
	h.recall(f, remembered, f.X+r.x[2], f.Y)
	step, ramp := h.explain(r.noise)
	switch {
	case step.cost+clearly < ramp.cost:
		return false
	case ramp.cost+clearly < step.cost:
		r.addRamp(ramp)
		r.home = 0
		return true
	}
	return r.home < sureAfter
}

// addRamp takes over that the crystal has changed.
func (r *jumpHypothesis) addRamp(c cause) {
	r.x[0] += c.at
	r.x[1] += c.slope
	r.p[0][0] += r.noise * r.noise
	r.p[1][1] += r.noise * r.noise
}

// astray looks for what is behind measurements that are neither where the receiver was
// nor where it has jumped to, of which p is the newest: the crystal has changed, or the
// receiver has jumped again.
func (f *Filter) astray(p point) {
	r, s := &f.jump, &f.suspicion
	off := p.z - f.X
	f.LastOutlier = math.Max(math.Abs(r.x[2]), math.Abs(off))
	f.OutlierRun++
	if now := f.recent.noise(recentFew); now > louder*r.noise { // or none is in line any more
		r.noise, r.until = now, followAfter
	}
	s.add(point{p.t, off - r.x[2]})
	f.markFirst(off-r.x[2], s.n == 1)
	l, ok := s.line(agree * r.noise)
	if !ok {
		return
	}
	switch k, c := f.judge(l, f.X+r.x[2], f.Y, r.noise, true); k {
	case crystals:
		r.addRamp(c)
	case receivers:
		r.restart(r.x[2] + l.at)
	default:
		return
	}
	s.clear()
}

// accept ends the hypothesis with d of the jump accepted as the phase's: all of it, or 0
// when it was none. The bank has heard nothing all that time, and takes over what the
// hypothesis knows.
func (f *Filter) accept(d float64) {
	r := &f.jump
	f.shape.left += d
	f.bank.place(f.bank.all.x[phase]+r.x[0]+d, f.bank.all.x[frequency]+r.x[1])
	f.bank.setCovariance(r.p[0][0], r.p[0][1], r.p[1][1])
	f.jump = jumpHypothesis{}
	f.publish()
	f.memory.clear()
	f.memory.keep(f)
}
