package filter

import "math"

// noise is what is believed of the errors of the measurements: a normal part,
// a delay that is never negative (an interrupt waits, it is never early), a share
// that is later than the others by a constant, and outliers, which are anywhere.
type noise struct {
	sigma    float64 // s rms of the normal part
	delay    float64 // s, mean of the delay; 0 when there is none
	stages   int     // the delay is the sum of this many exponential ones (an Erlang distribution), or evenly
	mode     float64 // s, by which a share of the measurements is later than the others; 0 when none is
	share    float64 // that share
	outliers float64 // share of the outliers
}

// evenly is the number of stages of a delay that is spread evenly from 0 to twice
// its mean, as where a bus is polled.
const (
	evenly = 0
	none   = -1 // there is no delay
)

const (
	fewestOutliers = 1e-3
	mostOutliers   = 0.4
	anywhere       = 100 // half of the outliers are spread over this many times what is expected …
	loaded         = 10  // … and the others are late by this many times of it
	farTail        = 30  // standard deviations beyond which the normal tail is taken for its asymptote
	nowhere        = 9   // standard deviations beyond which a distribution that ends has nothing to say
)

// verdict is what a measurement means to one filter.
type verdict struct {
	likelihood float64 // density of the measurement, 1/s
	share      float64 // probability that it is no outlier
	late       float64 // s, how late it was but for its likely delay, if it is no outlier
	doubt      float64 // s², variance of that delay
	stretch    float64 // slope of the logarithm of the density by that of the delay, if it is no outlier
	later      float64 // probability that it is one of the later ones, if it is no outlier …
	apart      float64 // … and the slope of the logarithm of the density by that of the mode
}

// judge weighs a measurement that was late by nu (the innovation, negative:
// the later a pulse is stamped, the smaller UTC is against the stamp), where
// the prediction has the variance p.
func (n *noise) judge(nu, p float64) verdict {
	s := math.Sqrt(p + n.sigma*n.sigma)
	v := n.early(nu, s)
	switch {
	case n.mode == 0:
	case nu < n.mode-nowhere*s: // too early to be one of the later ones
		v.likelihood *= 1 - n.share
	default:
		v = n.either(v, n.early(nu-n.mode, s), s)
	}
	inlier := v.likelihood * (1 - n.outliers)
	v.likelihood = inlier + n.outliers*stray(nu, s+n.delay)
	v.share = inlier / v.likelihood
	return v
}

// early judges a measurement that is none of the later ones.
func (n *noise) early(nu, s float64) verdict {
	switch {
	case n.delay == 0:
		return verdict{likelihood: density(nu/s) / s, late: nu}
	case n.stages == evenly:
		return n.even(nu, s)
	}
	return n.staged(nu, s)
}

// staged judges by an Erlang distribution and a normal one of s rms. Given nu, the
// delay t has the density of t^(stages−1) times that of a normal variable about
// nu − s²·stages/delay, cut off at 0; the moments of that follow from each other by
// partial integration.
func (n *noise) staged(nu, s float64) (v verdict) {
	v.late = nu
	if nu < -nowhere*s {
		return v
	}
	rate := float64(n.stages) / n.delay
	u := nu/s - s*rate // where that normal variable has its middle, in standard deviations
	tail, hazard := upper(-u)
	if u > -farTail {
		v.likelihood = rate * tail * math.Exp(rate*(s*s*rate/2-nu))
	} else {
		v.likelihood = rate * density(nu/s) / hazard
	}
	ratio := moments(u, hazard, n.stages)
	for j := 1; j < n.stages; j++ {
		v.likelihood *= ratio[j] * s * rate / float64(j)
	}
	mean, next := ratio[n.stages]*s, ratio[n.stages+1]*s
	v.doubt = math.Max(mean*(next-mean), 0)
	v.late = nu - mean
	v.stretch = float64(n.stages) * (mean/n.delay - 1)
	return v
}

// even judges by an even distribution and a normal one of s rms. Given nu, the delay
// is normal about it, cut off at both ends.
func (n *noise) even(nu, s float64) (v verdict) {
	v.late = nu
	most := 2 * n.delay
	if nu < -nowhere*s || nu > most+nowhere*s {
		return v
	}
	a, b := -nu/s, (most-nu)/s
	inside := (math.Erf(b/math.Sqrt2) - math.Erf(a/math.Sqrt2)) / 2
	if a > 0 { // where both are almost 1
		inside = (math.Erfc(a/math.Sqrt2) - math.Erfc(b/math.Sqrt2)) / 2
	} else if b < 0 {
		inside = (math.Erfc(-b/math.Sqrt2) - math.Erfc(-a/math.Sqrt2)) / 2
	}
	first, last := density(a)/inside, density(b)/inside
	v.likelihood = inside / most
	v.late = (last - first) * s // nu less the mean of the delay
	v.doubt = math.Max(s*s*(1+a*first-b*last-(first-last)*(first-last)), 0)
	v.stretch = most/s*last - 1
	return v
}

const (
	mostStages = 4
	backwards  = 12 // steps after which nothing is left of the guess that they began with
)

const root2Pi = 2.5066282746310005024 // √(2π)

// density is that of a standard normal variable.
func density(a float64) float64 { return math.Exp(-a*a/2) / root2Pi }

// upper returns the probability that a standard normal variable is beyond a, and
// its density there divided by that.
func upper(a float64) (tail, hazard float64) {
	if a >= farTail {
		return 0, a + 1/a
	}
	tail = math.Erfc(a/math.Sqrt2) / 2
	return tail, density(a) / tail
}

// moments returns, for j up to stages+1, the moment j over the moment j−1 of a
// normal variable about u of variance 1 that is cut off at 0: with m the moments,
// m[j] = u·m[j−1] + (j−1)·m[j−2]. Where u is negative that takes the difference of
// two equals, but the other way round it is stable (Gautschi 1967).
func moments(u, hazard float64, stages int) (ratio [mostStages + 2]float64) {
	if u > -2 {
		ratio[1] = u + hazard
		for j := 2; j <= stages+1; j++ {
			ratio[j] = u + float64(j-1)/ratio[j-1]
		}
		return ratio
	}
	last := stages + 1 + backwards
	r := (u + math.Sqrt(u*u+4*float64(last))) / 2
	for j := last - 1; j >= 1; j-- {
		if r = float64(j) / (r - u); j <= stages+1 {
			ratio[j] = r
		}
	}
	return ratio
}

// stray is the density of an outlier that is late by nu, where about s is
// expected. Outliers are anywhere, but load makes more of them late than early,
// and not by much.
func stray(nu, s float64) float64 {
	density := 0.5 / (anywhere * s)
	if nu > 0 {
		density += 0.5 / (loaded * s) * math.Exp(-nu/(loaded*s))
	}
	return density
}

// rms is the noise of a measurement that is no outlier.
func (n *noise) rms() float64 {
	return math.Sqrt(n.sigma*n.sigma + n.delay*n.delay/narrow(n.stages))
}

// narrow is the square of the mean of a delay of this many stages over its variance.
func narrow(stages int) float64 {
	if stages == evenly {
		return 3
	}
	return float64(stages)
}
