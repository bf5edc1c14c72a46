package network

import "math"

// What is kept of how long packets wait on the way: the density of the wait is a
// mixture of exponential ones, whose scales are four times apart. A product of
// exponential waits, or a queue that is now short and now long, is such a mixture; what
// comes between two scales is as good as one of them.
const (
	scales     = 10
	scaleStep  = 4.0
	bins       = 96 // of the density that is looked up
	binUnit    = 0.05e-6
	binsOctave = 4
)

// The usual scale before anything is known, as a share of the least round trip, and how
// wide that guess is, in steps of the scales.
const (
	usualShare  = 0.03
	usualSpread = 1.2
	seldomScale = 0.01
	queuePrior  = 4.0 // exchanges that the guess is worth
	queueStep   = 0.5
	queueMemory = 2000.0 // exchanges after which one is forgotten
	leastShare  = 1e-5   // of a scale: none is ruled out for ever
	rareShare   = 5e-3   // of a scale that says nothing of the tail
)

// queue is how long packets wait in either direction. It is learnt from round trips
// alone: what the phase was has no part in it, so that no error of one feeds the other.
type queue struct {
	basis   *basis
	share   [scales]float64
	density [bins]float64 // of a wait, at each binAt
	heard   float64
}

// basis is the density of each scale at each bin.
type basis [bins][scales]float64

func newBasis() *basis {
	b := new(basis)
	for j := range b {
		for k := range b[j] {
			b[j][k] = math.Exp(-binAt(j)/scale[k]) / scale[k]
		}
	}
	return b
}

// binAt is the wait of a bin, in s.
func binAt(j int) float64 { return binUnit * (math.Exp2(float64(j)/binsOctave) - 1) }

// scale is the mean wait of each, s.
var scale = [scales]float64{0.2e-6, 0.8e-6, 3.2e-6, 12.8e-6, 51.2e-6, 205e-6, 819e-6, 3.28e-3, 13.1e-3, 52.4e-3}

// guess begins with what is usual for a path with that least round trip.
func (q *queue) guess(least float64) {
	sum := 0.0
	for k := range q.share {
		steps := math.Log(scale[k]/(usualShare*least+scale[0])) / math.Log(scaleStep)
		q.share[k] = math.Exp(-steps*steps/(2*usualSpread*usualSpread)) + seldomScale
		sum += q.share[k]
	}
	for k := range q.share {
		q.share[k] /= sum
	}
	q.heard = queuePrior
	q.tabulate()
}

// tabulate works out the density anew.
func (q *queue) tabulate() {
	for j := range q.density {
		sum := 0.0
		for k, s := range q.share {
			sum += s * q.basis[j][k]
		}
		q.density[j] = sum
	}
}

// at is the density of a wait. The least wait is known to soft only, so that one may
// seem to be less than nothing.
func (q *queue) at(wait, soft float64) float64 {
	if wait <= 0 {
		return q.density[0] * math.Exp(wait/soft)
	}
	p := binsOctave * math.Log2(1+wait/binUnit)
	j := int(p)
	if j >= bins-1 {
		return q.density[bins-1] * math.Exp2(-2*(p-bins+1)/binsOctave)
	}
	return q.density[j] + (p-float64(j))*(q.density[j+1]-q.density[j])
}

// excess is the density of the excess of a round trip, the sum of two waits, and what
// each scale has of it.
func (q *queue) excess(e float64) (density float64, of [scales]float64) {
	var gone [scales]float64
	for k := range gone {
		gone[k] = math.Exp(-e / scale[k])
	}
	for k, u := range q.share {
		for l, v := range q.share[:k+1] {
			both := u * v
			if k == l {
				both *= e / scale[k] / scale[k] * gone[k]
			} else {
				both *= 2 * (gone[k] - gone[l]) / (scale[k] - scale[l])
			}
			of[k] += both / 2
			of[l] += both / 2
			density += both
		}
	}
	return density, of
}

// learn takes the excess of a round trip: one step of expectation and maximization.
func (q *queue) learn(e float64) {
	density, of := q.excess(e)
	if !(density > 0) {
		return
	}
	q.heard = math.Min(q.heard+queueStep, queueMemory)
	for k := range q.share {
		q.share[k] = math.Max(q.share[k]+(of[k]/density-q.share[k])/q.heard, leastShare)
	}
	q.tabulate()
}

// beyond is how likely a greater excess is.
func (q *queue) beyond(e float64) float64 {
	if e <= 0 {
		return 1
	}
	beyond := 0.0
	for k, f := range q.share { // that of the sum of two exponential waits
		for l, b := range q.share {
			u, v := scale[k], scale[l]
			if k == l {
				beyond += f * b * (1 + e/u) * math.Exp(-e/u)
			} else {
				beyond += f * b * (u*math.Exp(-e/u) - v*math.Exp(-e/v)) / (u - v)
			}
		}
	}
	return beyond
}

// heavy is how much more of the wait is in few packets than with one exponential wait,
// for which it is 1: the ratio of the second moment to twice the mean's square.
func (q *queue) heavy() float64 {
	sum, first, second := 0.0, 0.0, 0.0
	for k, share := range q.share {
		if share < rareShare {
			continue
		}
		u := scale[k]
		sum += share
		first += share * u
		second += share * u * u
	}
	return second * sum / (first * first)
}
