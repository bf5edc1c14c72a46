package playback

import (
	"slices"
	"time"

	"gpsntpd/hw/sim"
)

const (
	// held is how long an event may wait for one that was recorded after it and came
	// before: an edge is recorded when the loop takes it.
	held = 2 * time.Second
	// most is how many wait at once.
	most = 1 << 10
)

// queue brings events in order that nearly are.
type queue struct {
	do      func(sim.Event) bool
	waiting []sim.Event
	enough  bool
}

// add takes the next event, and reports whether more are wanted.
func (q *queue) add(e sim.Event) bool {
	i := len(q.waiting)
	for i > 0 && q.waiting[i-1].At > e.At {
		i--
	}
	q.waiting = slices.Insert(q.waiting, i, e)
	newest := q.waiting[len(q.waiting)-1].At
	n := 0
	if len(q.waiting) > most {
		n = most / 2
	}
	for n < len(q.waiting) && newest.Sub(q.waiting[n].At) > held {
		n++
	}
	q.pass(n)
	return !q.enough
}

// pass passes the first n on.
func (q *queue) pass(n int) {
	for _, e := range q.waiting[:n] {
		q.enough = q.enough || !q.do(e)
	}
	q.waiting = slices.Delete(q.waiting, 0, n)
}

// end passes on those that are left.
func (q *queue) end() { q.pass(len(q.waiting)) }
