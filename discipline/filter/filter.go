// Package filter estimates the phase and the frequency of the free-running
// oscillator from noisy measurements of its phase. All quantities are in
// seconds and dimensionless rates; time steps are in seconds.
package filter

import "math"

// What is assumed before anything has been learnt.
const (
	initialNoise     = 5e-6   // s rms; a poor pulse, so that the first bounds are honest
	initialFrequency = 250e-6 // uncertainty of a crystal that was never measured, rms
	noiseFloor       = 20e-9  // s rms; below this the kernel's timestamps are the noise

	gate   = 5.0 // standard deviations beyond which a measurement is an outlier
	prior  = 8   // measurements that initialNoise weighs as much as
	memory = 128 // measurements over which the noise is learnt

	lean       = 1.0 // standard deviations; this many innovations in a row that lean
	leans      = 8   // to one side by more mean that the crystal has changed, not the noise
	missMemory = 16  // measurements over which the share of outliers is reckoned;
	mostMissed = 0.5 // above this share they are no outliers

	even = 0.1 // s by which a second may differ from one
)

// Filter is a Kalman filter with two states, phase x and frequency y = dx/dt,
// whose frequency is a random walk (Galleani & Tavella 2010, equations 8–12,
// without white frequency noise). The zero value knows nothing; Wander must be
// set before it is used.
type Filter struct {
	X, Y           float64 // estimate: s, 1
	PXX, PXY, PYY  float64 // its covariance: s², s, 1
	Wander         float64 // random walk of the frequency, per √s
	Frequency      float64 // what is known of Y before the first measurement …
	FrequencyError float64 // … and its uncertainty, rms; 0 when nothing is
	Noise          float64 // learnt measurement noise, s rms

	Taken   int     // measurements in a row that were believed
	Missing float64 // running share of measurements that were not believed
	// Missed is how far off the last measurements were, in s, when they were
	// too far off to be believed: the error may be that large. 0 when the last
	// one was believed. Misses counts them.
	Missed float64
	Misses int

	started bool
	learnt  int        // second differences that Noise has seen
	since   float64    // s since the last measurement
	past    [2]float64 // the two measurements before, newest first …
	run     int        // … and how many of them are valid, a second apart
	young   young
	age     float64 // s since the first measurement
	leaning int     // innovations in a row that lean to one side; its sign is theirs
}

// Started tells whether there has been a measurement.
func (f *Filter) Started() bool { return f.started }

// Predict lets dt seconds pass; a negative dt is the past.
func (f *Filter) Predict(dt float64) {
	if !f.started {
		return
	}
	f.since += dt
	f.age += dt
	f.X += f.Y * dt
	f.PXX += (2*f.PXY + f.PYY*dt) * dt
	f.PXY += f.PYY * dt
	if dt > 0 {
		q := f.Wander * f.Wander
		f.PXX += q * dt * dt * dt / 3
		f.PXY += q * dt * dt / 2
		f.PYY += q * dt
	}
}

// Shift moves the origin of the phase by d seconds.
func (f *Filter) Shift(d float64) {
	f.X -= d
	f.past[0] -= d
	f.past[1] -= d
	f.young.shift(d)
}

// Update takes the measurement z of the phase, made now; floor is the least
// noise that this kind of measurement can have. It reports false when z is an
// outlier and left the estimate alone.
func (f *Filter) Update(z, floor float64) bool {
	if !f.started {
		f.start(z, floor)
		f.young.add(point{f.age, z})
		return true
	}
	if f.young.n < youngMost {
		if f.young.add(point{f.age, z}); f.young.n >= youngLeast {
			return f.again(floor)
		}
	}
	r := math.Max(f.Noise, floor)
	nu := z - f.X
	s := f.PXX + r*r
	n := nu / math.Sqrt(s)
	f.learn(z, math.Abs(n) > gate)
	f.lean(n)
	switch {
	case f.leaning >= leans || f.leaning <= -leans:
		// A gate that shuts out everything loses its place: be as unsure as
		// the innovations are large.
		f.PXX += nu * nu
		f.PYY += nu * nu / (leans * leans)
		f.leaning = 0
	case math.Abs(n) > gate:
		f.miss(z)
		return false
	}
	f.correct(z, floor)
	return true
}

// correct is the update of the Kalman filter by the measurement z.
func (f *Filter) correct(z, floor float64) {
	f.Missed, f.Misses = 0, 0
	f.Taken++
	r := math.Max(f.Noise, floor)
	nu, s := z-f.X, f.PXX+r*r
	kx, ky := f.PXX/s, f.PXY/s
	f.X += kx * nu
	f.Y += ky * nu
	f.PYY -= ky * f.PXY
	f.PXY *= 1 - kx
	f.PXX *= 1 - kx
}

// miss leaves the measurement z out.
func (f *Filter) miss(z float64) {
	f.Missed = math.Abs(z - f.X)
	f.Misses++
	f.Taken = 0
}

// note reckons the share of measurements that are not believed.
func (f *Filter) note(spike bool) {
	f.Missing -= f.Missing / missMemory
	if spike {
		f.Missing += 1.0 / missMemory
	}
}

// lean counts how many normalized innovations in a row lie on one side.
func (f *Filter) lean(n float64) {
	switch {
	case n > lean:
		f.leaning = max(f.leaning, 0) + 1
	case n < -lean:
		f.leaning = min(f.leaning, 0) - 1
	default:
		f.leaning = 0
	}
}

func (f *Filter) start(z, floor float64) {
	f.started, f.run, f.Taken = true, 1, 1
	f.past[0] = z
	f.Noise = initialNoise
	r := math.Max(f.Noise, floor)
	f.X, f.PXX = z, r*r
	f.Y, f.PXY, f.PYY = f.Frequency, 0, f.FrequencyError*f.FrequencyError
	if f.FrequencyError == 0 {
		f.PYY = initialFrequency * initialFrequency
	}
}

// learn follows the noise by the second difference of three measurements, one
// second apart: its variance is 6 times theirs (Allan 1987, white phase noise)
// whatever the frequency is, and whatever the filter makes of them.
// A spike is left out, unless so many are that they are the noise.
func (f *Filter) learn(z float64, spike bool) {
	if math.Abs(f.since-1) > even {
		f.run = 0
	}
	f.since = 0
	f.note(spike)
	if spike && f.Missing < mostMissed {
		f.run = 0
		return
	}
	if f.run == 2 {
		d := z - 2*f.past[0] + f.past[1]
		v := f.Noise * f.Noise
		f.learnt = min(f.learnt+1, memory-prior)
		v += (math.Min(d*d/6, gate*gate*v) - v) / float64(f.learnt+prior)
		f.Noise = math.Max(math.Sqrt(v), noiseFloor)
	}
	f.past = [2]float64{z, f.past[0]}
	f.run = min(f.run+1, 2)
}
