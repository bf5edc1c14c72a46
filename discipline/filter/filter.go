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

	gate    = 5.0 // standard deviations beyond which a measurement is an outlier
	lockout = 10  // that many outliers in a row are the truth: the estimate moved, not the pulse
	memory  = 64  // measurements over which the noise is learnt
)

// Filter is a Kalman filter with two states, phase x and frequency y = dx/dt,
// whose frequency is a random walk (Galleani & Tavella 2010, equations 8–12,
// without white frequency noise). The zero value knows nothing; Wander must be
// set before it is used.
type Filter struct {
	X, Y          float64 // estimate: s, 1
	PXX, PXY, PYY float64 // its covariance: s², s, 1
	Wander        float64 // random walk of the frequency, per √s
	Noise         float64 // learnt measurement noise, s rms

	learnt   int // measurements that Noise has seen
	outliers int // in a row
	started  bool
}

// Started tells whether there has been a measurement.
func (f *Filter) Started() bool { return f.started }

// Predict lets dt seconds pass.
func (f *Filter) Predict(dt float64) {
	if !f.started || dt <= 0 {
		return
	}
	q := f.Wander * f.Wander
	f.X += f.Y * dt
	f.PXX += (2*f.PXY+f.PYY*dt)*dt + q*dt*dt*dt/3
	f.PXY += f.PYY*dt + q*dt*dt/2
	f.PYY += q * dt
}

// Update takes the measurement z of the phase, made now; floor is the least
// noise that this kind of measurement can have. It reports false when z is an
// outlier and left the estimate alone.
func (f *Filter) Update(z, floor float64) bool {
	if !f.started {
		f.start(z, floor)
		return true
	}
	r := math.Max(f.Noise, floor)
	nu, s := z-f.X, f.PXX+r*r
	f.learn(nu, s)
	if nu*nu > gate*gate*s {
		if f.outliers++; f.outliers < lockout {
			return false
		}
		// A gate that shuts out everything loses its place: believe what
		// came ten times, and forget how sure we were.
		f.PXX += nu * nu
		f.PYY += nu * nu / (lockout * lockout)
		s = f.PXX + r*r
	}
	f.outliers = 0
	kx, ky := f.PXX/s, f.PXY/s
	f.X += kx * nu
	f.Y += ky * nu
	f.PYY -= ky * f.PXY
	f.PXY *= 1 - kx
	f.PXX *= 1 - kx
	return true
}

func (f *Filter) start(z, floor float64) {
	f.started = true
	f.Noise = initialNoise
	r := math.Max(f.Noise, floor)
	f.X, f.PXX = z, r*r
	f.Y, f.PXY, f.PYY = 0, 0, initialFrequency*initialFrequency
}

// learn follows the variance of the measurement noise: what the innovations
// show beyond the variance s that the estimate itself explains.
func (f *Filter) learn(nu, s float64) {
	if f.PYY > 1e-12 { // the frequency is not known yet: innovations say nothing of noise
		return
	}
	f.learnt = min(f.learnt+1, memory)
	gain := 1 / float64(max(f.learnt, 8))
	excess := math.Min(nu*nu, gate*gate*s) - s
	v := f.Noise*f.Noise + gain*excess
	f.Noise = math.Sqrt(math.Max(v, noiseFloor*noiseFloor))
}
