package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
	"gpsntpd/server/why"
)

// service is servers --json: everything of the NTP servers in one line.
type service struct {
	Servers  []control.Listener `json:"servers"`
	Verdicts map[string]uint64  `json:"verdicts"` // what became of the requests
	Other    map[string]uint64  `json:"other"`    // what else the servers count
	Rates    []rate             `json:"rates"`    // of requests; of several, the shortest first
	FastPath control.FastPath   `json:"fast_path"`
	NTS      control.NTS        `json:"nts"`
}

// rate is how many requests came in a time.
type rate struct {
	OverSeconds       int     `json:"over_seconds"`
	MeanPerSecond     float64 `json:"mean_per_second"`
	GreatestPerSecond float64 `json:"greatest_per_second"`
}

func newServers(f *flags) *cobra.Command {
	return verbOf[served]{
		name:  "servers",
		short: "Show what the NTP servers do: addresses, verdicts, stamps, NTS",
		long: `Show on which addresses NTP is served, how many requests come, what became of them
(the verdicts are in docs/how-it-works.md; what never happened is left out), what
else was counted (requests that the kernel did not stamp are unstamped), and how NTS
is.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		example: "  gpsntpctl servers\n  gpsntpctl servers --json | jq .verdicts",
		ask:     askServers,
		show:    func(x *served, p screen.Style) string { return serversText(&x.service, &x.status, p) },
		json:    func(x *served, w io.Writer) error { return writeLines(w, []service{x.service}) },
	}.command(f)
}

// served is what the screen of servers is made of.
type served struct {
	service
	status control.Status
}

func askServers(ctx context.Context, c *control.Client, _ why.Language) (a control.Answer[served], err error) {
	status, err := c.Status(ctx)
	if err != nil {
		return a, err
	}
	counters, err := c.Counters(ctx)
	if err != nil {
		return a, err
	}
	past, err := c.History(ctx, control.Spans[0])
	a.Value = served{serviceOf(&status.Value, counters.Value), status.Value}
	a.Value.Rates = rates(&past.Value)
	return a, err
}

// serviceOf picks what is of the servers.
func serviceOf(s *control.Status, all control.Counters) service {
	x := service{Servers: s.Servers, FastPath: s.FastPath, NTS: s.NTS, Verdicts: map[string]uint64{}, Other: maps.Clone(all["ntp"])}
	for v := range ntp.Verdict(ntp.Verdicts) {
		if n, counted := x.Other[v.String()]; counted {
			x.Verdicts[v.String()] = n
			delete(x.Other, v.String())
		}
	}
	return x
}

// rates are those of the last 10 s, minute, and hour, as far as they are known.
func rates(h *control.History) []rate {
	all := []rate{}
	for _, over := range []int{10, 60, 3600} {
		sum, n, greatest := 0.0, 0, 0.0
		column := h.RequestsPerSecond
		for _, v := range column[max(len(column)-over/max(h.StepSeconds, 1), 0):] {
			if v != nil {
				sum, n, greatest = sum+*v, n+1, max(greatest, *v)
			}
		}
		if n > 0 {
			all = append(all, rate{over, sum / float64(n), greatest})
		}
	}
	return all
}

// ratesTable is a line for each.
func ratesTable(t *screen.Table, all []rate) {
	if len(all) == 0 {
		return
	}
	const row = "%-38s %13v %13v\n"
	t.WriteString("\n" + screen.Line(row, t.Say("REQUESTS PER SECOND"), t.Say("MEAN"), t.Say("GREATEST")))
	for _, r := range all {
		over := t.Say("last %s", t.Duration(time.Duration(r.OverSeconds)*time.Second))
		t.WriteString(screen.Line(row, over, fmt.Sprintf("%.1f", r.MeanPerSecond), fmt.Sprintf("%.0f", r.GreatestPerSecond)))
	}
}

// serversText is a table for each part.
func serversText(x *service, s *control.Status, p screen.Style) string {
	const row = "%-38s %13v %13v %13v\n"
	t := screen.Table{Style: p}
	requests := uint64(0)
	t.WriteString(screen.Line(row, t.Say("ADDRESS"), t.Say("REQUESTS"), t.Say("ANSWERS"), t.Say("DROPPED")))
	for _, l := range x.Servers {
		fmt.Fprintf(&t, row, screen.Cut(l.Listen, 38), l.Requests, l.Answers, l.Dropped)
		requests += l.Requests
	}
	t.Section("Stamps")
	timestampRows(&t, x.Servers)
	ratesTable(&t, x.Rates)
	countedTable(&t, "VERDICT", x.Verdicts, requests)
	countedTable(&t, "OTHER", x.Other, 0)
	fastPathSection(&t, &x.FastPath)
	ntsSection(&t, &x.NTS, s.Now.Time)
	return t.String()
}

// countedTable is a table of what has happened at all, the most frequent first, with
// its share in whole, if that is not 0.
func countedTable(t *screen.Table, title string, counts map[string]uint64, whole uint64) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(name string) bool { return counts[name] == 0 })
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	if len(names) == 0 {
		return
	}
	t.WriteString("\n" + screen.Line("%-38s %13s\n", t.Say(title), t.Say("COUNT")))
	for _, name := range names {
		share := ""
		if whole > 0 {
			part := float64(counts[name]) / float64(whole)
			share = strings.TrimRight(fmt.Sprintf(" %10.1f %%  %s", 100*part, screen.Bar(min(part, 1), 10)), " ")
		}
		fmt.Fprintf(t, "%-38s %13d%s\n", name, counts[name], share)
	}
}
