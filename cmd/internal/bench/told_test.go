//go:build bench

package bench

// told is the best filter there is for white jitter and a random walk of the
// frequency: a Kalman filter that is told both, on the same noise, with a clock
// that does at once what it is asked. Phases are in ns, rates in ns a second.
type told struct {
	noise, walk   float64 // variances
	phase         float64 // true, of the free-running oscillator
	x, y          float64 // estimate
	pxx, pxy, pyy float64
}

func newTold(jitter, walk float64) *told {
	walk *= 1e9
	return &told{noise: jitter * jitter, walk: walk * walk, pxx: 1e12, pyy: 1e12}
}

// second returns the clock's true offset at the pulse, as the filter would
// have steered it, and the error of the estimate. The rate is constant within
// a second and then steps, so that Q = q² [[0, 0], [0, 1]].
func (f *told) second(s second) (offset, estimate float64) {
	offset = f.phase - f.x
	if !s.lost {
		louder := max(s.louder, 1)
		nu, v := f.phase+s.late-f.x, f.pxx+f.noise*louder*louder
		kx, ky := f.pxx/v, f.pxy/v
		f.x += kx * nu
		f.y += ky * nu
		f.pyy -= ky * f.pxy
		f.pxy *= 1 - kx
		f.pxx *= 1 - kx
	}
	estimate = f.phase - f.x
	f.phase += s.rate * 1e9
	f.x += f.y
	f.pxx += 2*f.pxy + f.pyy
	f.pxy += f.pyy
	f.pyy += f.walk
	return offset, estimate
}
