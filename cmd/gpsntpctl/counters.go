package main

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

func newCounters(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "counters",
		Short: "Show what gpsntpd has counted since its start",
		Long: "Counters shows how often each thing happened since gpsntpd started.\n" +
			"Exit status: 0 it answered, 69 it did not.",
		Example: "  gpsntpctl counters | grep -v \" 0$\"",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := control.Environ().Client(f.control).Counters(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text := a.JSON
			if !f.json {
				text = []byte(countersText(a.Value))
			}
			return write(c.OutOrStdout(), text)
		},
	}
}

// countersText is a table with a line for each counter, in order of its name.
func countersText(all control.Counters) string {
	const row = "%-12s%-28s%20v\n" // the last has room for the greatest count
	var b strings.Builder
	fmt.Fprintf(&b, row, "GROUP", "NAME", "COUNT")
	for _, group := range slices.Sorted(maps.Keys(all)) {
		for _, name := range slices.Sorted(maps.Keys(all[group])) {
			fmt.Fprintf(&b, row, group, name, all[group][name])
		}
	}
	return b.String()
}
