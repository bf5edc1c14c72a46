package udp

import "time"

// pace predicts how long after the clock was read for a batch each of its
// answers leaves: all requests are judged first, then one answer after the
// other goes through the kernel. It learns from the kernel's own transmit
// stamps. All of it is nanoseconds.
type pace struct {
	judge cost // for each request
	first cost // from the call to the first answer's leaving
	next  cost // from one answer's leaving to the next one's
}

// after returns the delay of answer slot in a batch of count requests.
func (p *pace) after(count, slot int) time.Duration {
	return time.Duration(count)*p.judge.mean + p.first.mean + time.Duration(slot)*p.next.mean
}

// learn takes that a batch of count requests was ready after prepared, and
// that its answer slot left after left.
func (p *pace) learn(count, slot int, prepared, left time.Duration) {
	p.judge.learn(prepared / time.Duration(count))
	if slot == 0 {
		p.first.learn(left - prepared)
		return
	}
	p.next.learn((left - prepared - p.first.mean) / time.Duration(slot))
}

// cost is the typical one of many: what a moment's interruption adds is not
// worth more than any other sign that it is too small.
type cost struct {
	mean  time.Duration
	known bool
}

func (c *cost) learn(seen time.Duration) {
	if !c.known {
		c.mean, c.known = seen, true
		return
	}
	const least = 100 // ns
	limit := c.mean.Abs()/8 + least
	c.mean += min(max((seen-c.mean)/8, -limit), limit)
}
