package filter

import "math"

// States of the oscillator: phase, frequency without what temperature does to
// it, the drift of that frequency, and what each of the temperature's shapes does to
// the frequency.
const (
	phase = iota
	frequency
	drift
	coefficients
	states = coefficients + shapes
)

// driftLasts is for how long a drift goes on, in s: it decays to 0, so that
// nothing is extrapolated beyond what a room's temperature does.
const driftLasts = 600.0

// longStep is the longest time in s that is predicted at once: well within
// driftLasts.
const longStep = 10.0

type (
	vector [states]float64
	matrix [states]vector // symmetric
)

// model is how the frequency changes: it wanders, and its drift does.
type model struct {
	wander      float64 // random walk of the frequency, per √s
	driftWander float64 // random walk of its drift, per s·√s
	prior       float64 // probability that this is how, before anything is measured
}

// kalman is a Kalman filter for one model (Galleani & Tavella 2010, equations 8
// to 12, with the sensor's noise as white frequency noise), with a drift that decays, and the
// coefficients of temperature as constants beside it.
type kalman struct {
	model
	x      vector
	p      matrix
	weight float64 // probability that the model is right
}

// transition is what some seconds do to each of the filters: the state transition F, and the
// noise of the sensor.
type transition struct {
	dt           float64 // s
	decay, swept float64 // what is left of a drift, and by how much it has moved the frequency
	f            vector  // what each state moves the phase by
	jitter       float64 // s, variance of the white noise of the frequency by the sensor's
}

// transitionOver is that of dt seconds at temperature h, whose jitter is given.
func transitionOver(dt float64, h *tempco, jitter float64) (g transition) {
	decay := math.Exp(-dt / driftLasts)
	swept := driftLasts * (1 - decay)
	g = transition{dt, decay, swept, vector{phase: 1, frequency: dt, drift: driftLasts * (dt - swept)}, jitter}
	for i, u := range h.shape {
		g.f[coefficients+i] = u * dt
	}
	return g
}

// predict lets those seconds pass: x = F·x, P = F·P·Fᵀ + Q.
func (k *kalman) predict(g *transition) {
	k.x[phase] = dot(&g.f, &k.x)
	k.x[frequency] += g.swept * k.x[drift]
	k.x[drift] *= g.decay

	// F·P, whose rows below the drift are those of P; then (F·P)·Fᵀ.
	var row [coefficients]vector
	for j := range states {
		row[phase][j] = dot(&g.f, &k.p[j]) // which is symmetric
		row[frequency][j] = k.p[frequency][j] + g.swept*k.p[drift][j]
		row[drift][j] = g.decay * k.p[drift][j]
	}
	for i := range row {
		r := &row[i]
		r[phase] = dot(r, &g.f)
		r[frequency] += g.swept * r[drift]
		r[drift] *= g.decay
		for j := i; j < states; j++ {
			k.p[i][j], k.p[j][i] = r[j], r[j]
		}
	}
	k.addProcessNoise(g.dt, g.jitter)
}

// addProcessNoise adds Q: what the random walks do in dt seconds, and the noise of the sensor,
// white noise of the frequency, of variance jitter in s.
func (k *kalman) addProcessNoise(dt, jitter float64) {
	q, d, p := k.wander*k.wander*dt, k.driftWander*k.driftWander*dt, &k.p
	p[phase][phase] += jitter*dt + dt*dt*(q/3+d*dt*dt/20)
	p[phase][frequency] += dt * (q/2 + d*dt*dt/8)
	p[frequency][phase] = p[phase][frequency]
	p[frequency][frequency] += q + d*dt*dt/3
	p[phase][drift] += d * dt * dt / 6
	p[drift][phase] = p[phase][drift]
	p[frequency][drift] += d * dt / 2
	p[drift][frequency] = p[frequency][drift]
	p[drift][drift] += d
}

// update takes a measurement of the phase that was judged v, with noise sigma:
// the mean and the covariance of the mixture of believing it and of not
// believing it (Masreliez 1975, for this density).
func (k *kalman) update(v verdict, sigma float64) {
	s2 := k.p[phase][phase] + sigma*sigma
	learnt := v.share * (s2 - v.doubt - (1-v.share)*v.late*v.late)
	gain := k.p[phase]
	for i := range gain {
		gain[i] /= s2
		k.x[i] -= gain[i] * v.share * v.late
	}
	for i := range gain {
		for j := range i + 1 {
			k.p[i][j] -= gain[i] * gain[j] * learnt
		}
	}
	k.p.mirror()
}

// mix moves the filter by the share a towards all of them.
func (k *kalman) mix(a float64, all *kalman) {
	var d vector
	for i := range d {
		d[i] = all.x[i] - k.x[i]
	}
	for i := range d {
		k.x[i] += a * d[i]
		for j := range i + 1 {
			k.p[i][j] += a*(all.p[i][j]-k.p[i][j]) + a*(1-a)*d[i]*d[j]
		}
	}
	k.p.mirror()
}

// shift moves the phase by dx and the frequency by dy.
func (k *kalman) shift(dx, dy float64) {
	k.x[phase] += dx
	k.x[frequency] += dy
}

// mirror makes the upper half equal to the lower one.
func (m *matrix) mirror() {
	for i := range m {
		for j := range i {
			m[j][i] = m[i][j]
		}
	}
}

func dot(a, b *vector) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
