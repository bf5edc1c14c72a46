package main

import (
	"time"

	"gpsntpd/hw/sim"
)

// calendar names the moments of the true axis, which counts all seconds: until
// the leap second they are UTC, from then on UTC is By behind it.
type calendar struct {
	leap sim.Truth // when the inserted second begins, or the left-out one would; 0: there is none
	by   int       // +1 inserts, −1 deletes
}

// in reports whether t lies in an inserted second, which has two names in a
// count without leap seconds: 23:59:59 again, and 00:00:00 already.
func (c calendar) in(t sim.Truth) bool {
	return c.leap != 0 && c.by > 0 && t >= c.leap && t < c.leap.Add(time.Second)
}

// utc returns the count of t, ns since 1970 without leap seconds. In an
// inserted second it is that of 23:59:59.
func (c calendar) utc(t sim.Truth) sim.Truth {
	if c.leap == 0 || t < c.leap {
		return t
	}
	return t.Add(-time.Duration(c.by) * time.Second)
}

// off is how far from true the time is that someone tells at t.
func (c calendar) off(told, t sim.Truth) time.Duration {
	d := told.Sub(c.utc(t))
	if c.in(t) {
		if e := told.Sub(t); e.Abs() < d.Abs() {
			return e
		}
	}
	return d
}
