package filter

import "math"

// The noise is learnt from the newest innovations, a few at each measurement:
// one fit takes it for symmetric, others for delayed, and their likelihoods
// decide. One takes it for delayed to the other side: where that does as well,
// the noise has long tails and not a delay.
const (
	window = 4096 // innovations
	stride = 12   // of them are gone over at each measurement

	// Evidence is the logarithm of a likelihood ratio: to be wrong once in
	// exp(adopt) is rare enough.
	adopt   = 6.0
	abandon = 0.5
	better  = 8.0 // from one delay to another

	lost       = 0.1  // log-likelihood, per innovation, by which a fit is worse that has gone astray
	weak       = 0.03 // the same, of one that has no chance
	tried      = 1024 // innovations until when all fits take part in each pass, …
	attempts   = 8    // … but those with a mode that are no better after this many passes
	unlikelier = 8.0  // what is as likely as one in the square of this is in the bound in full
	seldom     = 0.01 // odds for a delay against symmetric noise, before anything is measured
)

// The fits: those with a delay have it of 1, 2 and 4 stages, or evenly spread; the last ones
// have a later mode too.
const (
	symmetric = iota
	delayed
	delayed2
	delayed4
	polled
	mirrored
	moded
	moded1
	moded2
	moded4
	fits
)

// stages is how many the delay of a fit has.
var stages = [fits]int{symmetric: none, delayed: 1, delayed2: 2, delayed4: 4, polled: evenly, mirrored: 1, moded: none, moded1: 1, moded2: 2, moded4: 4}

// shape is what is learnt of the noise.
type shape struct {
	ring     [window]innovation
	n        int // innovations since it began, of which the ring has the newest
	cursor   int // of the pass
	fits     [fits]fit
	gain     [fits]float64 // logarithm of its likelihood, less that of the symmetric one, in the last pass of each
	core     core
	coreGain [fits]float64 // the same of the core alone
	evidence float64       // that the noise is delayed, from the last pass
	best     int           // the fit that is believed
	doubt    float64       // s, how far the estimate may be off because another one is right
	turn     int           // the fit that is tried beside them
	runs     [fits]bool    // the fits that take part in this pass
	total    int           // innovations since it first began …
	known    int           // … and from when on a place that was left may be none any more; 0 when there is none
	left     float64       // s, how late of the estimate it was when there was one place alone …
	alone    int           // … and when that was, in innovations since it first began
	heaps    heaps         // in which the innovations were at the end of the last pass …
	parted   bool          // … and whether that is worth fits
	passes   int           // since those began
}

// begin forgets all, for symmetric noise of about rms.
func (s *shape) begin(rms float64) {
	s.n, s.cursor, s.evidence, s.best, s.turn = 0, 0, 0, symmetric, symmetric
	s.gain, s.coreGain = [fits]float64{}, [fits]float64{}
	s.fits[symmetric] = fit{side: 1}
	s.fits[symmetric].begin(rms)
	for i := delayed; i < moded; i++ {
		s.fits[i].side = 1
		s.fits[i].delay(0, rms, stages[i])
	}
	s.fits[mirrored].side = -1
	s.parted = false
	s.doubt = s.ambiguity()
	s.next()
}

// delay forgets all, for noise as it was with a delay of that mean.
func (s *shape) delay(mean float64) {
	sigma := s.noise().sigma
	s.begin(math.Hypot(sigma, mean))
	s.best = delayed
	s.fits[symmetric].place = mean
	for i := delayed; i < moded; i++ {
		s.fits[i].noise.sigma, s.fits[i].noise.delay, s.fits[i].place = sigma, mean, 0
	}
	s.fits[mirrored].place = -2 * mean
	s.doubt = s.ambiguity()
}

// add takes an innovation, and goes over some of those before. It returns by
// how much the estimate must become later, because another kind of noise is
// believed now.
func (s *shape) add(i innovation, floor float64) (later float64) {
	s.ring[s.n%window] = i
	s.n++
	s.total++
	size := min(s.n, window)
	if size < fewest {
		return 0
	}
	for range stride {
		core := s.core.add(s.ring[s.cursor])
		for i := range s.fits {
			if s.runs[i] {
				s.fits[i].add(s.ring[s.cursor], core)
			}
		}
		if s.cursor++; s.cursor >= size {
			s.cursor = 0
			later += s.pass(size, floor)
		}
	}
	return later
}

// drop forgets the newest n innovations, which were not the noise's.
func (s *shape) drop(n int) {
	if n > 0 && n <= s.n {
		s.n -= n
	}
}

