package filter

// States of the oscillator: phase, frequency without what temperature does to
// it, and what each of the heat's shapes does to the frequency.
const (
	phase = iota
	frequency
	coefficients
	states = coefficients + shapes
)

type (
	vector [states]float64
	matrix [states]vector // symmetric
)

// kalman is a Kalman filter for one wander (Galleani & Tavella 2010, equations
// 8 to 12, without white frequency noise), with the coefficients of temperature
// as constants beside it.
type kalman struct {
	x      vector
	p      matrix
	wander float64 // random walk of the frequency, per √s
	weight float64 // probability that this wander is the right one …
	prior  float64 // … before anything was measured
}

// predict lets dt seconds pass, at temperature h.
func (k *kalman) predict(dt float64, h *heat) {
	f := vector{phase: 1, frequency: dt}
	for i, u := range h.shape {
		f[coefficients+i] = u * dt
	}
	k.x[phase] = dot(&f, &k.x)
	var pf vector
	for i := range pf {
		pf[i] = dot(&f, &k.p[i])
	}
	q := k.wander * k.wander
	k.p[phase][phase] = dot(&f, &pf) + q*dt*dt*dt/3
	for i := frequency; i < states; i++ {
		k.p[phase][i], k.p[i][phase] = pf[i], pf[i]
	}
	k.p[phase][frequency] += q * dt * dt / 2
	k.p[frequency][phase] = k.p[phase][frequency]
	k.p[frequency][frequency] += q * dt
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
		for j := range gain {
			k.p[i][j] -= gain[i] * gain[j] * learnt
		}
	}
}

// lean moves the filter by the share a towards all of them.
func (k *kalman) lean(a float64, all *kalman) {
	var d vector
	for i := range d {
		d[i] = all.x[i] - k.x[i]
	}
	for i := range d {
		k.x[i] += a * d[i]
		for j := range d {
			k.p[i][j] += a*(all.p[i][j]-k.p[i][j]) + a*(1-a)*d[i]*d[j]
		}
	}
}

// shift moves the phase by dx and the frequency by dy.
func (k *kalman) shift(dx, dy float64) {
	k.x[phase] += dx
	k.x[frequency] += dy
}

func dot(a, b *vector) (sum float64) {
	for i := range a {
		sum += a[i] * b[i]
	}
	return sum
}
