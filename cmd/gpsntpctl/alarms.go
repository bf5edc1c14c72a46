package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func newAlarms(f *flags) *cobra.Command {
	lang, all := "", false
	c := &cobra.Command{
		Use:   "alarms",
		Short: "Show what is wrong now, and what was",
		Long: "Alarms lists what is raised now, each with its remedy; with --all also what was\n" +
			"cleared, up to 200 of them since gpsntpd started. In JSON it is a line for each.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		Example: "  gpsntpctl alarms\n  gpsntpctl alarms --all --lang zh\n  gpsntpctl alarms --json | jq .",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l := spoken(lang)
			a, err := control.Environ().Client(f.control).Alarms(c.Context(), string(l))
			if err != nil {
				return failure{exitUnreachable, err}
			}
			if f.json {
				return writeLines(c.OutOrStdout(), a.Value)
			}
			return write(c.OutOrStdout(), []byte(alarmsText(a.Value, all, l, colours(c.OutOrStdout()))))
		},
	}
	languageFlag(c, &lang)
	c.AddCommand(newAlarmsTest(f))
	c.Flags().BoolVar(&all, "all", false, "show those that are over, too (--json always does)")
	return c
}

// raisedWords are what is said around alarms, by language.
var raisedWords = map[why.Language]struct{ none, since, until, warning, critical string }{
	why.English: {"No alarms.", "since %s UTC", "from %s to %s UTC", "warning", "critical"},
	why.Chinese: {"没有告警。", "自 %s UTC 起", "%s 至 %s UTC", "警告", "严重"},
}

// alarmsText is alarms for people: each cause, and what follows from it below it.
func alarmsText(alarms control.Alarms, all bool, l why.Language, p palette) string {
	var b strings.Builder
	words := raisedWords[l]
	for i := range alarms {
		a := &alarms[i]
		if a.Cleared != nil && !all {
			continue
		}
		margin := ""
		if a.Because != nil && a.Cleared == nil {
			margin = "  "
		} else if b.Len() > 0 {
			b.WriteString("\n")
		}
		severity, colour := words.warning, p.fair
		if a.Severity == "critical" {
			severity, colour = words.critical, p.bad
		}
		when := fmt.Sprintf(words.since, a.Raised.UTC().Format(time.DateTime))
		if a.Cleared != nil {
			colour = ""
			when = fmt.Sprintf(words.until, a.Raised.UTC().Format(time.DateTime), a.Cleared.UTC().Format(time.DateTime))
		}
		if colour != "" {
			severity = colour + severity + p.end
		}
		fmt.Fprintf(&b, "%s%s  %s  %s\n", margin, severity, a.Code, when)
		margin += "  "
		lines := folded(a.Text, columns-len(margin))
		if a.Remedy != "" && margin == "  " { // the remedy is that of the cause
			lines = append(lines, folded("→ "+a.Remedy, columns-len(margin))...)
		}
		for _, line := range lines {
			b.WriteString(margin + line + "\n")
		}
	}
	if b.Len() == 0 {
		return words.none + "\n"
	}
	return b.String()
}
