package filter

import (
	"math"
	"slices"
)

// The first measurements are few, and one spike among them is as good a
// frequency as any. So while there are no more than startupMost, each new one
// has all of them judged again, by the line through two of them that most of
// the others lie near (least median of squares, Rousseeuw 1984, by trying all).
const (
	startupMost  = 8
	startupLeast = 4 // that can outvote one
	far          = 5 // times the noise; what is that far off the line is none of it
)

// startup is the first measurements.
type startup struct {
	points [startupMost]point
	n      int
}

func (s *startup) add(p point) {
	s.points[s.n] = p
	s.n++
}

// shift moves the origin of the phase by d.
func (s *startup) shift(d float64) {
	for i := range s.points[:s.n] {
		s.points[i].z -= d
	}
}

// residuals returns how far each point is from the best line, and the largest
// of those residuals that the line was chosen by.
func (s *startup) residuals() (best [startupMost]float64, worst float64) {
	points := s.points[:s.n]
	worst = math.Inf(1)
	for i, a := range points {
		for _, b := range points[i+1:] {
			if b.t <= a.t {
				continue
			}
			slope := (b.z - a.z) / (b.t - a.t)
			var off, sorted [startupMost]float64
			for k, p := range points {
				off[k] = math.Abs(p.z - a.z - slope*(p.t-a.t))
			}
			sorted = off
			slices.Sort(sorted[:s.n])
			if near := sorted[s.n/2]; near < worst {
				best, worst = off, near
			}
		}
	}
	return best, worst
}

// restart begins anew with those of the first measurements that agree, and reports
// whether the newest is among them.
func (f *Filter) restart(floor float64) bool {
	off, worst := f.startup.residuals()
	noise := max(initialNoise, worst) // large when no line is much better than others
	fresh := Filter{Frequency: f.Frequency, FrequencyError: f.FrequencyError, startup: f.startup, tempco: f.tempco}
	believed := false
	for i, p := range f.startup.points[:f.startup.n] {
		believed = off[i] <= far*max(noise, floor)
		if fresh.started {
			fresh.predict(p.t - fresh.age)
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
			fresh.markOutlier(p)
		default:
			fresh.update(p, floor)
		}
	}
	fresh.Spread = slices.Max(off[:])
	*f = fresh
	return believed
}
