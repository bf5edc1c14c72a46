package filter

import "math"

// How the noise is learnt at first.
const (
	initialNoise = 5e-6 // s rms; a poor pulse, so that the first bounds are honest
	roughLeast   = 6    // measurements that a rough idea of the noise needs
	roughMost    = 32   // measurements that make a better one
	fading       = 0.9  // of the spread, with each measurement
)

// learn has the noise be what the measurements show, p among them: at first,
// and when it has changed, the last few alone.
func (f *Filter) learn(p point, floor float64) {
	f.learnt++
	if f.suspicion.n < suspects { // else it is asked what they are
		if c := f.recent.change(); c != same {
			f.changed(c, floor)
		}
	}
	f.Spread *= fading
	if !f.shape.places() {
		f.Spread = math.Max(f.Spread, f.recent.earlier())
	}
	if f.learnt < roughMost {
		f.Spread = math.Max(f.Spread, math.Abs(p.z-f.bank.all.x[phase]))
		f.rough(floor)
		return
	}
	i := innovation{f.bank.all.x[phase] - p.z, f.bank.all.p[phase][phase]}
	f.updateBias(i)
	f.relearn(i, floor)
}

// relearn has the shape of the noise be what the innovation i shows too.
func (f *Filter) relearn(i innovation, floor float64) {
	later := f.shape.add(i, floor)
	if later != 0 && f.jump.on {
		f.accept(0)
	}
	f.bank.shift(-later, 0)
	f.memory.shift(later)
	n := f.shape.noise()
	if (n.mode > 0) != (f.bank.noise.mode > 0) {
		f.recent.usual, f.recent.after = 0, f.recent.n
	}
	f.bank.noise = n
}

// The bias of the newest measurements, and where that leads.
const (
	biasOver = 3   // measurements are asked
	begun    = 2.5 // standard deviations of their sum, beyond which all of it counts
	ahead    = 1.5 // their mean is a second old, and what has begun goes on
)

// updateBias looks at the last few innovations, of which i is the newest.
func (f *Filter) updateBias(i innovation) {
	noise := f.bank.noise.rms()
	f.innovations[f.learnt%biasOver] = i
	var sum, variance float64
	for _, l := range f.innovations {
		s2 := l.variance + noise*noise
		most := 4 * math.Sqrt(s2) // an outlier is none of it
		sum += math.Max(-most, math.Min(most, f.bank.noise.punctual(l.late)-f.bank.noise.delay))
		variance += s2
	}
	off, sd := math.Abs(sum), math.Sqrt(variance)
	f.Bias = math.Max(ahead*math.Max(off-sd, 0)/biasOver, math.Max(off-begun*sd, f.surprise))
}

// Surprises are remembered: a measurement that was believed and should not have
// come shows that the estimate may be that far off.
const (
	surprising = 4.0  // standard deviations
	forgotten  = 0.99 // what is left with each measurement
	mostDelay  = 8.0  // times the mean delay is not surprisingly late
)

// unexpected is how far off a measurement is unexpected, s.
func (f *Filter) unexpected() float64 {
	sigma := f.bank.noise.sigma
	return surprising * math.Sqrt(f.bank.all.p[phase][phase]+sigma*sigma)
}

// surprised takes note of a measurement that was believed and late by so much.
func (f *Filter) surprised(late, limit float64) {
	f.surprise *= forgotten
	if f.learnt > roughMost && (late < -limit || late > limit+mostDelay*f.bank.noise.delay+f.bank.noise.mode) {
		f.surprise = math.Max(f.surprise, math.Abs(late))
		f.Bias, f.FirstOutlier = math.Max(f.Bias, f.surprise), math.Abs(late)
	}
}

// load is the share of late measurements from which on louder noise is taken for
// load, by which interrupts are late; symmetric noise has half. It is asked of
// the last few, since those before may be from before.
const (
	load     = 0.8
	loadSeen = recentFew / 2
	astray   = 3.0 // times the noise; when the middle is later than that it is the estimate that has gone astray
)

// outliersKnown is how many measurements it takes to know the share of outliers; until then it is
// at least what it was before the noise changed.
const outliersKnown = 600

// changed starts to learn the noise again, from the last few measurements.
func (f *Filter) changed(c change, floor float64) {
	f.learnt, f.outliers = roughMost, f.Outliers
	middle, share := f.recent.lateness(loadSeen)
	if c == fell { // the estimate is as good as the measurements were
		f.bank.inflate(f.bank.noise.sigma*f.bank.noise.sigma, 0)
	}
	switch {
	case c == fell && f.bank.noise.mode > 0:
		f.shape.forget()
	case c == fell:
		f.shape.begin(math.Max(f.recent.noise(recentMost), floor))
	case share > load && middle < astray*f.recent.noise(loadSeen):
		f.shape.delay(middle / math.Ln2)
		f.memory.doubt(f)
	case f.bank.noise.mode > 0:
		f.shape.louder(math.Max(f.recent.rms(recentFew), floor))
	default:
		f.shape.begin(math.Max(f.recent.rms(recentFew), floor))
	}
	f.bank.noise = f.shape.noise()
}

// rough takes the noise from the last measurements alone. Few of them tell it
// badly, so it is taken for larger.
func (f *Filter) rough(floor float64) {
	if f.recent.n < roughLeast {
		return
	}
	f.shape.begin(math.Max(f.recent.rms(f.learnt), floor))
	f.bank.noise = f.shape.noise()
}

// A delay that is never negative shows in the skewness of the noise, and the more
// clearly the more measurements there were: the error of the sample skewness falls as
// 1/√n, and it is as the cube of the delay. Once the delay is found, its own error
// falls as 1/√n.
const (
	unseenShare = 0.9  // of the noise may be delay that does not show …
	foundShare  = 0.15 // … or of a delay that was found may be wrong …
	unseenAfter = 3000 // … after this many measurements
)

// unseen is how much delay may be left in the estimate, in s.
func (f *Filter) unseen() float64 {
	n := &f.bank.noise
	fewer := unseenAfter / math.Max(math.Min(float64(f.learnt), unseenAfter), 1)
	own := n.rms() * math.Min(unseenShare*math.Pow(fewer, 1.0/6), 1)
	if n.delay > 0 {
		own = n.delay * math.Min(foundShare*math.Sqrt(fewer), 1)
		own = math.Max(own, n.stagesDoubt(math.Min(float64(f.learnt), window)))
	}
	return math.Max(own, f.shape.doubt)
}

// stagesDoubt is how much less or more the mean of the delay may be, in s, because this many measurements
// do not tell of how many stages it is. One of n stages has the third cumulant 2·delay³/n² and the fourth
// 6·delay⁴/n³; one of another number that has the same third differs in the fourth, which is known to
// √(24/measurements) of the square of the variance.
func (n *noise) stagesDoubt(measurements float64) (most float64) {
	if n.stages < 1 {
		return 0
	}
	k, rms := float64(n.stages), n.rms()
	measurements *= 1 - n.share
	for j := 1.0; j <= mostStages; j *= 2 {
		delay := n.delay * math.Cbrt(j*j/(k*k))
		apart := 6 * (math.Pow(delay, 4)/(j*j*j) - math.Pow(n.delay, 4)/(k*k*k)) / math.Pow(rms, 4)
		squares := apart * apart * measurements / 24
		most = math.Max(most, math.Abs(delay-n.delay)*math.Min(unlikelier*math.Exp(-squares/4), 1))
	}
	return most
}
