package filter

import "math"

// Spikes may have any distribution. A delay that explains them better than outliers or a mode do is none for
// that: the core of the innovations alone, where spikes are few, has to show it too.
const coreWidth = 4.0 // rms of the symmetric fit, to either side of its middle

// core is that part of the innovations, and what a pass has summed up of it.
type core struct {
	from, to float64 // s
	n        int     // innovations
	variance float64 // s², the sum of those of the predictions
}

// begin takes the symmetric fit's word for where it is.
func (c *core) begin(f *fit) {
	half := coreWidth * f.noise.rms()
	*c = core{from: f.place - half, to: f.place + half}
}

// add takes note of an innovation, and reports whether it is in the core.
func (c *core) add(i innovation) bool {
	if i.late < c.from || i.late > c.to {
		return false
	}
	c.n++
	c.variance += i.variance
	return true
}

// likelihood is the logarithm of the likelihood of the core under f, given that it is the core.
func (c *core) likelihood(f *fit) float64 {
	from, to := f.side*c.from-f.place, f.side*c.to-f.place
	if f.side < 0 {
		from, to = to, from
	}
	variance := c.variance / float64(max(c.n, 1))
	return f.pass.core - float64(c.n)*math.Log(f.noise.below(to, variance)-f.noise.below(from, variance))
}

// below is the integral of judge's likelihood, up to nu, from wherever: differences of it are
// probabilities.
func (n *noise) below(nu, p float64) float64 {
	s := math.Sqrt(p + n.sigma*n.sigma)
	inlier := n.belowInlier(nu, s)
	if n.mode > 0 {
		inlier += n.share * (n.belowInlier(nu-n.mode, s) - inlier)
	}
	return (1-n.outliers)*inlier + n.outliers*belowStray(nu, s+n.delay)
}

func (n *noise) belowInlier(nu, s float64) float64 {
	switch {
	case n.delay == 0:
		return cumulative(nu / s)
	case n.stages == evenly:
		most := 2 * n.delay
		return s / most * (integral(nu/s) - integral((nu-most)/s))
	}
	// The density f of a sum of k stages has the derivative rate·(that of k − 1 stages − f).
	sum, rate := cumulative(nu/s), float64(n.stages)/n.delay
	for k := range n.stages {
		part := noise{stages: k + 1, delay: float64(k+1) / rate}
		sum -= part.staged(nu, s).likelihood / rate
	}
	return sum
}

func cumulative(z float64) float64 { return math.Erfc(-z/math.Sqrt2) / 2 }

// integral is that of cumulative.
func integral(z float64) float64 { return z*cumulative(z) + density(z) }

// belowStray is the integral of stray.
func belowStray(nu, s float64) float64 {
	sum := 0.5 * nu / (anywhere * s)
	if nu > 0 {
		sum -= 0.5 * math.Expm1(-nu/(loaded*s))
	}
	return sum
}
