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
	late   [recentMost]float64 // s, how late each was against the prediction
	n      int                 // of all that were added
	usual  float64             // s, what noise has been on average
	after  int                 // n when it changed
}

const (
	recentMost = 64
	recentFew  = 24
	usualFor   = 16  // times that the average goes back over
	often      = 16  // measurements after which the noise is looked at again
	soon       = 4   // and the last few of them
	quieter    = 0.4 // than usual is a change,
	louder     = 2.0 // or louder
	muchLouder = 3.5 // where the last few are all that shows it

	earlierOf   = 16 // measurements that show two places …
	earlierSeen = 5  // … between which they change so often; a spike or two are none
)

// change is what became of the noise.
type change int8

const (
	same change = iota
	rose
	fell
)

// change reports whether the noise is no longer what it was. After a change
// nothing is compared until the measurements from before are gone.
func (r *recent) change() change {
	now := same
	switch {
	case r.n < r.after+recentMost || r.n%soon != 0:
	case r.usual > 0 && r.noise(recentFew) > muchLouder*r.usual:
		now = rose
	case r.n%often != 0:
	default:
		now = r.compare(r.noise(recentMost))
	}
	if now == rose && r.heaped() {
		return same
	}
	if now != same {
		r.usual, r.after = 0, r.n
	}
	return now
}

// heaped reports whether the measurements are no noisier than usual, but in two places.
func (r *recent) heaped() bool { return r.within() < louder*r.usual }

// within is the noise within two places where the measurements lie, infinite where they do not.
func (r *recent) within() float64 {
	values := r.late
	if h := split(values[:]); r.n >= recentMost && h.crisp() {
		return h.sigma
	}
	return math.Inf(1)
}

// compare holds noise against the usual one, and has it count as usual.
func (r *recent) compare(noise float64) change {
	switch {
	case r.usual == 0:
		r.usual = noise
	case noise < quieter*r.usual:
		return fell
	case noise > louder*r.usual:
		return rose
	}
	r.usual += (noise - r.usual) / usualFor
	return same
}

// earlier is how much earlier than the estimate those of two places are that it does not lie in, where anybody
// sees two and the last few came at either now and then; in s, else 0.
func (r *recent) earlier() float64 {
	var values [earlierOf]float64
	n := min(r.n, earlierOf)
	for i := range n {
		values[i] = r.late[(r.n-n+i)%recentMost]
	}
	h := split(values[:n])
	middle := h.early + h.apart/2
	if !h.crisp() || middle > 0 {
		return 0
	}
	changes := 0
	for i := r.n - n + 1; i < r.n; i++ {
		if (r.late[i%recentMost] > middle) != (r.late[(i-1)%recentMost] > middle) {
			changes++
		}
	}
	if float64(changes) < interleaved*2*float64(n)*h.share*(1-h.share) || changes < earlierSeen {
		return 0
	}
	return math.Abs(h.early)
}

func (r *recent) add(p point, late float64) {
	r.points[r.n%recentMost], r.late[r.n%recentMost] = p, late
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

// noise returns the rms of the last few measurements' errors, from how far each is off
// the line through its neighbours (the second difference, where they are
// evenly spaced): whatever the frequency is, and with the median, whatever a
// few spikes are.
func (r *recent) noise(few int) float64 {
	var off [recentMost]float64
	n := 0
	first := max(r.n-few, 0)
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
	return median(off[:n]) / normalMedian
}

// error returns the rms of how far the last few were off the prediction: it
// knows less of a moving phase, and more of spikes, of which each is one here.
func (r *recent) error(few int) float64 {
	var off [recentMost]float64
	few = min(few, r.n, recentMost)
	for i := range few {
		off[i] = math.Abs(r.late[(r.n-1-i)%recentMost])
	}
	return median(off[:few]) / normalMedian
}

// rms returns a rough idea of the noise. Few measurements tell it badly, so it is
// taken for larger.
func (r *recent) rms(few int) float64 {
	return min(r.noise(few), r.error(few), r.within()) * (1 + roughLeast/float64(few+1))
}

// lateness returns the median of how late the last few were against the
// prediction, and the share of them that was late at all.
func (r *recent) lateness(few int) (middle, share float64) {
	var late [recentMost]float64
	few = min(few, r.n, recentMost)
	for i := range few {
		late[i] = r.late[(r.n-1-i)%recentMost]
		if late[i] > 0 {
			share += 1 / float64(few)
		}
	}
	return median(late[:few]), share
}

func median(v []float64) float64 {
	slices.Sort(v)
	return v[len(v)/2]
}
