package network

import "math"

// Correction is what is to be done to the local clock.
type Correction struct {
	Frequency float64 // from now on
	Slew      float64 // s, over the coming second
	Step      float64 // s, now
}

// Steering decides that.
type Steering struct {
	stepped bool
	ticks   int
}

const (
	stepAbove  = 1e-3 // s
	stepAfter  = 8    // s
	stepHeard  = 4    // exchanges
	stepWithin = 3600 // s
	fastSlew   = 0.5  // share of the offset, in a second, with a poll of a second
)

// Second takes how far the local clock is ahead of the estimate e.
func (s *Steering) Second(off float64, e Estimate) Correction {
	s.ticks++
	c := Correction{Frequency: e.Rate}
	if !s.stepped && s.ticks > stepAfter && s.ticks < stepWithin && e.Heard >= stepHeard && math.Abs(off) > stepAbove {
		s.stepped = true
		c.Step = -off
		off = 0
	}
	gain := fastSlew / math.Sqrt(math.Max(e.Poll, 1))
	c.Slew = -gain * off
	return c
}
