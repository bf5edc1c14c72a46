package filter

import "math"

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

// punctual reports whether the fit i may move the estimate: where that lay on the later mode before there were
// two, early ones that are new may be as wrong as later ones.
func (s *shape) punctual(i int) bool {
	f := &s.fits[i]
	return f.place-s.left > -f.noise.mode/2 || s.lasting(f)
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
	if s.known != 0 || s.places() && s.total-s.alone < longSince {
		off = math.Max(off, math.Abs(s.left))
	}
	if f := &s.fits[s.best]; s.known != 0 && s.best >= moded {
		off = math.Max(off, math.Abs(f.place+f.noise.mode))
	}
	return off
}
