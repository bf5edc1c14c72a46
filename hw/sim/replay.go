package sim

import (
	"iter"
	"time"
)

// Burst is one epoch of a capture.
type Burst struct {
	At    time.Duration // the moment that it names, since the moment that the first burst names
	Bytes []byte
}

// Replay is a source that plays a capture, with a pulse in front of each epoch:
// at the beginning of the second in which it names its moment. At the end it
// falls silent.
type Replay struct{ events []Event }

// NewReplay plays bursts, of which the first names start, with the pulse and
// the latency of s. A burst that names an earlier moment than the one in front
// of it follows that one at once.
func NewReplay(s Scenario, start Truth, bursts []Burst) *Replay {
	var (
		r       Replay
		pulse   = newPulser(s)
		latency = shortened(s.Receiver.Latency.Duration, bursts)
		at      = start
		pulsed  Truth
	)
	for _, b := range bursts {
		at = max(at, start.Add(b.At))
		if second := at - at%Truth(time.Second); second != pulsed {
			r.events = append(r.events, pulse.edges(second, condition{})...)
			pulsed = second
		}
		r.events = append(r.events, Event{At: at.Add(latency), Bytes: b.Bytes})
	}
	inOrder(r.events)
	return &r
}

// shortened shortens latency for a receiver that speaks several times a second:
// it must have sent an epoch before the next one is due.
func shortened(latency time.Duration, bursts []Burst) time.Duration {
	const least = 10 * time.Millisecond
	for i := 1; i < len(bursts); i++ {
		if gap := bursts[i].At - bursts[i-1].At; gap > 0 {
			latency = min(latency, max(gap/2, least))
		}
	}
	return latency
}

// Next returns the next event.
func (r *Replay) Next() (Event, bool) {
	if len(r.events) == 0 {
		return Event{}, false
	}
	e := r.events[0]
	r.events = r.events[1:]
	return e, true
}

// NewEvents plays events as they are. They must be in order.
func NewEvents(events []Event) *Replay { return &Replay{events} }

// Sequence is a source that asks for each event when it is due.
type Sequence func() (Event, bool)

// NewSequence plays what all yields.
func NewSequence(all iter.Seq[Event]) Sequence {
	next, _ := iter.Pull(all) // it is played to its end, or as long as the program runs
	return next
}

// Next returns the next event.
func (s Sequence) Next() (Event, bool) { return s() }
