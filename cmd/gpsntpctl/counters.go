package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newCounters(f *flags) *cobra.Command {
	all := false
	c := verbOf[control.Counters]{
		name:  "counters",
		short: "Show what gpsntpd has counted since its start",
		long: "Counters shows how often each thing happened since gpsntpd started, and leaves\n" +
			"out what never did. JSON has everything.\n" +
			"Exit status: 0 it answered, 69 it did not.",
		example: "  gpsntpctl counters --all",
		ask:     asks((*control.Client).Counters),
		show:    func(counted *control.Counters, p screen.Style) string { return countersText(*counted, all, p) },
	}.command(f)
	c.Flags().BoolVar(&all, "all", false, "show what never happened, too")
	return c
}

// countersText is a table with a line for each counter, in order of its name; those
// that are zero only with all.
func countersText(counted control.Counters, all bool, p screen.Style) string {
	const row = "%-12s%-28s%20v\n" // the last has room for the greatest count
	var b strings.Builder
	b.WriteString(screen.Line(row, p.Say("GROUP"), p.Say("NAME"), p.Say("COUNT")))
	for _, group := range slices.Sorted(maps.Keys(counted)) {
		for _, name := range slices.Sorted(maps.Keys(counted[group])) {
			if n := counted[group][name]; all || n > 0 {
				fmt.Fprintf(&b, row, group, name, n)
			}
		}
	}
	return b.String()
}
