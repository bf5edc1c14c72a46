package filter

import "math"

// noise is what is believed of the errors of the measurements: a normal part,
// a delay that is never negative (an interrupt waits, it is never early) and
// is exponentially distributed, and outliers, which are anywhere.
type noise struct {
	sigma    float64 // s rms of the normal part
	delay    float64 // s, mean of the exponential part; 0 when there is none
	outliers float64 // share of the outliers
}

const (
	fewestOutliers = 1e-3
	mostOutliers   = 0.4
	anywhere       = 100 // half of the outliers are spread over so many times what is expected …
	loaded         = 10  // … and the others are late by so many times of it
	farTail        = 30  // standard deviations beyond which the normal tail is taken for its asymptote
)

// verdict is what a measurement means to one filter.
type verdict struct {
	likelihood float64 // density of the measurement, 1/s
	share      float64 // probability that it is no outlier
	late       float64 // s, how late it was but for its likely delay
	doubt      float64 // s², variance of that delay
	delay      float64 // s, the likely delay
}

// judge weighs a measurement that was late by nu (the innovation, negative:
// the later a pulse is stamped, the smaller UTC is against the stamp), where
// the prediction has the variance p. Given that, the delay is normal about
// nu − s²/delay, cut off at 0, whose moments are those of Barr & Sherrill 1999.
func (n *noise) judge(nu, p float64) (v verdict) {
	s2 := p + n.sigma*n.sigma
	s := math.Sqrt(s2)
	v.late = nu
	var inlier float64
	if n.delay == 0 {
		inlier = math.Exp(-nu*nu/(2*s2)) / (s * math.Sqrt(2*math.Pi))
	} else {
		mean := nu - s2/n.delay
		a := -mean / s
		tail := math.Erfc(a/math.Sqrt2) / 2
		hazard := math.Exp(-a*a/2) / math.Sqrt(2*math.Pi) / tail
		if a < farTail {
			inlier = tail / n.delay * math.Exp(s2/(2*n.delay*n.delay)-nu/n.delay)
		} else {
			hazard = a + 1/a
			inlier = math.Exp(-nu*nu/(2*s2)) / math.Sqrt(2*math.Pi) / (n.delay * hazard)
		}
		v.delay = mean + s*hazard
		v.doubt = math.Max(s2*(1+a*hazard-hazard*hazard), 0)
		v.late -= v.delay
	}
	inlier *= 1 - n.outliers
	v.likelihood = inlier + n.outliers*stray(nu, s+n.delay)
	v.share = inlier / v.likelihood
	return v
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
func (n *noise) rms() float64 { return math.Hypot(n.sigma, n.delay) }
