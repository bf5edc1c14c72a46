// Package alarm raises and clears alarms: defects that someone ought to know
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
	Cause    why.Code // the state of the chain that is the reason, as it was last
	Because  Code     // the alarm that it follows from; "" for a cause of its own
	Told     bool     // a notice of its own is due: what follows from another alarm has none
	Raised   time.Time
	Ended    time.Time // since when its cause has been gone; zero while it is there
	Cleared  time.Time // zero while it is raised
	English  Said
	Chinese  Said
}

// Said is what was the case when it was raised, and what to do about it.
type Said struct{ Clause, Text, Remedy string }

// said returns the words in a language, as it was raised.
func (a *Alarm) said(l why.Language) Said {
	if l == why.Chinese {
		return a.Chinese
	}
	return a.English
}

// Notice is what is told of a when it is raised or cleared.
func (a *Alarm) Notice(l why.Language) (text, remedy string) {
	said := a.said(l)
	if a.Cleared.IsZero() {
		return said.Text, said.Remedy
	}
	return l.Over(said.Clause, a.Raised, a.Ended, time.Time{}), ""
}

// Now is what is to be said of a now, when the facts are f.
func (a *Alarm) Now(f *why.Facts, l why.Language, now time.Time) (text, remedy string) {
	switch {
	case !a.Cleared.IsZero():
		return a.Notice(l)
	case !a.Ended.IsZero():
		return l.Over(a.said(l).Clause, a.Raised, a.Ended, now), ""
	}
	if a.Because == WrongSecond { // whose words are the same
		return f.Tell(why.NTPWarning, l)
	}
	return f.Tell(a.Cause, l)
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
	is     bool     // its condition
	cause  why.Code // of that
	turned hw.Raw   // since when the condition is not as the alarm has it; 0: it is
	due    bool     // for long enough
	raised *Alarm   // nil while it is not
	told   Severity // the worst that was told of it and of what follows from it
}

// Step looks at the chain that f leads to, at a moment of the raw clock, which
// is now in UTC as far as anybody knows. It returns what was raised or cleared:
// mostly nothing, and then it allocates nothing.
func (e *Engine) Step(at hw.Raw, now time.Time, c *why.Chain, f *why.Facts) (turned []Alarm) {
	e.look(at, now, c)
	for i := range e.rules {
		if p := &e.rules[i]; p.due && p.is {
			p.raised = rules[i].alarm(p.cause, now, f)
			e.tell(i)
			turned = append(turned, *p.raised)
		}
	}
	for i := range e.rules {
		p := &e.rules[len(rules)-1-i] // what follows goes before its cause
		if !p.due || p.is || e.held(len(rules)-1-i, at) {
			continue
		}
		p.raised.Cleared = now
		turned = append(turned, *p.raised)
		e.remember(*p.raised)
		*p = progress{}
	}
	for i := range e.rules { // what has lost its cause is one
		p := &e.rules[i]
		if p.raised == nil || !p.is || p.raised.Because == "" || e.root(i) >= 0 {
			continue
		}
		told := p.raised.Told
		if e.tell(i); !told {
			turned = append(turned, *p.raised)
		}
	}
	return turned
}

// look brings the conditions up to date, and finds what is due. What something
// that is raised follows from is due with it, since the harm is done.
func (e *Engine) look(at hw.Raw, now time.Time, c *why.Chain) {
	for i := range e.rules {
		p := &e.rules[i]
		p.due = false
		if p.cause, p.is = rules[i].cause(c); p.is == (p.raised != nil) {
			p.turned = 0
		} else if p.turned == 0 {
			p.turned = at
		}
		wait := rules[i].Raise
		if p.raised != nil {
			wait = rules[i].Clear
			p.raised.end(p.cause, p.is, now)
		}
		p.due = p.turned != 0 && at.Sub(p.turned) >= wait
	}
	for i := len(rules) - 1; i >= 0; i-- {
		if p := &e.rules[i]; !p.is || p.raised == nil && !p.due {
			continue
		}
		for j := range i {
			above := &e.rules[j]
			switch {
			case rules[i].follows(rules[j].Code):
				above.due = above.due || above.is && above.raised == nil
			case rules[j].Yields == rules[i].Code:
				above.due = above.due || !above.is && above.raised != nil
			}
		}
	}
}

// end notes what the cause of a is now, or that there is none any more.
func (a *Alarm) end(cause why.Code, is bool, now time.Time) {
	switch {
	case is:
		a.Cause, a.Ended = cause, time.Time{}
	case a.Ended.IsZero():
		a.Ended = now
	}
}

// root is the rule whose alarm is raised and which that of rule i follows from: the
// first on the way of time, which follows from nothing. −1 when there is none.
func (e *Engine) root(i int) int {
	for j := range i {
		if e.rules[j].raised != nil && rules[i].follows(rules[j].Code) {
			return j
		}
	}
	return -1
}

// tell decides whether a notice is due of the alarm of rule i: of a cause, and of
// what is worse than all that was told of its cause.
func (e *Engine) tell(i int) {
	p := &e.rules[i]
	p.raised.Because = ""
	if r := e.root(i); r >= 0 {
		p.raised.Because = rules[r].Code
		if above := &e.rules[r]; above.told == Critical || above.told == p.raised.Severity {
			return
		}
		e.rules[r].told = p.raised.Severity
	}
	p.raised.Told, p.told = true, p.raised.Severity
}

// linger is how long a cause that is gone stays for what followed from it.
const linger = 2 * time.Minute

// held reports whether the alarm of rule i stays raised for what follows from it.
func (e *Engine) held(i int, at hw.Raw) bool {
	p := &e.rules[i]
	if at.Sub(p.turned) >= rules[i].Clear+linger {
		return false
	}
	for j := i + 1; j < len(rules); j++ {
		if e.rules[j].raised != nil && e.root(j) == i {
			return true
		}
	}
	return false
}

func (e *Engine) remember(a Alarm) {
	if len(e.past) < ring {
		e.past = append(e.past, a)
		return
	}
	e.past[e.next] = a
	e.next = (e.next + 1) % ring
}
