package discipline

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// asleep is the shortest suspension: to stop and to start a machine takes longer.
const asleep = 10 * time.Millisecond

// slept reports whether the machine was suspended between two readings. No one knows
// what the time was meanwhile: the raw clock stood still, and the clock that kept
// time through it counts seconds.
func slept(before, now hw.Reading) bool { return (now.Asleep - before.Asleep).Abs() > asleep }

// resumed is how wrong the frequency may be that the crystal had before, rms: it
// has become warmer or colder since.
const resumed = 3 * hw.PPM

// Afresh begins again, as after a start, but for the frequency that the crystal
// needs: what was learnt of the time does not hold any more.
func (c *Controller) Afresh(r hw.Reading) Action {
	c.void()
	c.network, c.networked, c.followed = Network{}, false, false
	c.lines.restart(r, reachable(c.opt.Frequency))
	c.eraBegan = r.Time
	c.enter(Starting, r.Time)
	act := Action{Steer: true, Frequency: c.lines.now.rate, Afresh: true, Arm: c.armed.By != 0}
	c.armed = hw.Leap{}
	return act
}

// Renamed tells that the receiver says itself that it has named other seconds than it
// should have, by leap seconds that it did not know: nothing holds but the frequency.
func (c *Controller) Renamed(r hw.Reading) {
	c.Doubt(r)
	c.void()
	c.other = other{}
}

// void forgets the time, and keeps the frequency.
func (c *Controller) void() {
	if c.filter.Started() {
		c.opt.Frequency, c.opt.FrequencyError = hw.Frequency(c.filter.Y), resumed
	}
	c.restart()
	c.last, c.wasLocked, c.stepped, c.doubted, c.stray = refclock.Sample{}, false, false, false, 0
}
