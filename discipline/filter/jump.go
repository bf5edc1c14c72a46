package filter

import "math"

// A receiver's fault and a crystal's look different: when the receiver jumps,
// the measurements lie off the estimate by a constant; when the crystal's
// frequency jumps, they leave it ever further.
const (
	suspects    = 4     // outliers in a row that tell the two apart
	agree       = 5.0   // standard deviations within which they are in line
	noisy       = 2.0   // times the noise; above it is the noise that has changed
	steep       = 3.5   // standard deviations of the slope from which on it is the crystal
	spanned     = 1.34  // standard deviation of slope·span for that many points, evenly apart, of noise 1
	followAfter = 300.0 // s, after which a receiver that has jumped is believed
	homeAfter   = 3     // measurements in a row that are back: one may be a spike
	repeated    = 4.0   // standard deviations within which an outlier is where the one before was
)

// suspicion is the newest outliers in a row: how far each was off the estimate.
type suspicion struct {
	off [suspects]point
	n   int
}

func (s *suspicion) clear() { s.n = 0 }

func (s *suspicion) add(p point) {
	if s.n == suspects {
		copy(s.off[:], s.off[1:])
		s.n--
	}
	s.off[s.n] = p
	s.n++
}

// line fits off = at + slope·(t − end), by least squares, where end is the
// moment of the newest, and returns the largest residual too.
func (s *suspicion) line() (at, slope, worst float64) {
	var t, z float64
	for _, p := range s.off {
		t += p.t / suspects
		z += p.z / suspects
	}
	var tt, tz float64
	for _, p := range s.off {
		tt += (p.t - t) * (p.t - t)
		tz += (p.t - t) * (p.z - z)
	}
	slope = tz / tt
	for _, p := range s.off {
		worst = math.Max(worst, math.Abs(p.z-z-slope*(p.t-t)))
	}
	return z + slope*(s.off[suspects-1].t-t), slope, worst
}

// span is the time from the first to the newest.
func (s *suspicion) span() float64 { return s.off[suspects-1].t - s.off[0].t }

// suspect looks for what is behind outliers in a row, of which p is the newest.
func (f *Filter) suspect(p point) {
	f.suspicion.add(point{p.t, p.z - f.X})
	sigma := f.Noise
	if f.suspicion.n == suspects {
		at, slope, worst := f.suspicion.line()
		inLine := worst < agree*sigma && f.recent.noise(2*suspects) < noisy*sigma
		switch {
		case inLine && math.Abs(slope)*f.suspicion.span() > steep*spanned*sigma:
			f.bank.shift(at, slope)
			f.unsure(sigma*sigma, sigma*sigma)
			return
		case inLine:
			f.ride.begin(f, at)
			return
		}
	}
	if f.Missing > mostMissed { // they are no outliers
		f.unsure(f.Missed*f.Missed, 0)
		f.Missing = 0
	}
}

func (f *Filter) unsure(variance, variance2 float64) {
	f.bank.unsure(variance, variance2)
	f.suspicion.clear()
}

// ride is how the clock is kept while the receiver's phase has jumped: a Kalman
// filter of how far phase and frequency are off the bank's prediction, and of
// the jump as a third, constant state.
type ride struct {
	on    bool
	x     [3]float64
	p     [3][3]float64
	age   float64 // s
	noise float64 // s rms
	home  int     // measurements in a row from before the jump
}

// begin starts at a jump by about d.
func (r *ride) begin(f *Filter, d float64) {
	*r = ride{on: true, noise: f.Noise}
	r.jump(d)
	r.p[0][0], r.p[0][1], r.p[1][0], r.p[1][1] = f.PXX, f.PXY, f.PXY, f.PYY
	f.Jumps++
	f.suspicion.clear()
}

// jump begins anew, at a place d off the estimate.
func (r *ride) jump(d float64) {
	r.x[2] = d
	for i := range r.p {
		r.p[i][2], r.p[2][i] = 0, 0
	}
	r.p[2][2] = 1
}

func (r *ride) predict(dt, wander float64) {
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
func (r *ride) update(nu float64) {
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

// riding takes the measurement p while the receiver has jumped, and tells
// whether the jump is over.
func (f *Filter) riding(p point) bool {
	r := &f.ride
	home := p.z - f.X // f.X has the ride's part in it
	away := home - r.x[2]
	near := agree * math.Sqrt(r.noise*r.noise+r.p[0][0])
	f.Taken = 0
	switch {
	case math.Abs(home) < math.Min(near, math.Abs(away)):
		f.suspicion.clear()
		if r.home++; r.home < homeAfter {
			return false
		}
		f.land(0)
		f.bank.update(p.z)
		f.Missed, f.Misses = 0, 0
		return true
	case math.Abs(away) < near:
		f.suspicion.clear()
		r.home = 0
		r.update(away)
		f.Missed, f.Misses = math.Abs(r.x[2]), 1
	default:
		r.home = 0
		f.astray(p)
	}
	if r.age > followAfter {
		f.land(r.x[2])
	}
	return false
}

// astray looks for what is behind measurements that are neither where the receiver was
// nor where it has jumped to, of which p is the newest: the crystal has changed, or the
// receiver has jumped again.
func (f *Filter) astray(p point) {
	r, s := &f.ride, &f.suspicion
	off := p.z - f.X
	f.Missed = math.Max(math.Abs(r.x[2]), math.Abs(off))
	f.Misses++
	s.add(point{p.t, off - r.x[2]})
	if s.n < suspects {
		return
	}
	switch at, slope, worst := s.line(); {
	case worst > agree*r.noise:
		return
	case math.Abs(slope)*s.span() > steep*spanned*r.noise:
		r.x[0] += at
		r.x[1] += slope
		r.p[0][0] += r.noise * r.noise
		r.p[1][1] += r.noise * r.noise
	default:
		r.jump(r.x[2] + at)
	}
	s.clear()
}

// land ends the ride, with the phase moved by d. The bank has heard nothing all
// that time, and takes over what the ride knows.
func (f *Filter) land(d float64) {
	r := &f.ride
	f.bank.shift(r.x[0]+d, r.x[1])
	f.bank.settle(r.p[0][0], r.p[0][1], r.p[1][1])
	f.ride = ride{}
}

// repeats tells whether the measurement p lies where the outlier before it did,
// which is no evidence for the bank, however wide it has become in a gap.
func (s *suspicion) repeats(off, noise float64) bool {
	return s.n > 0 && math.Abs(off) > agree*noise && math.Abs(off-s.off[s.n-1].z) < repeated*noise
}
