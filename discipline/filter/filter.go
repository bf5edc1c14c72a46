// Package filter estimates the phase and the frequency of the free-running
// oscillator from noisy measurements of its phase, and learns while it does so
// how noisy they are, how the oscillator wanders, and what temperature does to
// it. All quantities are in seconds and dimensionless rates; time steps are in
// seconds.
package filter

import "math"

// What is assumed before anything has been learnt.
const (
	initialNoise     = 5e-6   // s rms; a poor pulse, so that the first bounds are honest
	initialFrequency = 250e-6 // uncertainty of a crystal that was never measured, rms

	roughLeast = 6   // measurements that a rough idea of the noise needs
	roughMost  = 32  // measurements that make a better one
	memory     = 400 // measurements over which the noise is learnt

	missMemory = 16  // measurements over which the share of outliers is reckoned;
	mostMissed = 0.5 // above this share they are no outliers
)

// Evidence for delayed measurements against symmetric ones is the logarithm of
// a likelihood ratio: to be wrong once in exp(adopt) is rare enough.
const (
	adopt          = 12.0
	abandon        = 4.0
	evidenceMemory = 3000 // measurements
)

// Filter is the estimate. The zero value knows nothing.
type Filter struct {
	Frequency      float64 // what is known of Y before the first measurement …
	FrequencyError float64 // … and its uncertainty, rms; 0 when nothing is

	X, Y          float64 // estimate: s, 1; at the present temperature
	PXX, PXY, PYY float64 // its covariance: s², s, 1
	Wander        float64 // random walk of the frequency, per √s
	Noise         float64 // of a measurement, s rms
	Delay         float64 // mean delay of the measurements that has been found and taken off, s; 0 when they are symmetric

	Taken   int     // measurements in a row that were believed
	Missing float64 // running share of measurements that were not believed
	// Missed is how far off the last measurements were, in s, when they were
	// too far off to be believed: the error may be that large. 0 when the last
	// one was believed. Misses counts them; while a jump of the receiver is
	// ridden through it is 1.
	Missed float64
	Misses int
	Jumps  int // of the receiver, that were ridden through

	started   bool
	age       float64 // s since the first measurement
	learnt    int     // measurements that the noise was learnt from
	young     young
	recent    recent
	heat      heat
	symmetric bank    // takes the noise for symmetric
	delayed   bank    // takes it for delayed
	evidence  float64 // that it is delayed
	late      bool    // so it is believed
	suspicion suspicion
	ride      ride
}

// Started tells whether there has been a measurement.
func (f *Filter) Started() bool { return f.started }

// Learnt is how many measurements the noise was learnt from.
func (f *Filter) Learnt() int { return f.learnt }

// bank is the one that is believed.
func (f *Filter) bank() *bank {
	if f.late {
		return &f.delayed
	}
	return &f.symmetric
}

// Temperature takes the temperature near the oscillator, in °C.
func (f *Filter) Temperature(t float64) { f.heat.feel(t) }

// Predict lets dt seconds pass; dt is not negative.
func (f *Filter) Predict(dt float64) {
	f.heat.pass(dt)
	if f.started {
		f.pass(dt)
	}
}

func (f *Filter) pass(dt float64) {
	f.age += dt
	f.symmetric.predict(dt, &f.heat)
	f.delayed.predict(dt, &f.heat)
	f.ride.predict(dt, f.Wander)
	f.publish()
}

// Shift moves the origin of the phase by d seconds.
func (f *Filter) Shift(d float64) {
	f.X -= d
	f.symmetric.shift(-d, 0)
	f.delayed.shift(-d, 0)
	f.young.shift(d)
	f.recent.shift(d)
}

// Update takes the measurement z of the phase, made now; floor is the least
// noise that this kind of measurement can have. It reports false when z is
// taken for an outlier.
func (f *Filter) Update(z, floor float64) bool {
	p := point{f.age, z}
	if !f.started {
		f.start(p, floor)
		f.young.add(p)
		return true
	}
	if f.young.n < youngMost {
		if f.young.add(p); f.young.n >= youngLeast {
			return f.again(floor)
		}
	}
	return f.take(p, floor)
}

