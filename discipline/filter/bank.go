package filter

import "math"

// How the crystal's frequency changes is not known, and changes: so there is a
// Kalman filter for each of several ways, weighted by how well it has predicted.
// Most of them wander, and some of them drift, as in a room whose temperature
// goes up and down.
const (
	wanderModels     = 16
	leastWander      = 4e-12 // per √s; each next one is twice as large
	driftModels      = 4
	leastDriftWander = 4e-12 // per s·√s; each next one is 4 times as large
	driftModelWander = 1e-10 // per √s, of those that drift

	usualWander  = 1e-9
	fewOctaves   = 3.0
	driftsSeldom = 0.03 // probability that any of those is right
)

// models are the ways. Before anything is measured, wanders near the usual one
// are the likeliest.
func models() (all [wanderModels + driftModels]model) {
	sum := 0.0
	for i := range wanderModels {
		m := &all[i]
		m.wander = math.Ldexp(leastWander, i)
		octaves := math.Log2(m.wander/usualWander) / fewOctaves
		m.prior = 1 / (1 + octaves*octaves)
		sum += m.prior
	}
	for i := range wanderModels {
		all[i].prior *= (1 - driftsSeldom) / sum
	}
	for i := range driftModels {
		all[wanderModels+i] = model{driftModelWander, math.Ldexp(leastDriftWander, 2*i), driftsSeldom / driftModels}
	}
	return all
}

// switching is the probability that the model changes to any other from one
// measurement to the next. It keeps each filter ready to be the right one.
const switching = 1.0 / 6000

// negligible is a probability of having been another filter that is left out.
const negligible = 1e-4

// bank is filters that differ in their model and share one belief of the
// noise: an interacting-multiple-model estimator (Blom & Bar-Shalom 1988).
type bank struct {
	filters [wanderModels + driftModels]kalman
	noise   noise
	all     kalman  // mean and covariance of all filters, of the likely wander
	share   float64 // probability that the newest measurement is no outlier
}

// start places all filters at the phase z, with the variances of the phase and
// of the frequency y.
func (b *bank) start(z, variance, y, variance2 float64) {
	for i, m := range models() {
		k := &b.filters[i]
		*k = kalman{model: m, weight: m.prior}
		k.x[phase], k.x[frequency] = z, y
		k.p[phase][phase], k.p[frequency][frequency] = variance, variance2
		k.p[drift][drift] = m.driftWander * m.driftWander * driftLasts / 2
		for j := coefficients; j < states; j++ {
			k.p[j][j] = perDegree * perDegree
		}
	}
	b.share = 1
	b.pool()
}

// pool works out the mean and the covariance of all filters.
func (b *bank) pool() {
	b.all.x, b.all.p = vector{}, matrix{}
	for i := range b.filters {
		k := &b.filters[i]
		for j := range b.all.x {
			b.all.x[j] += k.weight * k.x[j]
		}
	}
	for i := range b.filters {
		k := &b.filters[i]
		var d vector
		for j := range d {
			d[j] = k.x[j] - b.all.x[j]
		}
		for j := range d {
			for l := range j + 1 {
				b.all.p[j][l] += k.weight * (k.p[j][l] + d[j]*d[l])
			}
		}
	}
	b.all.p.mirror()
	b.all.model = b.likely()
}

// predict lets dt seconds pass; that is linear, so that it does not matter
// whether the filters are pooled before or after.
func (b *bank) predict(dt float64, h *tempco) {
	jitter, uncertainty := h.jitter(b.all.x[coefficients]), h.uncertainty(b.all.x[coefficients])
	b.all.p[frequency][frequency] += uncertainty * h.late
	for dt > 0 {
		step := math.Min(dt, longStep)
		g := transitionOver(step, h, jitter)
		for i := range b.filters {
			b.filters[i].predict(&g)
		}
		b.all.predict(&g)
		b.all.p[frequency][frequency] += uncertainty * step // of the filters, each measurement tells how much they wander
		dt -= step
	}
}

// update takes a measurement z.
func (b *bank) update(z float64) {
	b.mix()
	sum, share := 0.0, 0.0
	for i := range b.filters {
		k := &b.filters[i]
		v := b.noise.judge(k.x[phase]-z, k.p[phase][phase])
		k.weight *= v.likelihood
		sum += k.weight
		share += k.weight * v.share
		k.update(v, b.noise.sigma)
	}
	for i := range b.filters {
		b.filters[i].weight /= sum
	}
	b.share = share / sum
	b.pool()
}

// mix lets the model change, as seldom as it does: each filter is mixed with the
// others by the probability that it was one of them before.
func (b *bank) mix() {
	for i := range b.filters {
		k := &b.filters[i]
		any := switching * k.prior
		k.weight = (1-switching)*k.weight + any
		if a := any / k.weight; a > negligible {
			k.mix(a, &b.all)
		}
	}
}

// shift moves the phase of all by dx and the frequency by dy.
func (b *bank) shift(dx, dy float64) {
	for i := range b.filters {
		b.filters[i].shift(dx, dy)
	}
	b.all.shift(dx, dy)
}

// inflate adds to the variances of phase and frequency.
func (b *bank) inflate(variance, variance2 float64) {
	for i := range b.filters {
		b.filters[i].p[phase][phase] += variance
		b.filters[i].p[frequency][frequency] += variance2
	}
	b.pool()
}

// place has all filters agree on the phase x and the frequency y.
func (b *bank) place(x, y float64) {
	for i := range b.filters {
		k := &b.filters[i]
		k.x[phase], k.x[frequency] = x, y
	}
}

// setCovariance sets the covariance of phase and frequency; they depend on nothing else
// any more.
func (b *bank) setCovariance(xx, xy, yy float64) {
	for i := range b.filters {
		p := &b.filters[i].p
		for j := range states {
			p[phase][j], p[j][phase], p[frequency][j], p[j][frequency] = 0, 0, 0, 0
		}
		p[phase][phase], p[frequency][frequency] = xx, yy
		p[phase][frequency], p[frequency][phase] = xy, xy
	}
	b.pool()
}

// unlikely is the weight below which a filter does not count for what is
// claimed of the model: mixing gives some to each, whatever has been measured.
const unlikely = 2e-3

// likely is the model that is likely, rms over those that it may be.
func (b *bank) likely() (m model) {
	var all float64
	for i := range b.filters {
		k := &b.filters[i]
		if w := k.weight; w > unlikely {
			m.wander += w * k.wander * k.wander
			m.driftWander += w * k.driftWander * k.driftWander
			all += w
		}
	}
	m.wander, m.driftWander = math.Sqrt(m.wander/all), math.Sqrt(m.driftWander/all)
	return m
}
