package main

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

// service is servers --json: everything of the NTP servers in one line.
type service struct {
	Servers  []control.Listener `json:"servers"`
	Verdicts map[string]uint64  `json:"verdicts"` // what became of the requests
	Other    map[string]uint64  `json:"other"`    // what else the servers count
	NTS      control.NTS        `json:"nts"`
}

func newServers(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "servers",
		Short: "Show what the NTP servers do: addresses, verdicts, stamps, NTS",
		Long: `Show on which addresses NTP is served and how much, what became of the requests (the
verdicts are in docs/how-it-works.md; what never happened is left out), what else was
counted (requests that the kernel did not stamp are unstamped), and how NTS is.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		Example: "  gpsntpctl servers\n  gpsntpctl servers --json | jq .verdicts",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client := control.Environ().Client(f.control)
			status, err := client.Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			counters, err := client.Counters(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			s := serviceOf(&status.Value, counters.Value)
			if f.json {
				var b bytes.Buffer
				if err := json.NewEncoder(&b).Encode(s); err != nil {
					return err
				}
				return write(c.OutOrStdout(), b.Bytes())
			}
			return write(c.OutOrStdout(), []byte(serversText(&s, &status.Value, colours(c.OutOrStdout()))))
		},
	}
}

// serviceOf picks what is of the servers.
func serviceOf(s *control.Status, all control.Counters) service {
	x := service{Servers: s.Servers, NTS: s.NTS, Verdicts: map[string]uint64{}, Other: maps.Clone(all["ntp"])}
	for v := range ntp.Verdict(ntp.Verdicts) {
		if n, counted := x.Other[v.String()]; counted {
			x.Verdicts[v.String()] = n
			delete(x.Other, v.String())
		}
	}
	return x
}

// serversText is a table for each part.
func serversText(x *service, s *control.Status, p palette) string {
	const row = "%-38s %13v %13v %13v\n"
	t := table80{palette: p}
	requests := uint64(0)
	fmt.Fprintf(&t, row, "ADDRESS", "REQUESTS", "ANSWERS", "DROPPED")
	for _, l := range x.Servers {
		fmt.Fprintf(&t, row, cut(l.Listen, 38), l.Requests, l.Answers, l.Dropped)
		requests += l.Requests
	}
	t.counted("VERDICT", x.Verdicts, requests)
	t.counted("OTHER", x.Other, 0)
	t.nts(&x.NTS, s.Now.Time)
	return t.String()
}

// counted is a table of what has happened at all, the most frequent first, with
// its share in whole, if that is not 0.
func (t *table80) counted(title string, counts map[string]uint64, whole uint64) {
	names := slices.DeleteFunc(slices.Sorted(maps.Keys(counts)), func(name string) bool { return counts[name] == 0 })
	slices.SortStableFunc(names, func(a, b string) int { return cmp.Compare(counts[b], counts[a]) })
	if len(names) == 0 {
		return
	}
	fmt.Fprintf(t, "\n%-38s %13s\n", title, "COUNT")
	for _, name := range names {
		share := ""
		if whole > 0 {
			part := float64(counts[name]) / float64(whole)
			share = strings.TrimRight(fmt.Sprintf(" %10.1f %%  %s", 100*part, bar(min(part, 1), 10)), " ")
		}
		fmt.Fprintf(t, "%-38s %13d%s\n", name, counts[name], share)
	}
}
