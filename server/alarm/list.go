package alarm

import (
	"cmp"
	"slices"
	"time"

	"gpsntpd/server/why"
)

// All returns the alarms that are raised, as the chain is now, then those of the
// past, the newest first. Of those that are raised each cause has what follows from
// it below it; the first cause of the chain is first, if it is among them, then the
// worst and the newest.
func (e *Engine) All(now time.Time, c *why.Chain, first why.Code) (all []Alarm) {
	add := func(i int, because Code) {
		a := *e.rules[i].raised
		cause, is := rules[i].cause(c)
		a.end(cause, is, now)
		a.Because = because
		all = append(all, a)
	}
	var roots []int
	for i := range e.rules {
		if e.rules[i].raised != nil && e.root(i) < 0 {
			roots = append(roots, i)
		}
	}
	rank := func(a *Alarm) int {
		switch {
		case !a.Ended.IsZero():
			return 3
		case a.Cause == first:
			return 0
		case a.Severity == Critical:
			return 1
		}
		return 2
	}
	slices.SortStableFunc(roots, func(i, j int) int {
		a, b := e.rules[i].raised, e.rules[j].raised
		return cmp.Or(cmp.Compare(rank(a), rank(b)), b.Raised.Compare(a.Raised))
	})
	for _, r := range roots {
		add(r, "")
		for i := range e.rules {
			if e.rules[i].raised != nil && e.root(i) == r {
				add(i, rules[r].Code)
			}
		}
	}
	for i := range e.past {
		all = append(all, e.past[(e.next+len(e.past)-1-i)%len(e.past)])
	}
	return all
}
