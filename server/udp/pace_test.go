package udp

import (
	"math/rand/v2"
	"testing"
	"time"
)

// tell has p learn from n batches, each of which takes once, request for each
// further request and answer for each answer before; one in four is interrupted.
func tell(p *pace, n, most int, once, request, answer time.Duration) {
	random := rand.New(rand.NewPCG(1, 2))
	for range n {
		count := 1 + random.IntN(most)
		slot := random.IntN(count)
		left := once + time.Duration(count-1)*request + time.Duration(slot)*answer
		if random.IntN(4) == 0 {
			left += time.Duration(random.IntN(1_000_000))
		}
		p.learn(count, slot, left)
	}
}

func TestTheDelayOfEachAnswerIsLearntInAFewHundredDepartures(t *testing.T) {
	const (
		once, request, answer = 20 * time.Microsecond, 300, 7 * time.Microsecond
		close                 = 6 * time.Microsecond
	)
	p := newPace()
	tell(&p, 500, 16, once, request, answer)
	for _, c := range []struct{ count, slot int }{{1, 0}, {8, 3}, {16, 0}, {16, 15}} {
		want := once + time.Duration(c.count-1)*request + time.Duration(c.slot)*answer
		if off := p.after(c.count, c.slot) - want; off.Abs() > close {
			t.Errorf("answer %d of %d leaves after %v, is predicted %v off", c.slot, c.count, want, off)
		}
	}
}

func TestOneInterruptionMovesAPredictionByASixteenthAtMost(t *testing.T) {
	p := newPace()
	before := p.after(16, 3)
	p.learn(16, 3, time.Second)
	if got := p.after(16, 3); got > before+before/16+1 {
		t.Errorf("from %v to %v", before, got)
	}
}

func TestAPaceIsNeverNegative(t *testing.T) {
	p := newPace()
	tell(&p, 1000, 16, 0, 0, 0)
	if a, b := p.after(1, 0), p.after(16, 15); a < 0 || b < 0 || b > 10*time.Microsecond {
		t.Errorf("%v, %v: %+v", a, b, p)
	}
}

func TestASlowSpellDoesNotMakeTheNextQuickAnswerLate(t *testing.T) {
	p := newPace()
	p.learn(1, 0, 8*time.Microsecond)
	before := p.after(1, 0)
	for range 300 { // half a minute, of a client who asks ten times a second
		p.learn(1, 0, 30*time.Microsecond)
	}
	if late := p.after(1, 0) - before; late > 2*time.Microsecond {
		t.Errorf("late by %v", late)
	}
}
