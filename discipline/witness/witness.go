// Package witness judges a receiver by what others say of the time: the own oscillator,
// which knows how the time has gone on, and servers of the network. It decides nothing by
// a vote of all: who has moved against the oscillator is wrong, and a doubt means that the
// oscillator is held to, not that another is followed.
package witness

import "math"

// Word is a verdict.
type Word uint8

// The verdicts; their words are part of the contract with scripts.
const (
	Alone        Word = iota // nothing confirms the receiver
	Confirmed                // to within Verdict.Within
	Doubtful                 // something has moved, and it may be the receiver
	Contradicted             // one operator says something else, and nothing tells who is right
	Refuted                  // the receiver is wrong
)

var words = [...]string{"alone", "confirmed", "doubtful", "contradicted", "refuted"}

// String returns the verdict's word, as in JSON.
func (w Word) String() string { return words[w] }

// Reading is what one server says at a moment: phases are UTC − raw against a common
// origin, all in s.
type Reading struct {
	ID        int
	Operator  string  // who runs it; several servers of one are one opinion
	Phase     float64 // UTC − raw, with equal ways there and back
	Deviation float64 // rms of it
	Distance  float64 // how far it may be off for certain: half the round trip and what it says of itself
	Heard     int     // exchanges
	Jumps     int     // how often it has jumped by itself
	Astray    bool    // its newest exchanges are nothing that fits those before
}

// Verdict is what follows.
type Verdict struct {
	Word   Word
	Within float64 // s: that the receiver is confirmed to, or is off by
	// Hold says that the receiver must not steer: the oscillator is held to. There is never
	// a step.
	Hold bool
	// Unsynchronized says that nothing is known at all: leap indicator 3.
	Unsynchronized bool
	Liar           int     // ID of a server that is wrong alone, −1: none
	Lasts          float64 // s since the word is this
}

// learnt is what is known of one server.
type learnt struct {
	bias, variance float64 // of its phase against the receiver's
	since, at      float64 // when it was first compared, and last
	jumps          int
	moved          bool // against the oscillator
	says           opinion
	alone          float64 // s for which it has been shifted and the others have not
	heard          int     // when the receiver left the oscillator's line
}

// Bench holds the opinions. Make it with New.
type Bench struct {
	servers  map[int]*learnt
	track    track
	verdict  Verdict
	began    float64 // of the verdict
	proven   bool    // the receiver was confirmed once
	calm     float64 // when something spoke against the receiver last, 0: never
	insisted int     // samples in a row that spoke against it
}

// New returns a bench that has heard no one.
func New() *Bench {
	return &Bench{servers: map[int]*learnt{}}
}

const (
	learnsOver   = 14400.0 // s over which a bias is learnt
	learnsAfter  = 1200.0  // s after which it tells a shift
	apart        = 600.0   // s after which the error of a server's phase is another one
	shiftSigmas  = 5.0
	shiftFloor   = 20e-6 // s
	certain      = 1e-3  // s beyond the distance that is no accident of the filters
	calmFor      = 120.0 // s
	insists      = 3     // samples in a row that must speak against the receiver: fewer are spikes of its pulse, and held back alone
	relearnAfter = 3600.0
	heardFew     = 4
	hardFew      = 2 // exchanges that tell another second
)

// opinion is what an operator says.
type opinion int

const (
	silent opinion = iota
	agrees
	later // the receiver's time is later than its …
	sooner
	otherTime // it is off by more than can be
)

// Judge takes what the receiver and the servers say at a moment of the raw clock, all in s
// and against one origin, and returns the verdict.
func (b *Bench) Judge(at, phase float64, heard []Reading) Verdict {
	before := b.track.held != nil
	jump := b.track.add(at, phase)
	said := map[string]opinion{} // by operator
	within, off := math.Inf(1), math.Inf(1)
	for _, r := range heard {
		l := b.of(r, at)
		l.says = l.opinion(r, at, phase)
		d := math.Abs(r.Phase - phase)
		switch l.says {
		case silent:
			continue
		case agrees:
			within = math.Min(within, d+r.Distance)
		default:
			off = math.Min(off, d)
		}
		said[r.Operator] = max(said[r.Operator], l.says)
	}
	count := tally{}
	for _, o := range said {
		count[o]++
	}
	if jump && b.acquitted(at, phase, heard, count, before) {
		b.track.believed()
		jump = false
	}
	v := b.decide(count, jump)
	v.Within = off
	if v.Word == Confirmed {
		v.Within = math.Min(within, off+b.farthest(heard))
	}
	v.Liar = b.liar(heard, count)
	b.enter(v, at, b.track.sudden(at, phase))
	if !b.verdict.Hold {
		b.track.went(at, phase)
	}
	if b.verdict.Word == Confirmed && !b.verdict.Hold && !jump && !b.track.steep {
		b.learn(at, phase, heard)
	}
	return b.verdict
}

