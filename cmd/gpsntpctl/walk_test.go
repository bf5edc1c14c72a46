package main

import (
	"os"
	"regexp"
	"strings"
	"testing"

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
		if c.Parent() == c.Root() && c.GroupID == "" {
			t.Errorf("%s: it stands below no heading", path)
		}
		help, err := verb("", append(strings.Fields(path)[1:], "--help")...)
		if err != nil {
			t.Error(err)
		}
		narrow(t, path+" --help", help)
	})
}

func TestTheListOfVerbsFitsATerminalAndNamesThemAllOnce(t *testing.T) {
	help, err := verb("", "--help")
	if err != nil {
		t.Fatal(err)
	}
	narrow(t, "--help", help)
	everyVerb(func(c *cobra.Command) {
		if c.Parent() == c.Root() && strings.Count(help, "\n  "+c.Name()+" ") != 1 {
			t.Errorf("%s is not in\n%s", c.Name(), help)
		}
	})
}

func TestAShellIsOfferedTheWordsThatAFlagTakes(t *testing.T) {
	for args, want := range map[string]string{
		"clients --sort":      "address\ndrops\nrequests\nseen\n:4\n",
		"holdover --span":     "1h\n24h\n60d\n:4\n",
		"why --lang":          "en\nzh\n:4\n",
		"keygen --type":       "aes128\naes256\nsha256\nsha1\n:4\n",
		"log --level":         "debug\ninfo\nwarn\nerror\n:4\n",
		"watch":               "status\nsatellites\npulse\nclients\nalarms\nwhy\nlog\n:4\n",
		"simulate --scenario": "nofix",
	} {
		got, err := verb("", append(append([]string{"__complete"}, strings.Fields(args)...), "")...)
		if !strings.Contains(got, want) || err != nil {
			t.Errorf("%s: %q, %v", args, got, err)
		}
	}
}

func TestEveryVerbHasItsLineInTheListOfCommands(t *testing.T) {
	for _, path := range []string{"../../docs/operate.md", "../../docs/operate.zh-CN.md"} {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		everyVerb(func(c *cobra.Command) {
			line := regexp.MustCompile("(?m)^\\| `" + regexp.QuoteMeta(c.CommandPath()) + "[ `]")
			if !c.HasSubCommands() && !line.Match(text) {
				t.Errorf("%s has no line for %s", path, c.CommandPath())
			}
		})
	}
}

func TestWhatIsWrongWithAVerbIsSaidWithWhatWouldBeRight(t *testing.T) {
	for args, want := range map[string]string{
		"decode":                "an argument is missing: gpsntpctl decode FILE",
		"status now":            `["now"]: not these arguments: gpsntpctl status`,
		"watch me":              `["me"]: want one of `,
		"completion":            "an argument is missing: gpsntpctl completion",
		"wait --max-error 5":    `--max-error: want a time with its unit (ns, us, ms, s, m, h) such as 500us; got "5"`,
		"query --timeout x h":   `--timeout: want a time with its unit`,
		"log --lines=-3":        "--lines: want a number of lines; got -3",
		"keygen --id 65536":     "--id 65536: expected a number from 1 to 65535",
		"health --no-such-flag": "unknown flag: --no-such-flag",
	} {
		if _, err := verb("/nonexistent", strings.Fields(args)...); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", args, err)
		}
	}
}
