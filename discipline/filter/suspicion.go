package filter

import "math"

// A receiver's fault and a crystal's look different: when the receiver jumps,
// the measurements lie off the estimate by a constant; when the crystal's
// frequency jumps, they leave it ever further.
const (
	suspects     = 4    // outliers in a row that tell the two apart …
	mostSuspects = 8    // … and this many when some of them are spikes
	earlier      = 12   // measurements before them that are asked
	agree        = 5.0  // standard deviations within which they are in line
	noisy        = 2.0  // times the noise; above it the noise may have changed …
	apart        = 4.0  // … unless they are this many times further off than out of line,
	certain      = 8.0  // or their slope is this many times what that makes of it
	clearly      = 10.0 // twice the logarithm of the likelihood ratio that tells a ramp from a step
	repeated     = 4.0  // standard deviations within which an outlier is where the one before was
)

// suspicion is the newest outliers in a row: how far each was off the estimate.
type suspicion struct {
	off [mostSuspects]point
	n   int
}

func (s *suspicion) clear() { s.n = 0 }

func (s *suspicion) add(p point) {
	if s.n == mostSuspects {
		copy(s.off[:], s.off[1:])
		s.n--
	}
	s.off[s.n] = p
	s.n++
}

// line is off = at + slope·(t − end), where end is the moment of the newest.
type line struct {
	at, slope float64
	n         int     // outliers in line
	worst     float64 // the largest residual of those
	spread    float64 // s², sum of the squares of their moments about the mean
}

// line finds the line that most of the outliers agree with to within so much; it
// is none when fewer than three of four do.
func (s *suspicion) line(within float64) (l line, ok bool) {
	if s.n < suspects {
		return l, false
	}
	points := s.off[:s.n]
	var best [mostSuspects]bool
	most, least := 0, math.Inf(1)
	for i, a := range points {
		for _, b := range points[i+1:] {
			var in [mostSuspects]bool
			n, sum, slope := 0, 0.0, (b.z-a.z)/(b.t-a.t)
			for k, p := range points {
				if off := math.Abs(p.z - a.z - slope*(p.t-a.t)); off < within {
					in[k], n, sum = true, n+1, sum+off
				}
			}
			if n > most || n == most && sum < least {
				best, most, least = in, n, sum
			}
		}
	}
	if most < suspects || 4*most < 3*s.n {
		return l, false
	}
	l = s.through(best, float64(most))
	l.n = most
	return l, l.worst < within
}

// through fits a line to n of the outliers by least squares.
func (s *suspicion) through(in [mostSuspects]bool, n float64) (l line) {
	var t, z, tz float64
	for i := range s.n {
		if in[i] {
			t += s.off[i].t / n
			z += s.off[i].z / n
		}
	}
	for i := range s.n {
		if p := s.off[i]; in[i] {
			l.spread += (p.t - t) * (p.t - t)
			tz += (p.t - t) * (p.z - z)
		}
	}
	l.slope = tz / l.spread
	for i := range s.n {
		if p := s.off[i]; in[i] {
			l.worst = math.Max(l.worst, math.Abs(p.z-z-l.slope*(p.t-t)))
		}
	}
	l.at = z + l.slope*(s.off[s.n-1].t-t)
	return l
}

// kind is what is behind outliers in a row.
type kind int8

const (
	unknown kind = iota
	crystals
	receivers
)

// judge tells what is behind a line of outliers, held against the line through x, now, that
// rises by y; calm says that the noise, sigma, is what it was.
func (f *Filter) judge(l line, x, y, sigma float64, calm bool) (kind, cause) {
	var h history
	h.recall(f, f.suspicion.n+earlier, x, y)
	step, ramp := h.explain(sigma)
	switch {
	case math.Abs(step.cost-ramp.cost) < clearly && f.suspicion.n < mostSuspects:
	case ramp.cost < step.cost && ramp.at < 0 && l.n == suspects && f.suspicion.n < mostSuspects: // interrupts that wait may look like that
	case ramp.cost < step.cost && (calm || math.Abs(l.slope)*math.Sqrt(l.spread) > certain*l.worst):
		return crystals, ramp
	case ramp.cost >= step.cost && (calm || math.Abs(l.at) > apart*l.worst):
		return receivers, step
	}
	return unknown, cause{}
}

// middle is the median of the outliers, and the median of how far they are from it.
func (s *suspicion) middle() (m, scatter float64) {
	var v [mostSuspects]float64
	for i := range s.n {
		v[i] = s.off[i].z
	}
	m = median(v[:s.n])
	for i := range s.n {
		v[i] = math.Abs(s.off[i].z - m)
	}
	return m, median(v[:s.n])
}

// suspect looks for what is behind outliers in a row, of which p is the newest.
func (f *Filter) suspect(p point, floor float64) {
	s, sigma := &f.suspicion, f.Noise
	x, y := f.trusted()
	s.add(point{p.t, p.z - x})
	if l, ok := s.line(agree * sigma); ok {
		switch k, c := f.judge(l, x, y, sigma, f.recent.noise(2*suspects) < noisy*sigma); k {
		case crystals:
			f.shape.drop(s.n)
			f.back()
			f.bank.shift(c.at, c.slope)
			f.inflate(sigma*sigma, sigma*sigma)
			return
		case receivers:
			f.shape.drop(s.n)
			f.back()
			f.jump.begin(f, l.at, sigma)
			return
		}
	}
	if s.n < mostSuspects {
		return
	}
	if m, scatter := s.middle(); math.Abs(m) > apart*scatter {
		f.shape.drop(s.n)
		f.back()
		f.jump.begin(f, m, math.Max(sigma, scatter/normalMedian))
		return
	}
	f.changed(rose, floor) // they are no outliers
	s.clear()
}

func (f *Filter) inflate(variance, variance2 float64) {
	f.bank.inflate(variance, variance2)
	f.suspicion.clear()
	f.memory.turn(f.X, f.age)
	f.swings = swings{}
}

// Scattered reports whether the newest measurement was not believed, and lies nowhere near those before it
// that were not believed either.
func (f *Filter) Scattered() bool {
	s := &f.suspicion
	if f.jump.on || f.OutlierRun == 0 || s.n != min(f.OutlierRun, mostSuspects) {
		return false
	}
	for i := 1; i < s.n; i++ {
		if math.Abs(s.off[i].z-s.off[i-1].z) < repeated*f.Noise {
			return false
		}
	}
	return true
}

// repeats reports whether the measurement p lies where the outlier before it did,
// which is no evidence for the bank, however wide it has become in a gap.
func (s *suspicion) repeats(off, noise float64) bool {
	return s.n > 0 && math.Abs(off) > agree*noise && math.Abs(off-s.off[s.n-1].z) < repeated*noise
}
