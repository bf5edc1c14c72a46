package udp

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

// wakeUp is what it takes to be woken up for a request and to answer it.
const wakeUp = 20 * time.Microsecond

// asked plays a second of requests to g: arrives tells how many have come at a
// moment, when so many have been answered before. It returns how many were
// answered, and in how many batches.
func asked(g *gather, arrives func(at time.Duration, answered int) int) (answered, batches int) {
	for at := time.Duration(0); at < time.Second; {
		n := min(arrives(at, answered)-answered, batchSize)
		if n == 0 {
			at += time.Microsecond
			continue
		}
		answered += n
		batches++
		at += wakeUp + g.took(n, hw.Raw(at))*3/2
	}
	return answered, batches
}

func rate(perSecond int) func(time.Duration, int) int {
	return func(at time.Duration, _ int) int { return int(at.Seconds() * float64(perSecond)) }
}

func TestRequestsThatComeOneByOneGather(t *testing.T) {
	if answered, batches := asked(new(gather), rate(20_000)); answered < 19_900 || batches > answered/2 {
		t.Errorf("%d requests in %d batches", answered, batches)
	}
}

func TestFewRequestsAreAnsweredAtOnce(t *testing.T) {
	if answered, batches := asked(new(gather), rate(5000)); answered < 4900 || batches != answered {
		t.Errorf("%d requests in %d batches", answered, batches)
	}
}

func TestWhoWaitsForAnAnswerIsHardlySlowedDown(t *testing.T) {
	for _, window := range []int{1, 4, 64} { // requests on their way
		answered, _ := asked(new(gather), func(_ time.Duration, answered int) int { return answered + window })
		if least := int(time.Second/wakeUp) * min(window, batchSize) * 95 / 100; answered < least {
			t.Errorf("%d on their way: %d answers, want %d", window, answered, least)
		}
	}
}

func TestPausesEndWithTheLoad(t *testing.T) {
	g := new(gather)
	asked(g, rate(20_000))
	if !g.pausing {
		t.Fatal("no pauses")
	}
	g.took(1, g.end+slice)
	if g.took(1, g.end+slice); g.pausing {
		t.Error("still pausing")
	}
}
