package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"gpsntpd/cmd/gpsntpctl/screen"
)

// verbs make the commands.
type verbs []func(*flags) *cobra.Command

// headings are those of the list of verbs, with the verbs below each.
var headings = []struct {
	title string
	verbs verbs
}{
	{"Is all well?", verbs{newStatus, newWhy, newDoctor, newAlarms, newHealth, newWatch, newWait}},
	{"How good is the time?", verbs{newBudget, newHoldover, newTracking, newLeap}},
	{"How good is the reception?", verbs{newSources, newSatellites, newPulse, newReceiver, newEdges}},
	{"Who asks?", verbs{newServers, newClients, newCounters}},
	{"What has happened?", verbs{newLog, newRecord, newReplay, newReport}},
	{"How are others, and this host?", verbs{newVerify, newQuery, newTrace, newSet, newKernel, newHolders}},
	{"Set up", verbs{newSetup, newConfig, newKeygen, newNTS, newCompletion, newVersion}},
	{"Try out", verbs{newDecode, newSimulate, newDiscipline}},
}

// arrange adds the verbs below their headings, and puts all help into 80 columns.
func arrange(root *cobra.Command, f *flags) {
	for _, h := range headings {
		root.AddGroup(&cobra.Group{ID: h.title, Title: h.title})
		for _, newVerb := range h.verbs {
			v := newVerb(f)
			v.GroupID = h.title
			root.AddCommand(v)
		}
	}
	explain(root)
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
				lines = append(lines, screen.Wrap(strings.Join(words, " "), screen.Columns)...)
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

// explain has c, and all below it, say of arguments and flags that are not right what
// would be.
func explain(c *cobra.Command) {
	if fits := c.Args; fits != nil {
		c.Args = func(c *cobra.Command, args []string) error {
			switch err := fits(c, args); {
			case err == nil, c.HasSubCommands():
				return err
			case len(args) == 0:
				return fmt.Errorf("an argument is missing: %s", c.UseLine())
			case len(c.ValidArgs) > 0:
				return fmt.Errorf("%q: want one of %s", args, strings.Join(c.ValidArgs, ", "))
			default:
				return fmt.Errorf("%q: not these arguments: %s", args, c.UseLine())
			}
		}
	}
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error {
		if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok && e.GetFlag().Value.Type() == "duration" {
			return fmt.Errorf("--%s: want a time with its unit (ns, us, ms, s, m, h) such as 500us; got %q", e.GetFlag().Name, e.GetValue())
		}
		return err
	})
	for _, below := range c.Commands() {
		explain(below)
	}
}
