package discipline

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const (
	announced = 24*time.Hour - time.Second // before a leap second, it is armed and announced: not on the day before, which the kernel would end with it
	leapTakes = 50 * time.Millisecond      // the kernel makes it at a tick, not at midnight sharp
	leapHeard = 3 * time.Second            // after it began, the sentence after it is heard
)

// Leap tells of the next leap second: when a right clock first shows at, it
// jumps by by. Zero means that none is known.
func (c *Controller) Leap(at refclock.UTC, by time.Duration) {
	c.leap = hw.Leap{}
	if hw.Time(at) != c.made { // a second that is repeated comes before its leap again
		c.leap = hw.Leap{At: hw.Time(at), By: by}
	}
}

// Leaping tells that the receiver has had a leap second that no table knew,
// before midnight at, and goes on behind it. It is made now; but only at the end
// of a month, as ITU-R TF.460 has it: at any other midnight the receiver is wrong.
func (c *Controller) Leaping(at refclock.UTC, r hw.Reading) Action {
	past := refclock.At(r.Time, c.offset(r)).Sub(at)
	if at.Std().Day() != 1 || !c.filter.Started() || c.armed.By != 0 || hw.Time(at) == c.made || past < time.Second || past > leapHeard {
		return Action{}
	}
	c.armed = hw.Leap{At: hw.Time(at), By: -time.Second}
	return c.Tick(r)
}

// arm has the clock make the leap second on the last day before it, once there
// is an estimate, and takes that back when the leap second is called off. UTC
// makes it whether we are synchronized or not.
func (c *Controller) arm(r hw.Reading) Action {
	if c.leaping(r) { // it is being made
		return Action{}
	}
	due := c.leap
	if wait := due.At.Sub(r.Time); due.By == 0 || wait <= 0 || wait > announced {
		due = hw.Leap{}
	}
	if due == c.armed || due.By != 0 && !c.knows() {
		return Action{}
	}
	c.armed = due
	return Action{Arm: true, Leap: due}
}

// leaping reports whether the clock is to have made its leap second at r.
func (c *Controller) leaping(r hw.Reading) bool {
	return c.armed.By != 0 && c.lines.now.at(r.Raw) >= c.armed.At.Add(-tolerance) // the clock need not be on its line to the nanosecond
}

// leapt moves all that is reckoned in UTC or in the clock's time along with
// both of them.
func (c *Controller) leapt() time.Duration {
	by := c.armed.By
	c.made = c.armed.At
	c.lines.now.anchor.Time = c.lines.now.anchor.Time.Add(by)
	for i := range c.lines.before {
		if c.lines.before[i] != (line{}) {
			c.lines.before[i].anchor.Time = c.lines.before[i].anchor.Time.Add(by)
		}
	}
	c.utc, c.other.utc = c.utc.Add(by), c.other.utc.Add(by)
	c.network.UTC = c.network.UTC.Add(by)
	c.since = c.since.Add(by)
	c.eraBegan = c.eraBegan.Add(by)
	if c.last.At != 0 {
		c.last.At = c.last.At.Add(by)
	}
	c.armed, c.leap = hw.Leap{}, hw.Leap{}
	return by
}

// LeapAt is the leap indicator when the clocks show r: a leap second is announced
// until it is over, even if no one has ticked since.
func (s *Snapshot) LeapAt(r hw.Reading) refclock.Leap {
	over := s.Armed.At
	if s.Armed.By < 0 {
		over = over.Add(-s.Armed.By) // by a clock that does not make it
	}
	if s.Armed.By != 0 && s.shows(r.Raw) >= over {
		return refclock.LeapNone
	}
	return s.Leap
}

// indicator is how an armed leap second is announced.
func indicator(l hw.Leap) refclock.Leap {
	switch {
	case l.By < 0:
		return refclock.LeapInsert
	case l.By > 0:
		return refclock.LeapDelete
	}
	return refclock.LeapNone
}
