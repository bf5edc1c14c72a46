package simulation

import "math"

// Limit is how right a loop can be at best: the standard deviation of what the
// Kalman filter predicts for a pulse, in the steady state, in the unit of
// jitter and, for each second, of walk. The phase grows by the frequency each
// second, the frequency by a normal number of standard deviation walk, and the
// pulse shows the phase with white jitter.
//
// With a and b the gains for phase and frequency, the discrete Riccati equation
// says b = a²/(2−a) and b² = (walk/jitter)²·(1−a), and the variance of the
// prediction is jitter²·a/(1−a). With 1−a = u², the first two are
// (s²−4)/s = walk/jitter for s = u + 1/u. While walk ≪ jitter the result is
// 1.19·walk^¼·jitter^¾.
func Limit(jitter, walk float64) float64 {
	ratio := walk / jitter
	s := (ratio + math.Sqrt(ratio*ratio+16)) / 2
	u := (s - math.Sqrt(s*s-4)) / 2
	return jitter * math.Sqrt(1-u*u) / u
}
