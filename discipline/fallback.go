package discipline

import (
	"math"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Network is what servers of the network say of the time at a moment, as far as the clock
// may follow it. The zero value says nothing.
type Network struct {
	Raw       hw.Raw        // the moment
	UTC       refclock.UTC  // then
	Rate      hw.Frequency  // of UTC against the raw clock, minus 1
	Growth    Growth        // the bound from then on
	Reference Reference     // what we are while we follow them
	Heard     hw.Raw        // when the last exchange was
	Poll      time.Duration // between two of them
	Servers   int           // that agree
	Refutes   bool          // the receiver is known to be wrong, and so what it has taught
}

// Whom the clock follows.
const (
	networkLimit = time.Second // bound above which servers are not followed (MAXDIST of RFC 5905)
	surer        = 1.5         // times smaller than that of holdover a bound of the network must be, to leave holdover for it, and greater, to go back
	networkSlew  = 0.5         // share of the offset that is slewed away in a second, with a poll of a second
)

// Network takes what servers say now, or that they say nothing that may be followed.
func (c *Controller) Network(n Network) { c.network = n }

// Follows returns how many servers the clock follows; 0 while it follows the receiver or
// no one.
func (c *Controller) Follows() int {
	if !c.networked {
		return 0
	}
	return c.network.Servers
}

// following is the state in which servers are followed.
func (o *Options) following() State {
	if o.Client {
		return Client
	}
	return Fallback
}

// knows reports whether there is an estimate of the time.
func (c *Controller) knows() bool { return c.networked || c.filter.Started() }

// bound is how far the network's time may be off at raw, for certain.
func (n *Network) bound(raw hw.Raw) time.Duration { return n.Growth.After(raw.Sub(n.Raw)) }

// at is the network's time at raw.
func (n *Network) at(raw hw.Raw) refclock.UTC {
	passed := raw.Sub(n.Raw)
	return n.UTC.Add(passed + n.Rate.Over(passed))
}

// choose decides whom the clock follows from r on. To leave the network for the receiver is
// no loss of the time: the state says so at once.
func (c *Controller) choose(r hw.Reading) {
	was := c.networked
	c.networked = c.follows(r)
	if was && !c.networked && c.state.Networked() {
		state := Unsynchronized
		if held, ok := c.held(r); ok && held <= c.opt.MaxError {
			state = Holdover
		}
		c.enter(state, r.Time)
		c.updateState(r)
	}
}

// follows reports whether the network is to be followed: while the receiver is not believed,
// if its bound is smaller than that of holdover.
func (c *Controller) follows(r hw.Reading) bool {
	n := &c.network
	if n.Raw == 0 || n.bound(r.Raw) > networkLimit || c.believes(r) {
		return false
	}
	held, ok := c.held(r)
	if c.wasLocked && !n.Refutes && c.filter.Started() {
		apart := n.at(r.Raw).Sub(c.taught(r.Raw)).Abs()
		if apart > n.bound(r.Raw)+c.heldWithin(r) { // one of the two has jumped, and it was not the oscillator
			return false
		}
	}
	if !ok || held > c.opt.MaxError {
		return true
	}
	if c.networked {
		return n.bound(r.Raw) < time.Duration(float64(held)*surer)
	}
	return n.bound(r.Raw) < time.Duration(float64(held)/surer)
}

// believes reports whether the receiver disciplines the clock, or may again.
func (c *Controller) believes(r hw.Reading) bool {
	if c.networked || c.state != Locked {
		return c.locks(r)
	}
	s := c.Snapshot()
	return s.StateAt(r.Time) == Locked
}

// held is the bound that the clock has by what the receiver taught it, if that counts.
func (c *Controller) held(r hw.Reading) (bound time.Duration, ok bool) {
	if !c.filter.Started() || !c.wasLocked || c.doubted {
		return 0, false
	}
	return c.growth().After(r.Raw.Sub(c.raw)), true
}

// heldWithin is by how much the time that the receiver taught may be off for certain.
func (c *Controller) heldWithin(r hw.Reading) time.Duration {
	passed := r.Raw.Sub(c.raw)
	return dispersionFactor*c.growth().After(passed) + dispersionReserve.Over(passed)
}

// RawAt is what the raw clock showed when the local clock showed t, a while ago.
func (c *Controller) RawAt(t hw.Time) hw.Raw { return c.lines.raw(t) }

// slewShare is the share of the offset from the network that is slewed away in a second.
func (n *Network) slewShare() float64 {
	return networkSlew / math.Sqrt(math.Max(n.Poll.Seconds(), 1))
}
