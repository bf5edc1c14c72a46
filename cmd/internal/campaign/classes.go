package main

import (
	"slices"
	"time"
)

// class is a kind of case.
type class struct {
	name  string
	about string
	roll  func(d dice) Case
}

// classes by what goes wrong.
var classes = slices.Concat(ofPulses, ofLatencies, ofReceivers, ofSeconds, ofMachines, ofLeaps)

// After the last fault a case goes on for so long that one that is stuck shows.
const health = stuckAfter + 2*time.Minute

// struck is c with faults, and long enough for what follows.
func struck(c Case, faults ...Fault) Case {
	c.Faults = append(c.Faults, faults...)
	c.For = health
	for _, f := range c.Faults {
		if over := f.over(); over != forever {
			c.For = max(c.For, over+health)
		} else {
			c.For = max(c.For, f.At+health)
		}
	}
	return c
}

// when is a moment after the start: locked for long, or just now.
func (d dice) when() time.Duration {
	if d.chance(0.2) {
		return d.time(5*time.Second, 60*time.Second)
	}
	return d.length(time.Minute, 40*time.Minute)
}

// far is off by a to b to either side.
func (d dice) far(a, b time.Duration) time.Duration { return d.sign(d.length(a, b)) }

// share is a share from a to b, of three digits.
func (d dice) share(a, b float64) float64 { return short(d.spread(a, b)) }

// either is a number from a to b, or its negative.
func (d dice) either(a, b float64) float64 { return short(pick(d, -1., 1.) * d.spread(a, b)) }
