package simulation

import (
	"math"
	"slices"
)

// moments returns the mean, the rms and the standard deviation of v; NaN when
// it is empty.
func moments(v []float64) (mean, rms, std float64) {
	n := float64(len(v))
	for _, x := range v {
		mean += x / n
	}
	for _, x := range v {
		rms += x * x / n
		std += (x - mean) * (x - mean) / n
	}
	if n == 0 {
		return math.NaN(), math.NaN(), math.NaN()
	}
	return mean, math.Sqrt(rms), math.Sqrt(std)
}

func absolute(v []float64) []float64 {
	abs := make([]float64, len(v))
	for i, x := range v {
		abs[i] = math.Abs(x)
	}
	return abs
}

// quantile returns the least of v that at least a share of them does not
// exceed; NaN when it is empty. NaN among v counts as greater than all.
func quantile(v []float64, share float64) float64 {
	if len(v) == 0 {
		return math.NaN()
	}
	sorted := slices.Clone(v)
	for i, x := range sorted {
		if math.IsNaN(x) {
			sorted[i] = math.Inf(1)
		}
	}
	slices.Sort(sorted)
	x := sorted[max(int(math.Ceil(share*float64(len(v)))), 1)-1]
	if math.IsInf(x, 1) {
		return math.NaN()
	}
	return x
}

// Median joins the figures of several seeds: the median of each, but the sum of
// the lies, and the rms of the errors at the end of a loss, which have a sign.
func Median(all []Figures) (f Figures) {
	for i := range f {
		var v []float64
		for _, one := range all {
			v = append(v, one[i])
		}
		switch Figure(i) {
		case Lies:
			for _, n := range v {
				f[i] += n
			}
		case LossError:
			_, f[i], _ = moments(v)
		default:
			f[i] = quantile(v, 0.5)
		}
	}
	return f
}
