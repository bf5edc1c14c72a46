// Package alarm raises and clears alarms: defects that somebody ought to know
// of, from the chain of causes that package why works out once a second.
package alarm

import (
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/why"
)

// Code is the enumerated word for an alarm.
type Code string

// Severity is how much it matters.
type Severity string

// The severities.
const (
	Warning  Severity = "warning"
	Critical Severity = "critical" // no time is served, or soon will not be
)

// Alarm is one that was raised, and maybe cleared since.
type Alarm struct {
	Code     Code
	Severity Severity
	Cause    why.Code
	Raised   time.Time
	Cleared  time.Time // zero while it is raised
	English  Said
	Chinese  Said
}

// Said is what was the case when it was raised, and what to do about it.
type Said struct{ Text, Remedy string }

// In returns the words in a language.
func (a *Alarm) In(l why.Language) Said {
	if l == why.Chinese {
		return a.Chinese
	}
	return a.English
}

// ring is how many alarms of the past are remembered.
const ring = 200

// Engine raises and clears. The zero value has raised nothing.
type Engine struct {
	rules [len(rules)]progress
	past  []Alarm // a ring, once it is full
	next  int     // the place in it of the next one
}

// progress is how far a rule is on its way to raise or clear its alarm.
type progress struct {
	turned hw.Raw // since when the condition is not as the alarm has it; 0: it is
	raised *Alarm // nil while it is not
}

// Step looks at the chain that f leads to, at a moment of the raw clock, which
// is now in UTC as far as anybody knows. It returns what was raised or cleared:
// mostly nothing, and then it allocates nothing.
func (e *Engine) Step(at hw.Raw, now time.Time, c *why.Chain, f *why.Facts) (turned []Alarm) {
	for i, r := range rules {
		p := &e.rules[i]
		cause, is := r.cause(c)
		if is == (p.raised != nil) {
			p.turned = 0
			continue
		}
		if p.turned == 0 {
			p.turned = at
		}
		wait := r.Raise
		if p.raised != nil {
			wait = r.Clear
		}
		if at.Sub(p.turned) < wait {
			continue
		}
		p.turned = 0
		if is {
			p.raised = r.alarm(cause, now, f)
			turned = append(turned, *p.raised)
			continue
		}
		p.raised.Cleared = now
		turned = append(turned, *p.raised)
		e.remember(*p.raised)
		p.raised = nil
	}
	return turned
}

func (e *Engine) remember(a Alarm) {
	if len(e.past) < ring {
		e.past = append(e.past, a)
		return
	}
	e.past[e.next] = a
	e.next = (e.next + 1) % ring
}

// All returns the alarms that are raised, the newest first, then those of the
// past, likewise.
func (e *Engine) All() []Alarm {
	var all []Alarm
	for i := range e.rules {
		if a := e.rules[i].raised; a != nil {
			all = append(all, *a)
		}
	}
	newest(all)
	for i := range e.past {
		all = append(all, e.past[(e.next+len(e.past)-1-i)%len(e.past)])
	}
	return all
}