// acquitted reports whether it was the oscillator that has moved, not the receiver: all
// servers have gone with the receiver, by more than they are unsure of.
func (b *Bench) acquitted(at, phase float64, heard []Reading, count tally, before bool) bool {
	off := math.Abs(b.track.held.off(at, phase))
	with := false
	for _, r := range heard {
		l := b.servers[r.ID]
		if !before {
			l.heard = r.Heard
		}
		with = with || l.says == agrees && r.Heard >= l.heard+heardFew && off > 2*l.limit(r)
	}
	return with && count[later]+count[sooner]+count[otherTime] == 0
}

// limit is by how much a server's phase may differ from what was learnt.
func (l *learnt) limit(r Reading) float64 {
	return math.Max(shiftSigmas*math.Sqrt(r.Deviation*r.Deviation+l.variance), shiftFloor)
}

// farthest is the greatest distance of those that say something.
func (b *Bench) farthest(heard []Reading) (most float64) {
	for _, r := range heard {
		if b.servers[r.ID].says != silent {
			most = math.Max(most, r.Distance)
		}
	}
	return most
}

// liar is a server that is alone with what it says.
func (b *Bench) liar(heard []Reading, count tally) int {
	for _, r := range heard {
		l := b.servers[r.ID]
		if r.Astray || l.moved && l.says == silent || l.says > agrees && count[agrees] > count[l.says] {
			return r.ID
		}
	}
	return -1
}

// tally is how many operators are of each opinion.
type tally [otherTime + 1]int

// decide is the table of verdicts.
func (b *Bench) decide(n tally, jump bool) (v Verdict) {
	shifted := max(n[later], n[sooner])
	against := shifted + n[otherTime]
	hold := Verdict{Hold: true, Unsynchronized: !b.proven}
	switch {
	case n[agrees]+n[later]+n[sooner]+n[otherTime] == 0 && b.verdict.Unsynchronized: // what spoke against it has only fallen silent
		hold.Word = b.verdict.Word
	case n[agrees]+n[later]+n[sooner]+n[otherTime] == 0:
		return Verdict{Word: Alone, Hold: jump && b.proven}
	case n[otherTime] > 1 && n[otherTime] > n[agrees]+shifted, jump && against > 1 && against > n[agrees]:
		hold.Word = Refuted
	case n[otherTime] > 0 && n[agrees]+shifted == 0, jump && against > n[agrees]:
		hold.Word = Contradicted
	case jump, shifted > n[agrees] && (shifted > 1 || b.track.steep):
		hold.Word, hold.Unsynchronized = Doubtful, false
	default:
		return Verdict{Word: Confirmed}
	}
	return hold
}

// enter takes a verdict over; one that lets the receiver steer again only after a while.
func (b *Bench) enter(v Verdict, at float64, sudden bool) {
	b.insisted++
	if !v.Hold {
		b.insisted = 0
	}
	spike := v.Hold && b.proven && b.insisted < insists && sudden
	if v.Hold && !spike {
		b.calm = at
	}
	switch doubting := b.calm != 0 && at-b.calm < calmFor; {
	case spike && !doubting: // held back alone
		v.Word, v.Within, v.Unsynchronized = b.verdict.Word, b.verdict.Within, false
	case !v.Hold && doubting:
		v.Word, v.Hold, v.Unsynchronized = b.verdict.Word, true, b.verdict.Unsynchronized
	}
	if v.Word != b.verdict.Word || b.began == 0 {
		b.began = at
	}
	v.Lasts = at - b.began
	b.verdict = v
	if v.Word == Confirmed {
		b.proven = true
	}
}

// of is what is known of a server.
func (b *Bench) of(r Reading, at float64) *learnt {
	l := b.servers[r.ID]
	if l == nil {
		l = &learnt{since: at, at: at, jumps: r.Jumps}
		b.servers[r.ID] = l
	}
	if r.Jumps != l.jumps { // it has moved against the oscillator
		*l = learnt{since: at, at: at, jumps: r.Jumps, moved: true}
	}
	return l
}

// opinion is what a server thinks of the receiver's phase.
func (l *learnt) opinion(r Reading, at, phase float64) opinion {
	d := r.Phase - phase
	hard := math.Abs(d) > r.Distance+certain
	switch {
	case r.Heard < hardFew, r.Astray:
		return silent
	case hard && l.moved: // it is it that has moved
		return silent
	case hard:
		return otherTime
	case r.Heard < heardFew, at-l.since < learnsAfter:
		return agrees
	}
	d -= l.bias
	switch limit := l.limit(r); {
	case d > limit:
		return sooner
	case d < -limit:
		return later
	}
	return agrees
}

// learn moves the biases, while all agree.
func (b *Bench) learn(at, phase float64, heard []Reading) {
	for _, r := range heard {
		l := b.servers[r.ID]
		dt := at - l.at
		if l.says == silent || !(dt > 0) {
			continue
		}
		l.at = at
		d := r.Phase - phase - l.bias
		if l.says != agrees { // alone: another route
			if l.alone += dt; l.alone > relearnAfter {
				*l = learnt{since: at, at: at, jumps: l.jumps, moved: l.moved}
			}
			continue
		}
		l.alone = 0
		age := math.Min(at-l.since, learnsOver)
		l.bias += dt / (age + dt) * d
		l.bias = math.Max(-r.Distance, math.Min(l.bias, r.Distance))
		l.variance = r.Deviation * r.Deviation * apart / (apart + age)
	}
}
