package filter

import (
	"math"
	"slices"
)

// point is a measurement z at a moment t, both in seconds.
type point struct{ t, z float64 }

// recent is the newest measurements, in no order but a ring's.
type recent struct {
	points [recentMost]point
	n      int     // of all that were added
	usual  float64 // s, what noise has been on average
}

const (
	recentMost = 64
	usualFor   = 16  // times that the average goes back over
	often      = 16  // measurements after which the noise is looked at again
	quieter    = 0.5 // than usual is a change
	louder     = 2.0
)

// changed tells whether the noise is no longer what it was.
func (r *recent) changed() bool {
	if r.n%often != 0 || r.n < recentMost {
		return false
	}
	now := r.noise()
	if r.usual == 0 {
		r.usual = now
	}
	if now < quieter*r.usual || now > louder*r.usual {
		r.usual = 0
		return true
	}
	r.usual += (now - r.usual) / usualFor
	return false
}

func (r *recent) add(p point) {
	r.points[r.n%recentMost] = p
	r.n++
}

// shift moves the origin of the phase by d.
func (r *recent) shift(d float64) {
	for i := range r.points {
		r.points[i].z -= d
	}
}

// normalMedian is the median of the absolute value of a normal variable of
// variance 1.
const normalMedian = 0.6745

// noise returns the rms of the measurements' errors, from how far each is off
// the line through its neighbours (the second difference, where they are
// evenly spaced): whatever the frequency is, and with the median, whatever a
// few spikes are.
func (r *recent) noise() float64 {
	var off [recentMost]float64
	n := 0
	first := max(r.n-recentMost, 0)
	for i := first + 1; i < r.n-1; i++ {
		p, q, s := r.points[(i-1)%recentMost], r.points[i%recentMost], r.points[(i+1)%recentMost]
		a, b := q.t-p.t, s.t-q.t
		if a <= 0 || b <= 0 {
			continue
		}
		wa, wb := b/(a+b), a/(a+b)
		off[n] = math.Abs(q.z-wa*p.z-wb*s.z) / math.Sqrt(1+wa*wa+wb*wb)
		n++
	}
	if n == 0 {
		return initialNoise
	}
	slices.Sort(off[:n])
	return off[n/2] / normalMedian
}
