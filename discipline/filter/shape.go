package filter

import "math"

// The noise is learnt from the newest innovations, a few at each measurement:
// one fit takes it for symmetric, another for delayed, and their likelihoods
// decide. A third takes it for delayed to the other side: where that does as
// well, the noise has long tails and not a delay.
const (
	window = 4096 // innovations
	stride = 12   // of them are gone over at each measurement

	// Evidence is the logarithm of a likelihood ratio: to be wrong once in
	// exp(adopt) is rare enough.
	adopt   = 6.0
	abandon = 0.5

	fewest  = 48 // innovations that a fit needs
	doubted = 64 // innovations without an outlier that are believed to have been before

	leastDelay = 0.05 // of sigma; less can not be told from none
	boldest    = 0.5  // the most that a parameter's logarithm changes by at once
	worse      = 0.02 // loss of likelihood, per innovation, that shows a step as too bold
)

// innovation is how late a measurement was against the prediction, and the
// variance of that prediction.
type innovation struct{ late, variance float64 }

// Parameters of a fit.
const (
	place = iota // where the normal part has its middle, s late of the estimate
	sigma        // its logarithm
	delay        // likewise
	parameters
)

// shaped is what a fit has found.
type shaped struct {
	noise noise
	place float64 // s
}

// fit is a maximum-likelihood fit of the noise, in progress: the scores of one
// pass over the innovations, and their products for the information (Berndt,
// Hall, Hall & Hausman 1974).
type fit struct {
	shaped
	before     shaped  // the step that led here …
	mean       float64 // … and the likelihood there, per innovation; 0 when there was none
	trust      float64 // the most that a parameter's logarithm changes by now
	score      [parameters]float64
	info       [parameters][parameters]float64
	share      float64 // sum over the pass
	likelihood float64 // logarithm, sum over the pass
}

// begin starts with noise of the given rms.
func (f *fit) begin(rms float64) {
	*f = fit{trust: boldest}
	f.noise = noise{sigma: rms, outliers: 10 * fewestOutliers}
}

// add lets the pass see one innovation.
func (f *fit) add(i innovation) {
	v := f.noise.judge(i.late-f.place, i.variance)
	r := f.noise.sigma * f.noise.sigma
	s2 := r + i.variance
	g := [parameters]float64{
		place: v.share * v.late / s2,
		sigma: v.share * r / s2 * ((v.late*v.late+v.doubt)/s2 - 1),
	}
	if f.noise.delay > 0 {
		g[delay] = v.share * (v.delay/f.noise.delay - 1)
	}
	for i := range g {
		f.score[i] += g[i]
		for j := range g {
			f.info[i][j] += g[i] * g[j]
		}
	}
	f.share += v.share
	f.likelihood += math.Log(v.likelihood)
}

// step ends a pass over n innovations: the parameters move to where the scores
// would vanish.
func (f *fit) step(n int, floor float64) {
	defer f.clear()
	mean := f.likelihood / float64(n)
	if f.mean != 0 && mean < f.mean-worse {
		f.shaped, f.mean = f.before, 0
		f.trust /= 4
		return
	}
	f.before, f.mean = f.shaped, mean
	f.trust = math.Min(2*f.trust, boldest)
	unit := f.noise.rms() // so that all parameters are of one size
	f.score[place] *= unit
	for i := range parameters {
		f.info[i][place] *= unit
		f.info[place][i] *= unit
	}
	for i := range parameters {
		f.info[i][i] += 1 // half a measurement's worth: few of them move little
	}
	d := solve(f.info, f.score)
	for i := range d {
		d[i] = math.Max(-f.trust, math.Min(f.trust, d[i]))
	}
	f.place += d[place] * unit
	f.noise.sigma = math.Max(f.noise.sigma*math.Exp(d[sigma]), floor)
	if f.noise.delay > 0 {
		f.noise.delay = math.Max(f.noise.delay*math.Exp(d[delay]), leastDelay*f.noise.sigma)
	}
	f.noise.outliers = math.Min(math.Max((float64(n)-f.share)/float64(n+doubted), fewestOutliers), mostOutliers)
}

// clear makes ready for the next pass.
func (f *fit) clear() {
	f.score, f.info, f.share, f.likelihood = [parameters]float64{}, [parameters][parameters]float64{}, 0, 0
}

// solve returns a⁻¹·b for a positive definite a, by elimination.
func solve(a [parameters][parameters]float64, b [parameters]float64) [parameters]float64 {
	for i := range b {
		for j := i + 1; j < parameters; j++ {
			m := a[j][i] / a[i][i]
			for k := i; k < parameters; k++ {
				a[j][k] -= m * a[i][k]
			}
			b[j] -= m * b[i]
		}
	}
	for i := parameters - 1; i >= 0; i-- {
		for k := i + 1; k < parameters; k++ {
			b[i] -= a[i][k] * b[k]
		}
		b[i] /= a[i][i]
	}
	return b
}

// shape is what is learnt of the noise.
type shape struct {
	ring      [window]innovation
	n         int // innovations since it began, of which the ring has the newest
	cursor    int // of the pass
	symmetric fit
	delayed   fit
	mirrored  fit     // delayed, where late is early: tails to both sides fit this as well
	evidence  float64 // that the noise is delayed, from the last pass
	late      bool    // so it is believed
}

// begin forgets all, for symmetric noise of about rms.
func (s *shape) begin(rms float64) {
	s.n, s.cursor, s.evidence, s.late = 0, 0, 0, false
	s.symmetric.begin(rms)
	s.delayed.begin(rms / math.Sqrt2)
	s.delayed.noise.delay = rms / math.Sqrt2
	s.delayed.place = -s.delayed.noise.delay
	s.mirrored = s.delayed
}

// delay forgets all, for noise as it was with a delay of that mean.
func (s *shape) delay(mean float64) {
	sigma := s.noise().sigma
	s.begin(math.Hypot(sigma, mean))
	s.late = true
	s.symmetric.place = mean
	s.delayed.begin(sigma)
	s.delayed.noise.delay = mean
	s.mirrored = s.delayed
	s.mirrored.place = -2 * mean
}

// add takes an innovation, and goes over some of those before. It returns by
// how much the estimate must become later, because another kind of noise is
// believed now.
func (s *shape) add(i innovation, floor float64) (later float64) {
	s.ring[s.n%window] = i
	s.n++
	size := min(s.n, window)
	if size < fewest {
		return 0
	}
	for range stride {
		s.symmetric.add(s.ring[s.cursor])
		s.delayed.add(s.ring[s.cursor])
		s.mirrored.add(innovation{-s.ring[s.cursor].late, s.ring[s.cursor].variance})
		if s.cursor++; s.cursor >= size {
			s.cursor = 0
			later += s.pass(size, floor)
		}
	}
	return later
}

// pass ends a pass over n innovations.
func (s *shape) pass(n int, floor float64) (later float64) {
	s.evidence = s.delayed.likelihood - math.Max(s.symmetric.likelihood, s.mirrored.likelihood)
	s.symmetric.step(n, floor)
	s.delayed.step(n, floor)
	s.mirrored.step(n, floor)
	switch {
	case !s.late && s.evidence > adopt:
		later = s.delayed.place
	case s.late && s.evidence < abandon:
		later = s.symmetric.place
	default:
		return 0
	}
	s.late = !s.late
	for i := range s.ring {
		s.ring[i].late -= later
	}
	s.symmetric.place -= later
	s.delayed.place -= later
	s.mirrored.place += later
	return later
}

// noise is what is believed of it.
func (s *shape) noise() noise {
	if s.late {
		return s.delayed.noise
	}
	return s.symmetric.noise
}
