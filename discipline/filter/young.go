package filter

import (
	"math"
	"slices"
)

// The first measurements are few, and one spike among them is as good a
// frequency as any. So while there are no more than youngMost, each new one
// has all of them judged again, by the line through two of them that most of
// the others lie near (least median of squares, Rousseeuw 1984, by trying all).
const (
	youngMost  = 8
	youngLeast = 4 // that can outvote one
	far        = 5 // times the noise; what is that far off the line is none of it
)

// young is the first measurements.
type young struct {
	points [youngMost]point
	n      int
}

func (y *young) add(p point) {
	y.points[y.n] = p
	y.n++
}

// shift moves the origin of the phase by d.
func (y *young) shift(d float64) {
	for i := range y.points[:y.n] {
		y.points[i].z -= d
	}
}

// residuals returns how far each point is from the best line, and the largest
// of those residuals that the line was chosen by.
func (y *young) residuals() (best [youngMost]float64, worst float64) {
	points := y.points[:y.n]
	worst = math.Inf(1)
	for i, a := range points {
		for _, b := range points[i+1:] {
			if b.t <= a.t {
				continue
			}
			slope := (b.z - a.z) / (b.t - a.t)
			var off, sorted [youngMost]float64
			for k, p := range points {
				off[k] = math.Abs(p.z - a.z - slope*(p.t-a.t))
			}
			sorted = off
			slices.Sort(sorted[:y.n])
			if near := sorted[y.n/2]; near < worst {
				best, worst = off, near
			}
		}
	}
	return best, worst
}

// again starts over with those of the first measurements that agree, and tells
// whether the newest is among them.
func (f *Filter) again(floor float64) bool {
	off, worst := f.young.residuals()
	noise := max(initialNoise, worst) // large when no line is much better than others
	fresh := Filter{Frequency: f.Frequency, FrequencyError: f.FrequencyError, young: f.young, heat: f.heat}
	believed := false
	for i, p := range f.young.points[:f.young.n] {
		believed = off[i] <= far*max(noise, floor)
		if fresh.started {
			fresh.pass(p.t - fresh.age)
		}
		switch {
		case !believed && !fresh.started:
			fresh.note(false)
		case !fresh.started:
			fresh.age = p.t
			fresh.start(p, max(noise, floor))
		case !believed:
			fresh.note(false)
			fresh.recent.add(p, 0)
			fresh.miss(p)
		default:
			fresh.take(p, floor)
		}
	}
	fresh.Spread = slices.Max(off[:])
	*f = fresh
	return believed
}
