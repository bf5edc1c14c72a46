package filter

import (
	"math"
	"slices"
)

// Late modes: a share of the interrupts has to wake a processor up first, and is later
// than the others by a constant. The early ones are right.
const (
	leastMode   = 2.0  // of the rms of the others; measurements that are nearer are one heap
	leastShare  = 0.02 // of the measurements are later, …
	mostShare   = 1 - leastShare
	decisive    = 16.0 // evidence for a mode
	chance      = 7.0  // and the logarithm of their number, times the mean distance between early ones: no gap is longer by chance
	longSince   = 3600 // innovations after which early ones are believed that were not there from the start
	sampled     = 512  // innovations in which heaps are looked for
	trimmed     = 200  // one of this many at each end is none of either heap
	heapsGain   = 0.1  // gain of two heaps that are worth fits, of sampled innovations; normal noise has half of that
	heapsFew    = 4.0  // and more, over the number, of fewer
	heapsLost   = 0.05 // gain below which they are not worth fits any more
	newestFew   = 128
	crispGain   = 0.2  // gain and …
	crispShare  = 0.05 // … share of either and …
	crispApart  = 5.0  // … times sigma of two heaps that anybody sees
	crisper     = 0.3  // by which the newest show them better than all
	interleaved = 0.5  // of the changes between the modes that chance would make
)

// either judges a measurement that is early or later: v and w are what it means then.
func (n *noise) either(v, w verdict, s float64) verdict {
	e, l := (1-n.share)*v.likelihood, n.share*w.likelihood
	sum := e + l
	if sum == 0 {
		return v
	}
	c := l / sum
	late := v.late + c*(w.late-v.late)
	return verdict{
		likelihood: sum,
		late:       late,
		doubt:      math.Max((1-c)*(v.doubt+v.late*v.late)+c*(w.doubt+w.late*w.late)-late*late, 0),
		stretch:    v.stretch + c*(w.stretch-v.stretch),
		later:      c,
		apart:      c * n.mode * w.late / (s * s),
	}
}

// heaps is measurements in two heaps.
type heaps struct {
	early, apart float64 // s: the middle of the early one, and how much later the other is
	sigma        float64 // s rms within them
	share        float64 // of the later one
	gain         float64 // log-likelihood by which the two describe them better than two halves of a normal heap describe that, per measurement
}

// crisp reports whether anybody sees two heaps.
func (h *heaps) crisp() bool {
	return h.gain > crispGain && h.apart > crispApart*h.sigma && math.Min(h.share, 1-h.share) > crispShare
}

// split parts values, which it sorts, where two heaps describe them best: the greatest
// likelihood of two normal distributions of one variance, each value in one of them.
func split(values []float64) (best heaps) {
	slices.Sort(values)
	v := values[len(values)/trimmed : len(values)-len(values)/trimmed]
	n := float64(len(v))
	var sum, squares float64
	for _, x := range v {
		sum += x - v[0]
		squares += (x - v[0]) * (x - v[0])
	}
	total := squares - sum*sum/n
	least := 1e-12 * total
	var early float64
	for i, x := range v[:len(v)-1] {
		early += x - v[0]
		k := float64(i + 1)
		a, b := early/k, (sum-early)/(n-k)
		within := math.Max(total-k*(n-k)/n*(b-a)*(b-a), least)
		p := k / n
		if p < leastShare || p > mostShare {
			continue
		}
		z := density(math.Sqrt2 * math.Erfinv(2*p-1))
		if gain := math.Log(total/within*(1-z*z/(p*(1-p)))) / 2; best.apart == 0 || gain > best.gain {
			best = heaps{v[0] + a, b - a, math.Sqrt(within / n), 1 - p, gain}
		}
	}
	return best
}

// parted reports whether the fit has found two modes that can be told apart.
func (f *fit) parted() bool {
	n := &f.noise
	return n.mode > leastMode*n.rms() && n.share > leastShare && n.share < mostShare
}

// crisp reports whether anybody sees the two modes.
func (f *fit) crisp() bool { return f.noise.mode > crispApart*f.noise.rms() }

// modal reports whether they come in any order too.
func (f *fit) modal() bool { return f.mixed && f.parted() }

// A receiver that has jumped is away for a while; modes come in any order.
const mixedWithin = 8 // measurements since one was at home

// updateModes has the noise be learnt while the receiver seems to have jumped and is at home
// now and then: these may be modes.
func (f *Filter) updateModes(p point, floor float64) {
	late := f.X - p.z
	f.away++
	if math.Abs(late) < math.Min(agree*f.bank.noise.rms(), math.Abs(late+f.jump.x[2])) {
		f.away = 0
	}
	if f.learnt < roughMost || f.away > mixedWithin {
		return
	}
	f.learnt++
	f.relearn(innovation{late, f.PXX}, floor)
}

// punctual is how late a measurement was that was late by nu, without the mode if it is one
// of the later ones.
func (n *noise) punctual(nu float64) float64 {
	if off := nu - n.delay; math.Abs(off-n.mode) < math.Min(agree*n.rms(), math.Abs(off)) {
		return nu - n.mode
	}
	return nu
}

// early is the measurement p, without the mode if it is one of the later ones, from where the
// receiver was or from where it has jumped to or may have.
func (f *Filter) early(p point) point {
	n, late, jump := &f.bank.noise, f.X-p.z, 0.0
	switch s := &f.suspicion; {
	case f.jump.on:
		jump = f.jump.x[2]
	case s.n > 0:
		jump = s.off[s.n-1].z
	}
	off := late - n.punctual(late)
	if away := late + jump; jump != 0 && math.Abs(away-n.delay) < math.Abs(late-n.delay) {
		off = away - n.punctual(away)
	}
	return point{p.t, p.z + off}
}
