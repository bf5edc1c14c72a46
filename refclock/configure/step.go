package configure

import (
	"slices"
	"time"

	"gpsntpd/hw"
)

// step is one setting: how it is asked for, and how it is made. Without ask it is
// seen in what the receiver says by itself.
type step struct {
	name, wanted string

	ask  []byte
	read func(f hw.Frame) (got reading, ok bool) // ok: f answers
	look func(now hw.Raw) reading
	skip func() bool // when it comes to it there is nothing to be done

	split   func() []step // what to try when it is refused as a whole; nil: nothing
	baud    int           // speed of the line when it is made; 0: as before
	poll    []byte        // is asked at that; nil: anything that makes sense will do
	answers func(f hw.Frame) bool
}

// reading is what a setting is.
type reading struct {
	actual string
	cure   []byte // what puts it right; nil: nothing, or it is
	state  State  // of what is not right and cannot be put right
}

// verdict is what a receiver says of a command.
type verdict uint8

const (
	nothing verdict = iota
	confirmed
	refused
)

// doing is what is being waited for.
type doing uint8

const (
	idle     doing = iota
	asked          // an answer
	answered       // that it is judged
	told           // a verdict
	looking        // the effect to show
	trying         // something that makes sense at another speed
)

// flight is the one command that is in flight.
type flight struct {
	doing  doing
	until  hw.Raw
	tries  int     // of this question
	tells  int     // how often the receiver was told
	said   verdict // of the command before
	got    reading
	before int    // speed before a trial …
	polled bool   // … and whether the receiver was asked at the new one
	since  hw.Raw // of the trial
}

// How long it takes until …
const (
	settles  = 2500 * time.Millisecond // the effect of a command shows in what a receiver says once a second
	measures = 6 * time.Second         // the use of the line shows, with what comes each fifth second
	switches = 300 * time.Millisecond  // both ends of the line are at a new speed
)

// begin starts to set the receiver.
func (c *Configurator) begin(now hw.Raw) {
	c.plan = c.steps()
	c.settings = make([]Setting, len(c.plan))
	for i, s := range c.plan {
		c.settings[i] = Setting{Name: s.name, Wanted: s.wanted, State: Pending}
	}
	c.phase, c.at, c.mute, c.flight = Comparing, 0, 0, flight{}
	if len(c.plan) == 0 {
		c.end(now, Done)
	}
}

func (c *Configurator) end(now hw.Raw, p Phase) { c.phase, c.ended, c.flight = p, now, flight{} }

// step goes on with the plan: what is to be sent now.
func (c *Configurator) step(now hw.Raw) hw.Output {
	s := &c.plan[c.at]
	f := &c.flight
	switch {
	case f.doing == idle && s.skip != nil && s.skip():
		c.settings[c.at].State = Right
		return c.next(now)
	case f.doing == idle && s.ask == nil:
		f.doing, f.until = looking, max(now, c.opened.Add(listenFor), c.changed.Add(settles))
		if s.baud != 0 {
			f.until = max(now, c.changed.Add(measures))
		}
		return hw.Output{}
	case f.doing == idle:
		return c.inquire(now, s)
	case f.doing == answered:
		return c.judge(now, f.got)
	case now < f.until:
		return hw.Output{}
	case f.doing == looking:
		return c.judge(now, s.look(now))
	case f.doing == told: // whether it was done shows
		f.doing = idle
		return hw.Output{}
	case f.doing == trying:
		return c.try(now, s)
	case f.tries < tries:
		return c.inquire(now, s)
	}
	if f.said == refused {
		return c.refuse(now)
	}
	c.mute++
	c.settings[c.at].State = NoAnswer
	return c.next(now)
}

// refuse goes on after the receiver has refused a setting.
func (c *Configurator) refuse(now hw.Raw) hw.Output {
	s := c.plan[c.at]
	if s.split == nil {
		c.settings[c.at].State = Refused
		return c.next(now)
	}
	parts := s.split()
	settings := make([]Setting, len(parts))
	for i, p := range parts {
		settings[i] = Setting{Name: p.name, Wanted: p.wanted, State: Pending}
	}
	c.plan = slices.Replace(c.plan, c.at, c.at+1, parts...)
	c.settings = slices.Replace(c.settings, c.at, c.at+1, settings...)
	c.flight = flight{}
	return hw.Output{}
}

