package scatter

import "math"

// Deviation is the Allan deviation for one averaging time.
type Deviation struct {
	Tau   float64 // s
	Sigma float64 // dimensionless: of the frequency
}

// share is which part of all that is known the averaging time may be: with less
// than four of them one after another a deviation says little.
const share = 4

// fewest is how many second differences make a deviation.
const fewest = 16

// Allan returns the overlapping Allan deviation of a clock whose phase x, in
// seconds, was measured every second, for averaging times of 1, 2, 4, … seconds:
//
//	σ²(mτ₀) = Σ (x[i+2m] − 2 x[i+m] + x[i])² / (2 (mτ₀)² n)
//
// over all n of these differences; W. J. Riley, Handbook of Frequency Stability
// Analysis, NIST SP 1065 (2008), 5.2.4. A difference that lacks a measurement
// (NaN) does not count.
func Allan(x []float32) (all []Deviation) {
	for m := 1; m*share <= len(x); m *= 2 {
		sum, n := 0.0, 0
		for i := range len(x) - 2*m {
			d := float64(x[i+2*m]) - 2*float64(x[i+m]) + float64(x[i])
			if math.IsNaN(d) {
				continue
			}
			sum += d * d
			n++
		}
		if n < fewest {
			continue
		}
		tau := float64(m)
		all = append(all, Deviation{Tau: tau, Sigma: math.Sqrt(sum/(2*float64(n))) / tau})
	}
	return all
}
