package filter

import "math"

// history is how far the newest measurements were off the estimate's line, oldest first.
type history struct {
	off [remembered]point
	n   int
}

const (
	remembered = 24   // measurements
	most       = 25.0 // variances that one measurement counts for at most: it may be a spike
)

// recall takes them from the newest, where the receiver has jumped by jump; those from before
// it has are left out.
func (h *history) recall(f *Filter, jump float64) {
	r := &f.recent
	began := math.Inf(-1)
	if f.ride.on {
		began = f.age - f.ride.age
	}
	for i := max(r.n-min(remembered, recentMost), 0); i < r.n; i++ {
		if p := r.points[i%recentMost]; p.t >= began {
			h.off[h.n] = point{p.t, p.z - f.X - f.Y*(p.t-f.age) - jump + f.Delay}
			h.n++
		}
	}
}

// turn is a change of the crystal: where it has led to, in s, and with which rate.
type turn struct{ at, slope float64 }

// explain returns how well a step and a ramp, from any moment on, explain what they show,
// as sums of squares in units of the noise, and the ramp.
func (h *history) explain(sigma float64) (step, ramp float64, c turn) {
	step, ramp = math.Inf(1), math.Inf(1)
	before := 0.0
	for first := range h.n {
		if first > 0 {
			before += cost(h.off[first-1].z, sigma)
			began, slope := h.ramp(first, sigma)
			sum := before
			for _, p := range h.off[first:h.n] {
				sum += cost(p.z-slope*(p.t-began), sigma)
			}
			if sum < ramp {
				ramp, c = sum, turn{slope * (h.off[h.n-1].t - began), slope}
			}
		}
		d, sum := h.step(first), before
		for _, p := range h.off[first:h.n] {
			sum += cost(p.z-d, sigma)
		}
		step = math.Min(step, sum)
	}
	return step, ramp, c
}

// step is the median from first on.
func (h *history) step(first int) float64 {
	var v [remembered]float64
	for i, p := range h.off[first:h.n] {
		v[i] = p.z
	}
	return median(v[:h.n-first])
}

// ramp is the best one that begins between first and the one before.
func (h *history) ramp(first int, sigma float64) (began, slope float64) {
	least, latest := h.off[first-1].t, h.off[first].t
	points := h.off[first:h.n]
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

func cost(off, sigma float64) float64 { return math.Min(off*off/(sigma*sigma), most) }