// try goes on with the trial of a speed: a receiver that says nothing that makes
// sense at it is gone back to.
func (c *Configurator) try(now hw.Raw, s *step) hw.Output {
	f := &c.flight
	if !f.polled && s.poll != nil {
		f.polled, f.until = true, now.Add(answerIn)
		return hw.Output{Bytes: s.poll}
	}
	c.settings[c.at].State = Refused
	c.baud = f.before
	c.next(now)
	return hw.Output{Baud: c.baud}
}

// wait is how long an answer may take that comes within d on a line that is not full.
func (c *Configurator) wait(d time.Duration) time.Duration {
	if c.load.full() {
		return d + queued
	}
	return d
}

// inquire asks for the setting.
func (c *Configurator) inquire(now hw.Raw, s *step) hw.Output {
	c.flight.doing, c.flight.until = asked, now.Add(c.wait(answerIn))
	c.flight.tries++
	return hw.Output{Bytes: s.ask}
}

// next goes to the setting after this one.
func (c *Configurator) next(now hw.Raw) hw.Output {
	c.flight = flight{}
	c.at++
	switch {
	case c.mute >= unanswered:
		c.end(now, Unanswered)
	case c.at == len(c.plan):
		c.end(now, Done)
	}
	return hw.Output{}
}

// answer takes what may be the answer, or the verdict, that is waited for.
func (c *Configurator) answer(now hw.Raw, f hw.Frame) {
	if c.phase != Comparing {
		return
	}
	s, t := &c.plan[c.at], &c.flight
	switch t.doing {
	case asked:
		if got, ok := s.read(f); ok {
			c.mute, t.got, t.doing = 0, got, answered
		} else if c.verdict(s.ask, f) == refused {
			c.mute, t.said, t.tries, t.until = 0, refused, tries, now
		}
	case told:
		if v := c.verdict(t.got.cure, f); v != nothing {
			t.said, t.until = v, now
		}
	case trying:
		if now.Sub(t.since) < switches {
			return
		}
		if s.poll == nil || s.answers(f) {
			c.settle(now)
		}
	}
}

// settle ends a trial well: whether it was enough shows later.
func (c *Configurator) settle(now hw.Raw) {
	c.load = load{}
	c.flight = flight{doing: looking, until: now.Add(measures)}
}

// judge compares what was read, and tells the receiver what puts it right.
func (c *Configurator) judge(now hw.Raw, got reading) hw.Output {
	set, f := &c.settings[c.at], &c.flight
	set.Actual = got.actual
	switch {
	case got.state != "":
		set.State = got.state
		return c.next(now)
	case got.cure == nil:
		set.Actual, set.State = set.Wanted, Right
		return c.next(now)
	case c.Mode == Monitor:
		set.State = Differs
		return c.next(now)
	case f.said == refused && c.plan[c.at].split != nil:
		return c.refuse(now)
	case f.tells >= tries-1 || f.said == refused:
		set.State = map[verdict]State{nothing: NoAnswer, confirmed: Ignored, refused: Refused}[f.said]
		if set.State == NoAnswer && c.plan[c.at].ask != nil {
			set.State = Ignored // it answers questions
		}
		return c.next(now)
	}
	f.doing, f.until, f.got = told, now.Add(c.wait(answerIn)), got
	f.tells++
	f.tries, f.said = 0, nothing
	c.changed = now
	baud := c.plan[c.at].baud
	if baud != 0 {
		f.doing, f.since, f.before, f.until = trying, now, c.baud, now.Add(switches)
		if c.plan[c.at].poll == nil {
			f.until = now.Add(settles)
		}
		c.baud = baud
	}
	return hw.Output{Bytes: got.cure, Baud: baud}
}
