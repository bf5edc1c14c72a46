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
	left     float64       // s, how late of the estimate that is
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
	chosen := s.choose()
	if chosen != s.best {
		later = s.fits[chosen].place
		if chosen >= moded && later < -s.fits[chosen].noise.mode/2 && s.n < longSince {
			s.left, s.known = 0, s.total+longSince
		}
		s.shift(later)
		if chosen >= moded && s.best < moded {
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

// choose returns the fit that is to be believed.
func (s *shape) choose() int {
	chosen := s.best
	if s.best == symmetric || s.best >= moded {
		chosen = delayed
	}
	for i := delayed; i < mirrored; i++ {
		if s.runs[i] && s.gain[i] > s.gain[chosen]+better {
			chosen = i
		}
	}
	chosen = s.mode(chosen)
	s.evidence = s.gain[chosen] - math.Max(s.gain[mirrored], 0)
	if s.best == symmetric && s.evidence < adopt || s.evidence < abandon {
		return symmetric
	}
	return chosen
}

// mode returns the fit with a mode that is to be believed, or one without.
func (s *shape) mode(without int) int {
	chosen, gain := without, math.Max(s.gain[without], 0)+decisive
	if s.best >= moded && s.fits[s.best].modal() && s.supported(s.best) > s.gain[without]+abandon {
		chosen, gain = s.best, s.supported(s.best)+better
	}
	for i := moded; i < fits && (s.parted || s.best >= moded); i++ {
		if s.runs[i] && s.supported(i) > gain && s.fits[i].modal() && (s.best >= moded || s.punctual(i)) {
			chosen, gain = i, s.supported(i)+better
		}
	}
	return chosen
}

// supported is the gain of a fit with a mode. One with a delay beside it may gain because that makes a broad
// mode of spikes: where the core speaks against the delay it gains nothing over the one without.
func (s *shape) supported(i int) float64 {
	if against := s.coreGain[i] - s.coreGain[moded]; against < 0 {
		return math.Min(s.gain[i], s.gain[moded]+against)
	}
	return s.gain[i]
}

// punctual reports whether the fit i may move the estimate: where that lies on the later mode,
// early ones that are new may be as wrong as later ones.
func (s *shape) punctual(i int) bool {
	f := &s.fits[i]
	return f.place > -f.noise.mode/2 || s.lasting(f)
}

// lasting reports whether the early ones of f were there from the start, or all the time for
// long: chance makes no gap that is as long as the longest without any.
func (s *shape) lasting(f *fit) bool {
	n := min(s.n, window, longSince)
	gap, longest, early := 0, 0, 0
	if n < longSince {
		if f.noise.mode > mostLoad {
			return false
		}
		gap = s.total - n
	}
	for i := s.n - n; i < s.n; i++ {
		gap++
		if off := s.ring[i%window].late - f.place; math.Abs(off) < f.noise.mode/2 {
			longest, gap = max(longest, gap), 0
			early++
		}
	}
	longest = max(longest, gap)
	return float64(longest*early) < (chance+math.Log(float64(early)))*float64(n-longest)
}

// ambiguity is how far the estimate may be off because another fit is right, in s: where
// that would place it, and less if it is less likely than one in unlikelier².
func (s *shape) ambiguity() (off float64) {
	var odds [fits]float64
	all, most := 0.0, 0.0
	for i := range odds {
		if i == mirrored || i >= moded && (!s.parted && s.best < moded || !s.fits[i].modal()) {
			odds[i] = math.Inf(-1)
		} else if i != symmetric { // what one to the other side does as well is none
			odds[i] = s.gain[i] - math.Max(s.gain[mirrored], 0) + math.Log(seldom)
		}
		most = math.Max(most, odds[i])
	}
	for i := range odds {
		odds[i] = math.Exp(odds[i] - most)
		all += odds[i]
	}
	for i, o := range odds {
		off = math.Max(off, math.Abs(s.fits[i].place)*math.Min(unlikelier*math.Sqrt(o/all), 1))
	}
	if s.parted && s.best < moded && s.heaps.crisp() {
		off = math.Max(off, math.Abs(s.heaps.early))
	}
	if s.known != 0 {
		off = math.Max(off, math.Abs(s.left))
	}
	return off
}

// stagesDoubt is how much less or more the mean of the delay may be, in s, because this many measurements
// do not tell of how many stages it is. One of n stages has the third cumulant 2·delay³/n² and the fourth
// 6·delay⁴/n³; one of another number that has the same third differs in the fourth, which is known to
// √(24/measurements) of the square of the variance.
func (n *noise) stagesDoubt(measurements float64) (most float64) {
	if n.stages < 1 {
		return 0
	}
	k, rms := float64(n.stages), n.rms()
	measurements *= 1 - n.share
	for j := 1.0; j <= mostStages; j *= 2 {
		delay := n.delay * math.Cbrt(j*j/(k*k))
		apart := 6 * (math.Pow(delay, 4)/(j*j*j) - math.Pow(n.delay, 4)/(k*k*k)) / math.Pow(rms, 4)
		squares := apart * apart * measurements / 24
		most = math.Max(most, math.Abs(delay-n.delay)*math.Min(unlikelier*math.Exp(-squares/4), 1))
	}
	return most
}

// noise is what is believed of it.
func (s *shape) noise() noise { return s.fits[s.best].noise }
