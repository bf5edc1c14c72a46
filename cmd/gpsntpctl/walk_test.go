package main

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/spf13/cobra"
)

// everyVerb calls visit with every verb, those below others too.
func everyVerb(visit func(*cobra.Command)) {
	var walk func(*cobra.Command)
	walk = func(c *cobra.Command) {
		for _, below := range c.Commands() {
			if below.Name() == "help" {
				continue // cobra's
			}
			visit(below)
			walk(below)
		}
	}
	walk(newRoot())
}

func TestEveryVerbHasAnExampleAndSaysHowItExits(t *testing.T) {
	everyVerb(func(c *cobra.Command) {
		path := c.CommandPath()
		if !strings.Contains(c.Long, "Exit status:") {
			t.Errorf("%s: its help does not say how it exits", path)
		}
		if !strings.Contains(c.Example, path) && !c.HasSubCommands() {
			t.Errorf("%s: no example shows it", path)
		}
		for line := range strings.Lines(c.Long + "\n" + c.Example) {
			if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 85 {
				t.Errorf("%s: %d columns: %s", path, n, line)
			}
		}
	})
}
