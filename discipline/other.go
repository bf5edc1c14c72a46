package discipline

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// When samples contradict the estimate.
const (
	wrongSecond = 400 * time.Millisecond // a sample this far off names another second than we do, whatever its phase is
	wrongPhase  = 2 * time.Millisecond   // a pulse this far off was named anew: the clock would not have found its second
	beyond      = 2                      // … and this many times our bound: in a day without pulses a crystal changes by more than its noise tells
	unprovenFor = 15 * time.Minute       // so long an estimate has nothing to put against another second
	secondFor   = 13 * time.Minute       // so long pulse, sentences and oscillator must agree on another second: a receiver hears of the leap seconds within 12.5 min …
	phaseFor    = 5 * time.Minute        // … on another phase of it …
	clockFor    = 20 * time.Second       // … and on both, if all that time pulse and sentences have moved together: then it was the clock
	agreedLast  = 2 * time.Minute        // without a longer pause …
	agreedTo    = 50 * time.Millisecond  // … and to within this; pulses to within wrongPhase
)

// other is what samples say of the time that contradict the estimate.
type other struct {
	began  hw.Raw        // when they first said so; 0: they have not
	raw    hw.Raw        // when they last did …
	utc    refclock.UTC  // … and what they named
	age    time.Duration // of the estimate then
	second bool          // sentences have named another second, and not the pulse alone
	clock  hw.Raw        // since when all have said that it was the clock that has moved; 0: the newest has not …
	pulse  bool          // … and one has said that it was the pulse
}

// admits reports whether the estimate may learn from the sample s at c.raw, of ref.
// One that contradicts it is not believed, until pulse and sentences, named anew
// each time, have agreed for long enough: then the estimate is the one to go.
func (c *Controller) admits(ref refclock.UTC, s refclock.Sample) bool {
	off := (ref.Sub(c.utc) - time.Duration(c.filter.X*1e9)).Abs()
	bound := c.growth().Own(0)
	second := off > max(wrongSecond, bound)
	phase := off > max(wrongPhase, beyond*bound) && s.Source == refclock.FromPulse && (c.networked || !c.state.Synchronized())
	even := c.other.second && c.other.age < unprovenFor // the estimate has no more to say for itself
	if (phase || c.wasLocked && (second || even)) && !c.insists(ref, off, s) {
		return false
	}
	c.other = other{}
	if second || phase {
		c.void()
		c.Counts.GivenUp++
	}
	return true
}

// insists reports whether samples off by that have agreed on ref for long enough.
func (c *Controller) insists(ref refclock.UTC, off time.Duration, s refclock.Sample) bool {
	o := &c.other
	passed, within := c.raw.Sub(o.raw), agreedTo
	if s.Source == refclock.FromPulse {
		within = wrongPhase
	}
	expected := passed + hw.Frequency(c.filter.Y).Over(passed)
	switch {
	case o.began == 0, passed > agreedLast, (ref.Sub(o.utc) - expected).Abs() > within:
		o.began, o.age, o.clock, o.pulse = c.raw, c.raw.Sub(c.founded), 0, false
	}
	o.hear(s.Moved, c.raw)
	o.raw, o.utc = c.raw, ref
	another := off > time.Second/2
	o.second = o.second || another && s.Moved != refclock.MovedPulse
	if o.clock != 0 && c.raw.Sub(o.clock) >= clockFor {
		return true
	}
	need := secondFor
	if !o.second && !another {
		need = max(clockFor, min(o.age, phaseFor))
	}
	return c.raw.Sub(o.began) >= need
}

// hear takes note of what a sample says has moved. One of many says by chance that it was the clock, where
// the latency of sentences wanders by as much.
func (o *other) hear(m refclock.Moved, now hw.Raw) {
	o.pulse = o.pulse || m == refclock.MovedPulse
	switch {
	case m != refclock.MovedClock || o.pulse:
		o.clock = 0
	case o.clock == 0:
		o.clock = now
	}
}

// Agreed is for how long samples have agreed on another time than ours.
func (c *Controller) Agreed() time.Duration { return c.other.raw.Sub(c.other.began) }
