package web

import (
	"cmp"
	"html/template"
	"math/bits"
	"slices"
	"strconv"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// What a client gets.
const (
	served  = "served"
	refused = "refused"
	silent  = "silent"
)

// listed is how many clients the page lists.
const listed = 10

// silence is after how long a client is silent: this many of the polls that it names, or
// an hour where it names none, as simple ones do.
const (
	missed  = 4
	soonest = 2 * time.Minute
	unnamed = time.Hour
)

// limitedPart is the part of its requests of which no more may be dropped of a client that
// is served.
const limitedPart = 4

// clientRow is a client as the page has it.
type clientRow struct {
	Address  string
	Gets     string // "served", "refused" or "silent"
	What     template.HTML
	Requests string
	Poll     string
	Seen     string
	of       *control.ClientEntry
}

// clientele writes who asks and what each gets: those that are refused first, those
// that are silent last, and of each the busiest, if not all.
func (v *view) clientele(all control.Clients) {
	rows := make([]clientRow, 0, len(all)) // there may be thousands
	n := map[string]int{}
	for i := range all {
		gets := gets(&all[i])
		n[gets]++
		rows = append(rows, clientRow{of: &all[i], Address: all[i].Address, Gets: gets})
	}
	order := []string{refused, served, silent}
	busiest := func(a, b clientRow) int { return bits.Len64(b.of.Requests) - bits.Len64(a.of.Requests) } // nearly: else they would change places all the time
	group := func(a, b clientRow) int { return slices.Index(order, a.Gets) - slices.Index(order, b.Gets) }
	address := func(a, b clientRow) int { return cmp.Compare(a.Address, b.Address) }
	slices.SortFunc(rows, func(a, b clientRow) int { return cmp.Or(group(a, b), busiest(a, b), address(a, b)) })
	v.Clients = rows[:min(len(rows), listed)]
	slices.SortFunc(v.Clients, func(a, b clientRow) int { return cmp.Or(group(a, b), address(a, b)) }) // so that none jumps about
	for i := range v.Clients {
		r := &v.Clients[i]
		r.What, r.Requests, r.Poll = v.what(r.of, r.Gets), count(r.of.Requests), some(v.W, r.of.PollSeconds, v.W.duration)
		r.Seen = v.W.say("ago", "duration", v.W.duration(r.of.LastSeenAgeSeconds))
	}
	if len(rows) == 0 {
		v.ClientsSaid = v.W["no_clients"]
		return
	}
	v.ClientsSaid = v.W.say("clients_all", "n", strconv.Itoa(len(all)), "served", strconv.Itoa(n[served]), "refused", strconv.Itoa(n[refused]), "silent", strconv.Itoa(n[silent]))
}

// gets tells what a client gets.
func gets(c *control.ClientEntry) string {
	limit := unnamed.Seconds()
	if c.PollSeconds != nil && *c.PollSeconds > 1 {
		limit = max(soonest.Seconds(), missed**c.PollSeconds)
	}
	switch {
	case c.LastSeenAgeSeconds > limit:
		return silent
	case c.Verdict != nil && *c.Verdict == "answered" && c.Drops <= c.Requests/limitedPart:
		return served
	}
	return refused
}

// what says it.
func (v *view) what(c *control.ClientEntry, gets string) template.HTML {
	switch {
	case gets == silent:
		since := v.Status.Now.Add(-nanoseconds(c.LastSeenAgeSeconds))
		return v.Marked(v.W.say("gets_silent", "time", human.Moment(since, v.Status.Now.Time)+" UTC"))
	case gets == served:
		return plain(v.W["gets_time"])
	case c.Verdict == nil:
		return plain(v.W["gets_none"])
	case *c.Verdict == "rate_limited", *c.Verdict == "rate_kissed", *c.Verdict == "answered": // of its requests too many are dropped
		return plain(v.W["gets_limited"])
	case *c.Verdict == "answered_unsynchronized":
		return plain(v.W["gets_unsynchronized"])
	}
	return plain(v.W["gets_none"])
}
