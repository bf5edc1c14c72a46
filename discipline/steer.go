package discipline

import (
	"math"
	"time"

	"gpsntpd/hw"
)

// Limits of steering.
const (
	startStep    = time.Millisecond       // at start, an error above this is stepped …
	againStep    = 20 * time.Millisecond  // … and, until it is locked, one above this once more: the first samples may have been spikes
	steerEvery   = 900 * time.Millisecond // a slew lasts a second, but the clocks do not agree on its length
	tolerance    = 10 * time.Microsecond  // between the clock and its line: adjtimex takes effect late, readings jitter
	follow       = 1.0 / 64               // share of a reading's distance that the line takes over
	maxFrequency = 500 * hw.PPM           // of slew and correction together
	fastSlew     = 10 * time.Microsecond
	strayMemory  = 64 // readings
)

// watch compares the clock with its line. A small distance is ours (an
// adjustment that took effect a little late) and is taken over slowly; a large
// one is someone else's doing. It returns the reading as it is after a step.
func (c *Controller) watch(r hw.Reading) (Action, hw.Reading) {
	if !c.running {
		c.running = true
		c.eraBegan, c.since = r.Time, r.Time
		c.lines.restart(r, c.opt.Frequency)
		return Action{Steer: true, Frequency: c.opt.Frequency}, r
	}
	if slept(c.lines.now.anchor, r) {
		return c.Afresh(r), r
	}
	var act Action
	if c.leaping(r) {
		if r.Time.Sub(c.lines.now.at(r.Raw)).Abs() <= tolerance && r.Time < c.armed.At.Add(leapTakes) {
			return act, r // the kernel makes it at its next tick
		}
		act.Leapt = c.leapt()
		if off := r.Time.Sub(c.lines.now.at(r.Raw)); (off + act.Leapt).Abs() <= tolerance { // it has not made it
			act.Moved = off
			c.begin(r, off)
			return act, c.step(&act, r)
		}
	}
	off := r.Time.Sub(c.lines.now.at(r.Raw))
	c.stray = max(c.stray-c.stray/strayMemory, min(off.Abs(), tolerance))
	if off.Abs() <= tolerance {
		c.lines.now.anchor.Time = c.lines.now.anchor.Time.Add(time.Duration(math.Round(float64(off) * follow)))
		return act, r
	}
	c.Counts.Interference++
	act.Steer, act.Frequency, act.Moved, act.Foreign = true, c.lines.now.rate, off, off
	c.begin(r, off)
	if off.Abs() > c.opt.StepThreshold && c.knows() {
		r = c.step(&act, r)
	}
	return act, r
}

// begin starts a new era at r: the clock has moved by d.
func (c *Controller) begin(r hw.Reading, d time.Duration) {
	c.lines.restart(r, c.lines.now.rate)
	c.eraBegan = r.Time
	c.since = c.since.Add(d)
	if c.last.At != 0 {
		c.last.At = c.last.At.Add(d)
	}
}

// step adds to act a jump to where the estimate says that UTC is, and returns
// the reading after it.
func (c *Controller) step(act *Action, r hw.Reading) hw.Reading {
	d := c.offset(r)
	act.Step += d
	act.Moved += d
	r.Time = r.Time.Add(d)
	c.begin(r, d)
	c.Counts.Steps++
	if c.wasLocked || c.followed {
		c.enter(Unsynchronized, r.Time)
	}
	return r
}

// stepDue reports whether an offset is to be stepped: at start, when it is large and certain.
func (c *Controller) stepDue(off time.Duration) bool {
	within := c.last.Dispersion
	if c.networked {
		within = c.network.Growth.After(0)
	}
	return !c.wasLocked && !c.followed && off.Abs() > max(within, c.leastStep())
}

// leastStep is the least error that is stepped at start.
func (c *Controller) leastStep() time.Duration {
	if c.stepped {
		return againStep
	}
	return startStep
}

// steer sets the frequency to what the oscillator needs, plus a slew for the
// coming second; at start it steps instead when the error is large and certain.
func (c *Controller) steer(r hw.Reading) Action {
	var act Action
	off := c.offset(r)
	if c.stepDue(off) {
		r = c.step(&act, r)
		off = 0
		c.stepped = true
		c.enter(Acquiring, r.Time)
	}
	slew, needed := hw.Frequency(off.Seconds()), c.Estimates().Frequency
	switch {
	case c.armed.By != 0 && c.armed.At.Sub(r.Time) < 2*time.Second:
		slew = 0 // for a moment no one will know which of two seconds the clock shows
	case c.networked:
		slew *= hw.Frequency(c.network.slewShare())
	case off.Abs() < fastSlew:
		slew *= hw.Frequency(c.gain())
	}
	act.Steer = true
	act.Frequency = reachable(needed + slew)
	act.Slew = act.Frequency - needed
	c.lines.turn(hw.Reading{Time: c.lines.now.at(r.Raw), Raw: r.Raw, Asleep: r.Asleep}, act.Frequency)
	c.steered = r.Raw
	if act.Step == 0 { // a step is believed only after the next sample
		c.updateState(r)
	}
	return act
}

// reachable is f, as far as the kernel goes.
func reachable(f hw.Frequency) hw.Frequency { return max(-maxFrequency, min(maxFrequency, f)) }

// varianceExcess is by how much the variance of the clock may exceed that of the
// estimate, for the sake of its rate: answers are corrected by the estimate, and
// what slews do to the rate is noise.
const varianceExcess = 0.005

// gain is the share of a small offset that is slewed away each second. With
// estimates that move by m each second, rms, (1−gain)²/(1−(1−gain)²)·m² is left
// of them; and m² is about PXX²/(PXX+Noise²).
func (c *Controller) gain() float64 {
	f := &c.filter
	left := varianceExcess * (1 + f.Noise*f.Noise/f.PXX)
	return 1 - math.Sqrt(left/(1+left))
}

// merge joins what watch and steer decided in one call.
func (c *Controller) merge(a, b Action) Action {
	a.Step += b.Step
	a.Moved += b.Moved
	a.Foreign += b.Foreign
	a.Leapt += b.Leapt
	a.Afresh = a.Afresh || b.Afresh
	if b.Arm {
		a.Arm, a.Leap = true, b.Leap
	}
	if b.Steer {
		a.Steer, a.Frequency, a.Slew = true, b.Frequency, b.Slew
	}
	return a
}
