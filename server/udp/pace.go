package udp

import "time"

// pace predicts how long after the clock was read for a batch each of its
// answers leaves: all requests are judged first, then one answer after the
// other goes through the kernel. It learns from the kernel's own transmit
// stamps, by least mean squares (normalized, Widrow and Hoff) on the three
// things that the delay is made of, in ns. It leans to the early side: a transmit
// timestamp that is too early makes the client's delay longer, which contains
// the error; one that is too late makes it shorter, and would be a lie.
type pace struct {
	once    float64 // for a batch
	request float64 // for each further request that was judged with it
	answer  float64 // for each answer that is sent before
	learnt  int     // departures from batches of several, up to young
}

// newPace begins with what a processor of today takes.
func newPace() pace { return pace{once: 6000, request: 500, answer: 4000} }

// after returns the delay of answer slot in a batch of count requests.
func (p *pace) after(count, slot int) time.Duration {
	return time.Duration(max(p.once+float64(count-1)*p.request+float64(slot)*p.answer, 0))
}

// learn takes that answer slot in a batch of count requests left after left.
// An answer that left before its time is learnt from at once. One that left
// later counts little, and only so far: that a moment was interrupted says
// nothing of the next, or every prediction that has risen would be a lie to the
// next one who is answered quickly. A load that begins is learnt sooner.
func (p *pace) learn(count, slot int, left time.Duration) {
	const (
		young = 500    // departures, of which more is learnt than of later ones
		most  = 1. / 4 // of what was predicted …
		some  = 1000   // ns; … or of this, if that is more
	)
	requests, answers := float64(count-1), float64(slot)
	predicted := float64(p.after(count, slot))
	step := float64(left) - predicted
	gain := 1. / 400
	if count > 1 && p.learnt < young {
		p.learnt++
		gain = 1. / 40
	}
	if step > 0 {
		step = gain * min(step, most*max(predicted, some))
	}
	// The delay of a full batch is learnt as fast as that of a single request.
	const scale = 1. / 16
	step /= 1 + scale*(requests*requests+answers*answers)
	p.once += step
	p.request += step * scale * requests
	p.answer += step * scale * answers
}
