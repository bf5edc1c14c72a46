package network

import (
	"math"
	"math/rand/v2"
	"testing"
)

// hear lets n be told by a server of a crystal that stands still against it, every 16 s.
func hear(n *Estimator, server, count int, from float64, off float64, wait func() float64) {
	for i := range count {
		at := int64((from + 16*float64(i)) * 1e9)
		there, back := 50e-6+wait(), 50e-6+wait()
		came := at + int64((there+off)*1e9)
		n.Hear(Exchange{Server: server, T1: at, T2: came, T3: came, T4: at + int64((there+back)*1e9)})
	}
}

func TestTheLeastRoundTripIsFoundAndAnotherRouteAfterTenMinutes(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	wait := func() float64 { return 10e-6 * r.ExpFloat64() }
	var n Estimator
	hear(&n, 3, 400, 0, 0, wait)
	s := n.sources[3]
	if math.Abs(s.path.least-100e-6) > 2e-6 {
		t.Errorf("least round trip %.2f µs, want 100", s.path.least*1e6)
	}
	longer := func() float64 { return 1e-3 + wait() }
	hear(&n, 3, 30, 400*16, 0, longer)
	if s.path.least > 101e-6 {
		t.Errorf("another route after 8 minutes: least round trip %.2f µs", s.path.least*1e6)
	}
	hear(&n, 3, 30, 430*16, 0, longer)
	if math.Abs(s.path.least-2.1e-3) > 20e-6 {
		t.Errorf("least round trip of the new route %.2f µs, want 2100", s.path.least*1e6)
	}
	if e := n.At(460 * 16e9); math.Abs(e.Phase+float64(e.Origin)/1e9) > 20e-6 {
		t.Errorf("the new route has moved the estimate to %.2f µs", e.Phase*1e6)
	}
	hear(&n, 3, 2, 460*16, 0, wait)
	if s.path.least > 150e-6 {
		t.Errorf("the old route is back, least round trip %.2f µs", s.path.least*1e6)
	}
}

func TestWaitsAreLearntFromRoundTripsAlone(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 1))
	q := queue{basis: newBasis()}
	q.guess(1e-3)
	for range 4000 {
		q.learn(12.8e-6 * (r.ExpFloat64() + r.ExpFloat64()))
	}
	if q.share[3] < 0.8 {
		t.Errorf("shares %.3f, want nearly all at 12.8 µs", q.share)
	}
	if h := q.heavy(); math.Abs(h-1) > 0.5 {
		t.Errorf("heavy %.2f, want 1", h)
	}
}

func TestWhatIsNoAnswerChangesNothing(t *testing.T) {
	var n Estimator
	hear(&n, 0, 50, 0, 0, func() float64 { return 0 })
	before := n.At(50 * 16e9)
	n.Hear(Exchange{T1: 790e9, T4: 790e9 + 100_000, T2: 5e18, T3: 5e18})      // seconds of another world
	n.Hear(Exchange{T1: 10e9, T4: 10e9 + 100_000, T2: 10e9, T3: 10e9})        // late
	n.Hear(Exchange{T1: 795e9, T4: 795e9 + 100, T2: 795e9, T3: 795e9 + 1000}) // back before it left
	after := n.At(50 * 16e9)
	if math.Abs(after.Phase-before.Phase) > 1e-6 || math.IsNaN(after.Bound) {
		t.Errorf("%+v, before %+v", after, before)
	}
}
