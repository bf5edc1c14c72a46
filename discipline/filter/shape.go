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

	lost   = 0.1  // log-likelihood, per innovation, by which a fit is worse that has gone astray
	tried  = 1024 // innovations until when all fits take part in each pass
	seldom = 0.01 // odds for a delay against symmetric noise, before anything is measured
)

// The fits: those with a delay have it of 1, 2 and 4 stages, or evenly spread.
const (
	symmetric = iota
	delayed
	delayed2
	delayed4
	polled
	mirrored
	fits
)

// stages is how many the delay of a fit has.
var stages = [fits]int{delayed: 1, delayed2: 2, delayed4: 4, polled: evenly, mirrored: 1}

// shape is what is learnt of the noise.
type shape struct {
	ring     [window]innovation
	n        int // innovations since it began, of which the ring has the newest
	cursor   int // of the pass
	fits     [fits]fit
	gain     [fits]float64 // logarithm of its likelihood, less that of the symmetric one, in the last pass of each
	evidence float64       // that the noise is delayed, from the last pass
	best     int           // the fit that is believed
	doubt    float64       // s, how far the estimate may be off because another one is right
	turn     int           // the fit that is tried beside them
	runs     [fits]bool    // the fits that take part in this pass
}

// begin forgets all, for symmetric noise of about rms.
func (s *shape) begin(rms float64) {
	s.n, s.cursor, s.evidence, s.best, s.turn = 0, 0, 0, symmetric, symmetric
	s.gain = [fits]float64{}
	s.fits[symmetric] = fit{side: 1}
	s.fits[symmetric].begin(rms)
	for i := delayed; i < fits; i++ {
		s.fits[i].side = 1
		s.fits[i].delay(0, rms, stages[i])
	}
	s.fits[mirrored].side = -1
	s.doubt = s.unsure()
	s.next()
}

// delay forgets all, for noise as it was with a delay of that mean.
func (s *shape) delay(mean float64) {
	sigma := s.noise().sigma
	s.begin(math.Hypot(sigma, mean))
	s.best = delayed
	s.fits[symmetric].place = mean
	for i := delayed; i < fits; i++ {
		s.fits[i].noise.sigma, s.fits[i].noise.delay, s.fits[i].place = sigma, mean, 0
	}
	s.fits[mirrored].place = -2 * mean
	s.doubt = s.unsure()
}

// add takes an innovation, and goes over some of those before. It returns by
// how much the estimate must become later, because another kind of noise is
// believed now.
func (s *shape) add(i innovation, floor float64) (later float64) {
	s.ring[s.n%window] = i
	s.n++
	size := min(s.n, window)
	if size < fewest {
		return 0
	}
	for range stride {
		for i := range s.fits {
			if s.runs[i] {
				s.fits[i].add(s.ring[s.cursor])
			}
		}
		if s.cursor++; s.cursor >= size {
			s.cursor = 0
			later += s.pass(size, floor)
		}
	}
	return later
}

// pass ends a pass over n innovations.
func (s *shape) pass(n int, floor float64) (later float64) {
	plain := &s.fits[symmetric]
	likelihood := plain.pass.likelihood
	for i := range s.fits {
		if f := &s.fits[i]; s.runs[i] {
			s.gain[i] = f.pass.likelihood - likelihood
			f.step(n, floor)
			if s.gain[i] < -adopt-lost*float64(n) {
				f.delay(plain.place*f.side, plain.noise.rms(), stages[i])
			}
		}
	}
	chosen := s.choose()
	if chosen != s.best {
		s.best = chosen
		later = s.fits[chosen].place
		s.shift(later)
	}
	s.doubt = s.unsure()
	s.next()
	return later
}

// next says which fits take part in the next pass: all while they are young, later one
// beside the usual ones and the one that is believed.
func (s *shape) next() {
	if s.turn++; s.turn >= fits {
		s.turn = delayed2
	}
	for i := range s.runs {
		s.runs[i] = s.n < tried || i <= delayed || i == s.best || i == s.turn
	}
}

// shift has the estimate become later.
func (s *shape) shift(later float64) {
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
	if s.best == symmetric {
		chosen = delayed
	}
	for i := delayed; i < mirrored; i++ {
		if s.gain[i] > s.gain[chosen]+better {
			chosen = i
		}
	}
	s.evidence = s.gain[chosen] - math.Max(s.gain[mirrored], 0)
	if s.best == symmetric && s.evidence < adopt || s.evidence < abandon {
		return symmetric
	}
	return chosen
}

// unsure is how far the estimate may be off because another fit is right, in s: where
// that would place it, if it is as likely as one in four, and less if it is less.
func (s *shape) unsure() (off float64) {
	var odds [fits]float64
	all := 0.0
	for i := range mirrored {
		odds[i] = math.Exp(s.gain[i] - s.gain[s.best])
		if i != symmetric {
			odds[i] *= seldom
		}
		all += odds[i]
	}
	for i, o := range odds {
		off = math.Max(off, math.Abs(s.fits[i].place)*math.Min(2*math.Sqrt(o/all), 1))
	}
	return off
}

// noise is what is believed of it.
func (s *shape) noise() noise { return s.fits[s.best].noise }
