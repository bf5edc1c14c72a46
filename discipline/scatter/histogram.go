package scatter

import (
	"math"
	"slices"
)

// Summary is what a histogram is of.
type Summary struct {
	Count int
	Mean  float64 // s
	RMS   float64 // about the mean, s
}

// Bar counts the values in [From, To).
type Bar struct {
	From, To float64 // s
	Count    int
}

// Limits of the histogram.
const (
	core     = 5  // standard deviations about the median that have bars of one width …
	coreBars = 24 // … and about how many of these there are
)

// normal is the interquartile range of a normal distribution in standard
// deviations of it.
const normal = 1.349

// Histogram counts values, of which NaN is none, in bars of one round width about
// their median; what lies far off is in the first and the last bar, which are as
// wide as need be. It sorts what it is given.
func Histogram(values []float32) (s Summary, bars []Bar) {
	known := slices.DeleteFunc(values, func(v float32) bool { return v != v })
	s = summary(known)
	if s.Count == 0 {
		return s, nil
	}
	slices.Sort(known)
	lowest, highest := float64(known[0]), float64(known[len(known)-1])
	quantile := func(p float64) float64 { return float64(known[int(p*float64(len(known)-1))]) }
	sigma := (quantile(0.75) - quantile(0.25)) / normal
	if sigma == 0 { // more than half are the same: stamps of a coarse clock
		sigma = (highest - lowest) / (2 * core)
	}
	width := round(2 * core * sigma / coreBars)
	from := math.Floor((quantile(0.5)-core*sigma)/width) * width
	from = max(from, math.Floor(lowest/width)*width)
	return s, count(known, from, width)
}

// count fills bars from the sorted values.
func count(known []float32, from, width float64) (bars []Bar) {
	highest := float64(known[len(known)-1])
	first := int64(math.Round(from / width))
	n, _ := slices.BinarySearch(known, float32(from))
	if n > 0 {
		bars = append(bars, Bar{From: float64(known[0]), To: from, Count: n})
	}
	for i := first; n < len(known); i++ {
		b := Bar{From: float64(i) * width, To: float64(i+1) * width}
		if i-first == coreBars+1 && b.To <= highest {
			b.To = float64(math.Nextafter32(float32(highest), math.MaxFloat32))
		}
		for ; n < len(known) && float64(known[n]) < b.To; n++ {
			b.Count++
		}
		bars = append(bars, b)
	}
	return bars
}

func summary(known []float32) (s Summary) {
	sum, squares := 0.0, 0.0
	for _, v := range known {
		sum += float64(v)
	}
	if s.Count = len(known); s.Count == 0 {
		return s
	}
	s.Mean = sum / float64(s.Count)
	for _, v := range known {
		squares += (float64(v) - s.Mean) * (float64(v) - s.Mean)
	}
	s.RMS = math.Sqrt(squares / float64(s.Count))
	return s
}

// finest is the least width of a bar: the kernel stamps in nanoseconds.
const finest = 1e-9

// round returns 1, 2 or 5 times a power of ten that is not less than w.
func round(w float64) float64 {
	if w <= finest {
		return finest
	}
	unit := math.Pow(10, math.Floor(math.Log10(w)))
	for _, f := range []float64{1, 2, 5} {
		if w <= f*unit {
			return f * unit
		}
	}
	return 10 * unit
}
