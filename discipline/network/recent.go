package network

import "math"

// While few exchanges have been heard, all of them are judged anew with each, since the
// least round trip is found only then.
const (
	recent           = 64
	anyway           = 16 // exchanges, after which that is done only if the least round trip is another than was thought
	establishedHeard = 256
	establishedFor   = 3600.0 // s
)

// reply is an exchange as it was heard: T2 − T1 and T4 − T3 less the origin.
type reply struct{ forward, backward, at float64 }

func (s *source) remember(r reply) {
	if len(s.latest) == recent {
		copy(s.latest, s.latest[1:])
		s.latest = s.latest[:recent-1]
	}
	s.latest = append(s.latest, r)
}

// measure is what r says by what is known of the path.
func (s *source) measure(r reply) measured {
	half := s.path.least / 2
	return measured{r.forward - half - s.lopsided, r.backward - half + s.lopsided, s.path.doubt, s.path.other}
}

// established reports whether the server has been known for long.
func (s *source) established() bool {
	return s.heard > establishedHeard && s.at-s.begun > establishedFor
}

// relearn learns from m, and begins anew with all that is remembered.
func (s *source) relearn(m measured) {
	s.queue.learn(math.Max(m.forward+m.backward, m.soft))
	if s.heard <= recent {
		s.again(s.begun, 0, firstOffBy)
		return
	}
	s.again(s.begun, s.y, math.Max(math.Sqrt(s.yy), anewRate))
}

// again judges anew what was heard from a moment on, knowing nothing of the phase.
func (s *source) again(from, y, rate float64) {
	at := math.NaN()
	s.judged = s.path.least
	for _, r := range s.latest {
		if r.at < from {
			continue
		}
		m := s.measure(r)
		if math.IsNaN(at) {
			s.start(m, y, rate)
		} else {
			s.predict(r.at - at)
			s.mix()
			s.judge(m, &s.queue)
			s.take()
		}
		at = r.at
	}
	if math.IsNaN(at) {
		s.start(s.measure(s.latest[len(s.latest)-1]), y, rate)
	}
}