func (f *Filter) start(p point, floor float64) {
	f.started, f.Taken = true, 1
	f.recent.add(p)
	rate := f.FrequencyError
	if rate == 0 {
		rate = initialFrequency
	}
	sigma := math.Max(initialNoise, floor)
	for _, b := range []*bank{&f.symmetric, &f.delayed} {
		b.start(p.z, sigma*sigma, f.Frequency, rate*rate)
		b.noise = noise{sigma: sigma, outliers: 10 * fewestOutliers}
	}
	f.publish()
}

// take lets both banks learn from p, unless the receiver has jumped.
func (f *Filter) take(p point, floor float64) bool {
	f.recent.add(p)
	if f.ride.on {
		believed := f.riding(p)
		f.publish()
		return believed
	}
	f.learnt++
	if f.recent.changed() {
		f.learnt = min(f.learnt, roughMost-1)
	}
	step := 1 / float64(min(f.learnt, memory))
	if f.learnt < roughMost {
		step = 0
		f.rough(floor)
	}
	f.symmetric.update(p.z, step, floor)
	f.delayed.update(p.z, step, floor)
	f.weigh()
	believed := f.bank().share > 0.5
	f.note(believed)
	if believed {
		f.Missed, f.Misses = 0, 0
		f.Taken++
		f.suspicion.clear()
	} else {
		f.miss(p)
		f.suspect(p, floor)
	}
	f.publish()
	return believed
}

// miss counts the measurement p as an outlier.
func (f *Filter) miss(p point) {
	f.Missed = math.Abs(p.z - f.X)
	f.Misses++
	f.Taken = 0
}

// note reckons the share of measurements that are not believed.
func (f *Filter) note(believed bool) {
	f.Missing -= f.Missing / missMemory
	if !believed {
		f.Missing += 1.0 / missMemory
	}
}

// rough takes the noise from the last measurements alone. Few of them tell it
// badly, so it is taken for larger.
func (f *Filter) rough(floor float64) {
	if f.recent.n < roughLeast {
		return
	}
	sigma := f.recent.noise() * (1 + roughLeast/float64(f.learnt+1))
	f.symmetric.noise.sigma = math.Max(sigma, floor)
	f.delayed.noise = f.symmetric.noise
	if f.learnt == roughMost-1 {
		f.delayed.noise.sigma /= math.Sqrt2
		f.delayed.noise.delay = f.delayed.noise.sigma
	}
}

// weigh decides which of the banks is believed. A symmetric bank has the mean
// of the delays in its phase, and a delayed one has not.
func (f *Filter) weigh() {
	if f.learnt < roughMost {
		return
	}
	f.evidence += math.Log(f.delayed.likelihood/f.symmetric.likelihood) - f.evidence/evidenceMemory
	switch {
	case f.evidence > adopt:
		f.late = true
	case f.evidence < abandon:
		f.late = false
	}
}

// publish brings the exported fields up to date.
func (f *Filter) publish() {
	b := f.bank()
	h := vector{frequency: 1}
	copy(h[coefficients:], f.heat.shape[:])
	f.X, f.Y = b.x[phase], dot(&h, &b.x)
	f.PXX, f.PXY, f.PYY = b.p[phase][phase], dot(&h, &b.p[phase]), 0
	for i := range h {
		f.PYY += h[i] * dot(&h, &b.p[i])
	}
	f.Wander = math.Sqrt(b.wander())
	f.Noise, f.Delay = b.noise.rms(), b.noise.delay
	if r := &f.ride; r.on {
		f.X, f.Y = f.X+r.x[0], f.Y+r.x[1]
		f.PXX, f.PXY, f.PYY = r.p[0][0], r.p[0][1], r.p[1][1]
	}
}
