package udp

import (
	"math"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"gpsntpd/server/ntp"
)

// way is what an answer takes through a kernel that the silence before has cooled
// down: 3 µs at least, ten times as much after a second, mostly within a quarter of
// that; one in a hundred is interrupted.
func way(random *rand.Rand, silence time.Duration) time.Duration {
	usual := 3e3 * (1 + math.Sqrt(min(float64(silence), 1e8)/1e6))
	left := usual * math.Exp(random.NormFloat64()/4)
	if random.IntN(100) == 0 {
		left += 50e3
	}
	return time.Duration(left)
}

// foretold plays answers to p, after silences of so much in the mean, and returns by
// how much earlier than its departure each said that it would leave.
func foretold(p *pace, answers int, silence time.Duration) (early []time.Duration) {
	random := rand.New(rand.NewPCG(1, uint64(silence)))
	for range answers {
		before := time.Duration(random.ExpFloat64() * float64(silence))
		now, left := afterSilence(ntp.Unproved, before), way(random, before)
		early = append(early, left-p.after(now))
		p.learn(now, left)
	}
	return early
}

// lies tells how many answers said that they would leave more than a microsecond later
// than they did.
func lies(early []time.Duration) (n int) {
	for _, e := range early {
		if e < -time.Microsecond {
			n++
		}
	}
	return n
}

func TestNotOneAnswerInAHundredClaimsToLeaveLaterThanItDoes(t *testing.T) {
	for _, silence := range []time.Duration{50 * time.Microsecond, 500 * time.Microsecond, 5 * time.Millisecond, 50 * time.Millisecond, time.Second} {
		for _, answers := range []int{100, 1000, 10_000} { // from the first one on
			if n := lies(foretold(new(pace), answers, silence)); n > answers/100 {
				t.Errorf("after %v: %d of %d", silence, n, answers)
			}
		}
	}
}

func TestWhatSilenceDoesToTheWayIsForetold(t *testing.T) {
	p := new(pace)
	for _, silence := range []time.Duration{50 * time.Microsecond, 5 * time.Millisecond, time.Second} {
		foretold(p, 1000, silence) // so each situation is learnt in turn, and none forgotten
	}
	for _, silence := range []time.Duration{50 * time.Microsecond, 5 * time.Millisecond, time.Second} {
		early := foretold(p, 1000, silence)
		slices.Sort(early)
		random := rand.New(rand.NewPCG(3, 4))
		var all []time.Duration
		for range 1000 {
			all = append(all, way(random, time.Duration(random.ExpFloat64()*float64(silence))))
		}
		slices.Sort(all)
		if off, whole := early[500], all[500]; off > whole*6/10 {
			t.Errorf("after %v: early by %v of %v", silence, off, whole)
		}
	}
}

func TestNothingIsForetoldOfWhatNobodyHasSeen(t *testing.T) {
	p := new(pace)
	p.learn(afterSilence(ntp.Unproved, time.Second), 40*time.Microsecond)
	if d := p.after(afterSilence(ntp.Unproved, time.Millisecond)); d != 0 {
		t.Errorf("another silence: %v", d)
	}
	if d := p.after(afterSilence(ntp.NTS, time.Second)); d != 0 {
		t.Errorf("another proof: %v", d)
	}
}

// A client saw an answer of a program that had just begun leave before it did: 55 µs
// off, 39 claimed.
func TestAProgramThatIsSlowAtFirstClaimsNoLaterDepartureThanItsQuickAnswersHave(t *testing.T) {
	p, now := new(pace), afterSilence(ntp.Unproved, time.Millisecond)
	for range 12 {
		p.learn(now, 300*time.Microsecond)
	}
	if d := p.after(now); d > 30*time.Microsecond {
		t.Errorf("after twelve answers that took 300 µs: %v", d)
	}
}

func TestAQuickAnswerIsBelievedAtOnceAndAnInterruptionNotAtAll(t *testing.T) {
	p, now := new(pace), afterSilence(ntp.Unproved, time.Second)
	for range 200 {
		p.learn(now, 40*time.Microsecond)
	}
	before := p.after(now)
	if before < 34*time.Microsecond || before > 40*time.Microsecond {
		t.Fatalf("200 answers that took 40 µs: %v", before)
	}
	p.learn(now, time.Hour)
	if d := p.after(now); d != before {
		t.Errorf("from %v to %v by an interruption", before, d)
	}
	p.learn(now, 10*time.Microsecond)
	if d := p.after(now); d > 10*time.Microsecond {
		t.Errorf("%v after an answer that took 10 µs", d)
	}
}

func TestWhatIsKnownIsAskedForSeldom(t *testing.T) {
	p, asked := new(pace), 0
	now, other := afterSilence(ntp.Unproved, time.Second), afterSilence(ntp.NTS, time.Second)
	for i := range 900 {
		if p.wants(now) {
			p.learn(now, 40*time.Microsecond)
			asked++
		} else if i < 100 {
			t.Fatalf("number %d is not asked for", i)
		}
	}
	if asked != 200 {
		t.Errorf("%d of 900 were asked for, want the first 100 and 1 in 8", asked)
	}
	if !p.wants(other) {
		t.Error("nothing is known of another kind, and it is not asked for")
	}
}

// Whatever the order in which quick and slow spells come.
func TestASlowSpellMakesOneQuickAnswerInAHundredLateAtMost(t *testing.T) {
	random, p, now := rand.New(rand.NewPCG(5, 6)), new(pace), afterSilence(ntp.Unproved, 0)
	const answers = 100_000
	var early []time.Duration
	for len(early) < answers {
		left := []time.Duration{3000, 30_000}[random.IntN(2)]
		for range 1 + random.IntN(300) {
			early = append(early, left-p.after(now))
			p.learn(now, left)
		}
	}
	if n := lies(early); n > answers/100 {
		t.Errorf("%d of %d", n, answers)
	}
}

func TestEverySituationHasItsPlace(t *testing.T) {
	seen := map[situation]bool{}
	for _, p := range []ntp.Proof{ntp.Unproved, ntp.Symmetric, ntp.NTS} {
		for i := range silences {
			seen[afterSilence(p, time.Duration(1<<(brief+i)-1))] = true
		}
		for i := range rowSize {
			seen[inRow(p, i)] = true
		}
		if s := afterSilence(p, time.Hour); s != afterSilence(p, time.Second) || afterSilence(p, -1) != afterSilence(p, 0) {
			t.Errorf("%d: an hour is %d", p, s)
		}
	}
	if len(seen) != situations {
		t.Errorf("%d of %d", len(seen), situations)
	}
	for s := range seen {
		if int(s) >= situations {
			t.Errorf("no place %d", s)
		}
	}
}

func TestTheLeastDelayIsThatOfTheShortestWay(t *testing.T) {
	p := new(pace)
	if d := p.least(); d != 0 {
		t.Errorf("%v of nothing", d)
	}
	for range 200 {
		p.learn(afterSilence(ntp.Unproved, time.Second), 40*time.Microsecond)
		p.learn(afterSilence(ntp.Unproved, time.Millisecond), 8*time.Microsecond)
		p.learn(afterSilence(ntp.NTS, 0), time.Microsecond)
	}
	if d := p.least(); d < 6*time.Microsecond || d > 8*time.Microsecond {
		t.Error(d)
	}
}
