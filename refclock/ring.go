package refclock

import (
	"math"
	"slices"
	"time"
)

// ring holds the newest values of something.
type ring struct {
	values [pathRemembers]int64
	at, n  int
	fresh  int // values since someone last looked
}

func (r *ring) add(v int64) {
	r.values[r.at] = v
	r.at = (r.at + 1) % len(r.values)
	r.n = min(r.n+1, len(r.values))
	r.fresh++
}

func (r *ring) shift(d int64) {
	for i := range r.n {
		r.values[i] += d
	}
}

// last returns the newest n values, oldest first, as many as there are.
func (r *ring) last(n int) []int64 {
	n = min(n, r.n)
	all := make([]int64, 0, len(r.values))
	for i := range n {
		all = append(all, r.values[(r.at-n+i+len(r.values))%len(r.values)])
	}
	return all
}

// keep forgets all but the newest n values.
func (r *ring) keep(n int) {
	newest := r.last(n)
	*r = ring{}
	for _, v := range newest {
		r.add(v)
	}
}

// median of all values; 0 for none.
func (r *ring) median() int64 { return median(r.last(r.n)) }

// middle returns the mean without outliers, and how wrong it may be for the noise.
func (r *ring) middle() (mean, error time.Duration) {
	median, spread := r.scatter()
	var sum, n int64
	for _, v := range r.values[:r.n] {
		if off := time.Duration(v) - median; off.Abs() <= 4*spread {
			sum, n = sum+int64(off), n+1
		}
	}
	if n == 0 {
		return median, 0
	}
	return median + time.Duration(sum/n), time.Duration(pathSigmas * float64(spread) / math.Sqrt(float64(n)))
}

// newest returns the median of the newest n values and how wrong that may be.
func (r *ring) newest(n int) (middle, error time.Duration) {
	values := r.last(n)
	m := median(values)
	d := deviation(values, m)
	return time.Duration(m), time.Duration(2 * pathSigmas * medianError * d / math.Sqrt(max(float64(len(values)), 1)))
}

// scatter returns the median and the standard deviation, as robustly.
func (r *ring) scatter() (middle, spread time.Duration) {
	values := r.last(r.n)
	m := median(values)
	return time.Duration(m), time.Duration(deviation(values, m))
}

// medianError is how much larger the standard error of a median is than that of a mean, of
// normal noise: √(π/2).
const medianError = 1.2533

// median sorts values.
func median(values []int64) int64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	n := len(values)
	return (values[(n-1)/2] + values[n/2]) / 2
}

// deviation is the standard deviation by the median of the distances from m; it
// overwrites values.
func deviation(values []int64, m int64) float64 {
	for i, v := range values {
		values[i] = max(v-m, m-v)
	}
	return 1.4826 * float64(median(values))
}
