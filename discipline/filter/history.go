package filter

import (
	"math"
	"slices"
)

// history is how far the newest measurements were off the estimate's line, oldest first.
type history struct {
	off [remembered]point
	n   int
}

const (
	remembered = 32   // measurements
	long       = 1e3  // s, before which a ramp does not begin
	most       = 25.0 // variances that one measurement counts for at most: it may be a spike
)

// recall takes the last few, as they are off the line through x, now, that rises by
// y; those from before a jump hypothesis are left out.
func (h *history) recall(f *Filter, few int, x, y float64) {
	r := &f.recent
	began := math.Inf(-1)
	if f.jump.on {
		began = f.age - f.jump.age
	}
	for i := max(r.n-min(few, remembered), 0); i < r.n; i++ {
		if p := r.points[i%recentMost]; p.t >= began {
			h.off[h.n] = point{p.t, p.z - x - y*(p.t-f.age) + f.Delay}
			h.n++
		}
	}
}

// cause is what may explain a history: a step, or a ramp of that slope, which has led to at.
type cause struct {
	at, slope float64
	cost      float64 // of what it leaves unexplained, in units of the noise, squared
	before    int     // measurements before it
}

// explain returns the step and the ramp, from any moment on, that explain it best.
func (h *history) explain(sigma float64) (step, ramp cause) {
	step.cost, ramp.cost = math.Inf(1), math.Inf(1)
	steps := h.steps()
	sum := 0.0
	for first, d := range steps[:h.n] {
		if first > 0 {
			sum += cost(h.off[first-1].z, sigma)
		}
		began, slope := h.ramp(first, sigma)
		left, rest := sum, sum
		for i := first; i < h.n && left < step.cost; i++ { // costs are not negative
			left += cost(h.off[i].z-d, sigma)
		}
		for i := first; i < h.n && rest < ramp.cost; i++ {
			rest += cost(h.off[i].z-slope*(h.off[i].t-began), sigma)
		}
		if left < step.cost {
			step = cause{at: d, cost: left, before: first}
		}
		if rest < ramp.cost {
			ramp = cause{slope * (h.off[h.n-1].t - began), slope, rest, first}
		}
	}
	return step, ramp
}

// steps is for each measurement the median from there on.
func (h *history) steps() (medians [remembered]float64) {
	var v [remembered]float64 // in order
	for i := h.n - 1; i >= 0; i-- {
		n := h.n - i
		at, _ := slices.BinarySearch(v[:n-1], h.off[i].z)
		copy(v[at+1:n], v[at:n-1])
		v[at] = h.off[i].z
		medians[i] = v[n/2]
	}
	return medians
}

// ramp is the best one that begins between first and the one before, if there is one.
func (h *history) ramp(first int, sigma float64) (began, slope float64) {
	points := h.off[first:h.n]
	least, latest := points[0].t-long, points[0].t
	if first > 0 {
		least = h.off[first-1].t
	}
	if len(points) == 1 {
		return least, points[0].z / (latest - least)
	}
	at, slope := steady(points, sigma)
	began = math.Max(least, math.Min(latest, points[0].t-at/slope)) // NaN and infinity are of no slope
	if math.IsNaN(began) {
		began = latest
	}
	var tz, tt float64
	for _, p := range points {
		if t := p.t - began; math.Abs(p.z-slope*t) < agree*sigma {
			tz, tt = tz+p.z*t, tt+t*t
		}
	}
	if tt > 0 {
		slope = tz / tt
	}
	return began, slope
}

// steady is a line through points, at + slope·(t − the first): the medians of what pairs
// that are far apart say, and then the least squares of those that agree with it.
func steady(points []point, sigma float64) (at, slope float64) {
	var v [remembered]float64
	n, apart := len(points), len(points)/2
	for i := range n - apart {
		a, b := points[i], points[i+apart]
		v[i] = (b.z - a.z) / (b.t - a.t)
	}
	slope = median(v[:n-apart])
	for i, p := range points {
		v[i] = p.z - slope*(p.t-points[0].t)
	}
	at = median(v[:n])
	var m, t, z, tt, tz float64
	for _, p := range points {
		if d := p.t - points[0].t; math.Abs(p.z-at-slope*d) < agree*sigma {
			m, t, z, tt, tz = m+1, t+d, z+p.z, tt+d*d, tz+d*p.z
		}
	}
	if spread := m*tt - t*t; spread > 0 {
		slope = (m*tz - t*z) / spread
		at = (z - slope*t) / m
	}
	return at, slope
}

func cost(off, sigma float64) float64 { return min(off*off/(sigma*sigma), most) }
