package filter

import "math"

// The crystal's wander is not known, and changes: so there is a Kalman filter
// for each of several wanders, weighted by how well it has predicted.
const (
	wanders     = 16
	leastWander = 4e-12 // per √s; each next one is twice as large
	usualWander = 1e-9
	fewOctaves  = 3
)

// prior is the probability of a wander before anything is measured: most
// crystals are near the usual one.
func prior(wander float64) float64 {
	octaves := math.Log2(wander/usualWander) / fewOctaves
	return 1 / (1 + octaves*octaves)
}

// switching is the probability that the wander changes to any other from one
// measurement to the next. It keeps each filter ready to be the right one.
const switching = 1.0 / 4000

// negligible is a probability of having been another filter that is left out.
const negligible = 1e-4

// bank is filters that differ in their wander and share one belief of the
// noise: an interacting-multiple-model estimator (Blom & Bar-Shalom 1988).
type bank struct {
	filters [wanders]kalman
	noise   noise
	all     kalman  // mean and covariance of all filters, of the likely wander
	share   float64 // probability that the newest measurement is no outlier
}

// start places all filters at the phase z, with the variances of the phase and
// of the frequency y.
func (b *bank) start(z, variance, y, variance2 float64) {
	sum := 0.0
	for i := range b.filters {
		k := &b.filters[i]
		w := math.Ldexp(leastWander, i)
		*k = kalman{wander: w, prior: prior(w)}
		sum += k.prior
		k.x[phase], k.x[frequency] = z, y
		k.p[phase][phase], k.p[frequency][frequency] = variance, variance2
		for j := coefficients; j < states; j++ {
			k.p[j][j] = perDegree * perDegree
		}
	}
	for i := range b.filters {
		k := &b.filters[i]
		k.prior /= sum
		k.weight = k.prior
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
			for l := range d {
				b.all.p[j][l] += k.weight * (k.p[j][l] + d[j]*d[l])
			}
		}
	}
	b.all.wander = b.likely()
}

// predict lets dt seconds pass; that is linear, so that it does not matter
// whether the filters are pooled before or after.
func (b *bank) predict(dt float64, h *heat) {
	for i := range b.filters {
		b.filters[i].predict(dt, h)
	}
	b.all.predict(dt, h)
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

// mix lets the wander change, as seldom as it does: each filter leans to the
// others by the probability that it was one of them before.
func (b *bank) mix() {
	for i := range b.filters {
		k := &b.filters[i]
		any := switching * k.prior
		k.weight = (1-switching)*k.weight + any
		if a := any / k.weight; a > negligible {
			k.lean(a, &b.all)
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

// unsure adds to the variances of phase and frequency.
func (b *bank) unsure(variance, variance2 float64) {
	for i := range b.filters {
		b.filters[i].p[phase][phase] += variance
		b.filters[i].p[frequency][frequency] += variance2
	}
	b.pool()
}

// unlikely is the weight below which a filter does not count for what is
// claimed of the wander: mixing gives some to each, whatever has been measured.
const unlikely = 2e-3

// likely is the random walk of the frequency, per √s, rms over what it may be.
func (b *bank) likely() float64 {
	var sum, all float64
	for i := range b.filters {
		k := &b.filters[i]
		if w := k.weight; w > unlikely {
			sum += w * k.wander * k.wander
			all += w
		}
	}
	return math.Sqrt(sum / all)
}
