package main

import (
	"strings"

	"github.com/spf13/cobra"
)

// groups are the headings of the list of verbs, with those that stand below.
var groups = []struct {
	title string
	verbs string
}{
	{"Is all well?", "status why alarms health watch wait"},
	{"How good is the time?", "budget holdover tracking leap"},
	{"How good is the reception?", "sources satellites pulse"},
	{"Who asks?", "servers clients counters"},
	{"What has happened?", "log record replay report"},
	{"How are others, and this host?", "query trace kernel holders"},
	{"Set up", "config keygen nts completion version"},
	{"Try out", "decode simulate discipline"},
}

// arrange puts the verbs below their headings, and all help into 80 columns.
func arrange(root *cobra.Command) {
	of := map[string]string{}
	for _, g := range groups {
		root.AddGroup(&cobra.Group{ID: g.title, Title: g.title})
		for _, v := range strings.Fields(g.verbs) {
			of[v] = g.title
		}
	}
	for _, v := range root.Commands() {
		v.GroupID = of[v.Name()]
	}
	root.SetUsageTemplate(strings.ReplaceAll(root.UsageTemplate(), "FlagUsages", "FlagUsagesWrapped 80"))
	refill(root)
}

// refill fills the lines of the help of c and of all below it.
func refill(c *cobra.Command) {
	var parts []string
	for part := range strings.SplitSeq(strings.Replace(c.Long, "\nExit status:", "\n\nExit status:", 1), "\n\n") {
		var lines, words []string
		end := func() {
			if len(words) > 0 {
				lines = append(lines, wrap(strings.Join(words, " "), columns)...)
			}
			words = nil
		}
		for line := range strings.SplitSeq(strings.Trim(part, "\n"), "\n") {
			if strings.HasPrefix(line, " ") { // it stands as it is
				end()
				lines = append(lines, line)
				continue
			}
			words = append(words, line)
		}
		end()
		if len(lines) > 0 {
			parts = append(parts, strings.Join(lines, "\n"))
		}
	}
	c.Long = strings.Join(parts, "\n\n")
	for _, below := range c.Commands() {
		refill(below)
	}
}