// pass ends a pass over n innovations.
func (s *shape) pass(n int, floor float64) (later float64) {
	plain := &s.fits[symmetric]
	likelihood, central := plain.pass.likelihood, s.core.likelihood(plain)
	before, beforeCore := s.gain[s.best], s.coreGain[s.best]
	for i := range s.fits {
		if f := &s.fits[i]; s.runs[i] {
			s.gain[i] = f.pass.likelihood - likelihood
			s.coreGain[i] = s.core.likelihood(f) - central
			f.step(n, floor)
			if s.gain[i] < -adopt-lost*float64(n) || i >= moded && !f.parted() {
				s.restart(i)
			}
		}
	}
	for i := range s.gain {
		if !s.runs[i] { // it has not seen these, and is compared with the one that is believed
			s.gain[i] += s.gain[s.best] - before
			s.coreGain[i] += s.coreGain[s.best] - beforeCore
		}
	}
	if s.known == 0 && !s.places() {
		s.left, s.alone = 0, s.total
	}
	switch chosen := s.choose(); {
	case chosen == s.best:
	case chosen < moded && s.best >= moded && s.fits[s.best].gone():
		s.unmix()
		return later
	default:
		later = s.fits[chosen].place
		s.shift(later)
		if chosen >= moded && s.best < moded {
			s.leave(s.fits[chosen].noise.mode)
			s.forget()
		}
		s.best = chosen
	}
	s.part(n)
	if s.total >= s.known && (s.best < moded || s.lasting(&s.fits[s.best])) {
		s.known = 0
	}
	s.doubt = s.ambiguity()
	s.next()
	return later
}

// places reports whether the innovations lie in two places.
func (s *shape) places() bool {
	return s.best >= moded || s.parted && s.heaps.crisp()
}

// leave takes note that the estimate has gone to the early ones of two places that are so far apart. If it was
// at the other before they were found, or between them, and be it that other fits came between, that may be the right one.
func (s *shape) leave(apart float64) {
	if s.left > apart/4 && s.n < longSince {
		s.known = s.total + longSince
	}
}

// gone reports whether only the later ones of two places come now, that anybody sees and of which the estimate is
// at the early one.
func (f *fit) gone() bool {
	return !f.mixed && f.crisp() && math.Abs(f.place) < f.noise.mode/2
}

// unmix gives up a mode whose later ones have come for a while, and the early ones before: fits without one
// would lie between the two. What has moved is not the noise's, but the estimate's who is at one of them.
func (s *shape) unmix() {
	n := s.noise()
	if n.delay > 0 {
		s.delay(n.delay)
		return
	}
	s.begin(n.sigma)
}

// restart begins anew with a fit that has gone astray.
func (s *shape) restart(i int) {
	f, plain := &s.fits[i], &s.fits[symmetric]
	if i >= moded {
		f.modes(s.heaps, stages[i])
		return
	}
	f.delay(plain.place*f.side, plain.noise.rms(), stages[i])
}

// forget lets go of the innovations, which were those of an estimate between the modes.
func (s *shape) forget() {
	s.n = 0
	for i := range s.fits {
		s.fits[i].mean = 0
	}
}

// louder forgets all but the modes, for noise of about rms.
func (s *shape) louder(rms float64) {
	s.forget()
	for i := moded; i < fits; i++ {
		f := &s.fits[i]
		f.modes(heaps{early: f.place, apart: f.noise.mode, share: f.noise.share, sigma: rms}, stages[i])
	}
	s.best = moded
}

// part looks whether n innovations lie in two heaps, while no mode is believed.
func (s *shape) part(n int) {
	if s.best >= moded || s.n == 0 {
		return
	}
	before := s.parted
	s.heaps = s.split(n, sampled)
	s.parted = s.heaps.gain > heapsGain+heapsFew/float64(n) || before && s.heaps.gain > heapsLost
	if newest := s.split(n, newestFew); newest.crisp() && newest.gain > s.heaps.gain+crisper {
		s.heaps, s.parted, before = newest, true, false
		s.forget()
	}
	if s.parted && !before {
		s.passes = 0
	}
	s.passes++
	for i := moded; i < fits && s.parted && !before; i++ {
		s.fits[i].side = 1
		s.restart(i)
		s.gain[i] = 0
	}
}

// split parts the newest n innovations, of which it looks at this many.
func (s *shape) split(n, most int) heaps {
	var values [sampled]float64
	few := min(n, most)
	if most < sampled {
		n = few
	}
	for i := range few {
		values[i] = s.ring[(s.n-1-i*n/few)%window].late
	}
	return split(values[:few])
}

// other reports whether a measurement that was so late lies, within so much, in the heap that the
// estimate does not lie in, of two that anybody sees.
func (s *shape) other(late, within float64) bool {
	h := &s.heaps
	if !s.parted || s.best >= moded || !h.crisp() {
		return false
	}
	place := h.early
	if math.Abs(h.early) < math.Abs(h.early+h.apart) {
		place += h.apart
	}
	return math.Abs(late-place) < within
}

// next says which fits take part in the next pass: all at first, later one
// beside the usual ones and the one that is believed.
func (s *shape) next() {
	all := moded
	if s.parted || s.best >= moded {
		all = fits
	}
	if s.turn++; s.turn >= all {
		s.turn = delayed2
	}
	s.core.begin(&s.fits[symmetric])
	for i := range s.runs {
		s.runs[i] = i < all && (s.n < tried && !s.hopeless(i) || i <= delayed || i == s.best || i == s.turn)
	}
}

// hopeless reports whether a fit with a mode has had its chance: spikes are in two heaps, too.
func (s *shape) hopeless(i int) bool {
	return i >= moded && s.passes > attempts && s.gain[i] < -adopt-weak*float64(min(s.n, window))
}

// shift has the estimate become later.
func (s *shape) shift(later float64) {
	s.left -= later
	for i := range s.ring {
		s.ring[i].late -= later
	}
	for i := range s.fits {
		s.fits[i].place -= s.fits[i].side * later
	}
}

// noise is what is believed of it.
func (s *shape) noise() noise { return s.fits[s.best].noise }
