package network

import "math"

// Exchange is one request to a server and its answer, in ns: T1 and T4 on the raw clock,
// T2 and T3 on the server's.
type Exchange struct {
	Server         int
	T1, T2, T3, T4 int64
	Distance       float64 // how far the server's own clock may be off, as it says, s
}

const (
	followAfter = 300.0 // s for which a server that has jumped is not followed
	newFollow   = 60.0  // s, the same of one that is hardly known
	strayMemory = 8.0   // exchanges
	strayFew    = 0.3   // share of them that are nothing that the model knows: it fits
	strayMany   = 0.6   // the same: it does not
	anewRate    = 1e-5  // rms of the frequency, that may have been wrong
	shorterBy   = 20.0  // doubts by which a round trip is shorter than any: another route
	believedFew = 4     // exchanges before a server counts
)

// source is what is known from one server.
type source struct {
	bank
	id        int
	path      path
	queue     queue
	at        float64 // raw, of the newest exchange, s
	poll      float64 // between two, s
	heard     int
	judged    float64 // least round trip by which those that are remembered were judged
	begun     float64 // when it was heard first
	latest    []reply // exchanges, the newest last
	strays    float64 // running share of exchanges that are nothing that the model knows
	missed    int     // exchanges in a row that were nothing that the model knows
	missing   float64 // when it was small last
	off       float64 // how far off the last of these was
	lopsided  float64 // half of what the way there is longer than the way back, as learnt when the route changed
	shift     float64 // of what the shortest of the newest round trips says, against what was believed
	distance  float64
	jumps     int
	bias      float64 // phase that the source shows too much, against all that agree, s
	biasKnown float64 // its variance when it was learnt last; 0: never
	biasAt    float64
	agreed    float64 // s for which the source has agreed with the others
	inherited bool    // silent, and others know what it knew
	out       bool    // it does not agree with the others
	forgiven  bool    // its bias was wrong once: it says nothing of where the others are
	outSince  float64
	agreeing  int     // exchanges in a row
	moved     float64 // how far the newest exchanges have moved the estimate, s
}

// hear takes an exchange; forward is T2 − T1 and backward T4 − T3 less the origin.
func (s *source) hear(forward, backward, elapsed, at, distance float64, b *basis) {
	y := 0.0
	if s.heard > 0 {
		y = s.y
		gap := at - s.at
		switch {
		case gap <= 0:
			return
		case s.heard == 1:
			s.poll = gap
		default:
			s.poll += (math.Min(gap, 4*s.poll) - s.poll) / 8
		}
		s.predict(gap)
	} else {
		s.queue.basis = b
	}
	forward += y * elapsed
	delay := forward + backward
	if !(delay > 0) {
		return
	}
	s.at, s.distance = at, distance
	if s.heard++; s.heard == 1 {
		s.begun = at
	}
	s.remember(reply{forward, backward, at})
	shorter := s.heard > recent && delay < s.path.least-shorterBy*s.path.doubt
	least := s.path.least
	s.path.add(delay, at, s.poll)
	if s.heard == 1 {
		s.queue.guess(s.path.least)
	}
	m := s.measure(s.latest[len(s.latest)-1])
	if shorter && s.established() { // another route: what is believed stays, whichever way has become shorter
		half := (least - s.path.least) / 2
		s.lopsided += within(-half, (m.forward-m.backward)/2-s.x, half)
		m = s.measure(s.latest[len(s.latest)-1])
	}
	anew := s.heard <= recent && (s.heard <= anyway || math.Abs(s.path.least-s.judged) > s.path.doubt)
	if anew || shorter && !s.established() {
		s.relearn(m)
		return
	}
	half := s.path.least / 2
	s.mix()
	s.weigh(m)
	s.follow()
	s.path.route(delay, at, s.queue.beyond)
	if r := &s.path.recent; r.n > 0 && r.least[0] == delay {
		s.shift = (m.forward-m.backward)/2 - s.x
	}
	if s.path.changed {
		half = math.Abs(s.path.least/2 - half)
		s.lopsided += within(-half, s.shift, half)
	}
}

// weigh has the bank judge m.
func (s *source) weigh(m measured) {
	share := s.judge(m, &s.queue)
	was := s.x
	s.queue.learn(math.Max(m.forward+m.backward, m.soft))
	s.take()
	s.moved = math.Max(movedFades*s.moved, math.Abs(s.x-was))
	s.strays += (1 - share - s.strays) / strayMemory
	if s.strays < strayFew {
		s.missing = s.at
	}
	if share >= 0.5 {
		s.missed = 0
		return
	}
	s.missed++
	s.off = (m.forward-m.backward)/2 - s.x
}

// follow gives in to a server that stays elsewhere.
func (s *source) follow() {
	after := followAfter
	if !s.established() {
		after = newFollow
	}
	if s.strays > strayMany && s.at-s.missing >= after {
		s.again(s.missing, s.y, math.Max(math.Sqrt(s.yy), anewRate))
		s.missed, s.strays, s.missing = 0, 0, s.at
		s.jumps++
	}
}

// start begins with nothing but m.
func (s *source) start(m measured, y, rate float64) {
	wide := (m.forward+m.backward)/2 + 2*m.soft
	s.begin((m.forward-m.backward)/2, wide*wide/3, y, rate*rate)
}

// ahead is what is believed at a moment of the raw clock.
func (s *source) ahead(at float64) pooled {
	p := s.pooled
	c := crystal{x: p.x, y: p.y, xx: p.xx, xy: p.xy, yy: p.yy, wander: p.wander}
	c.predict(math.Max(at-s.at, 0))
	p.x, p.xx, p.xy, p.yy = c.x, c.xx, c.xy, c.yy
	return p
}

func within(low, v, high float64) float64 { return math.Max(low, math.Min(v, high)) }
