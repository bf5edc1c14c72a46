package main

import (
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newAlarms(f *flags) *cobra.Command {
	past := false
	c := alarmsVerb(&past).command(f)
	c.AddCommand(newAlarmsTest(f))
	c.Flags().BoolVar(&past, "all", false, "show those that are over, too (--json always does)")
	return c
}

func alarmsVerb(past *bool) verbOf[control.Alarms] {
	return verbOf[control.Alarms]{
		name:  "alarms",
		short: "Show what is wrong now, and what was",
		long: "Alarms lists what is raised now, each with its remedy; with --all also what was\n" +
			"cleared, up to 200 of them since gpsntpd started. In JSON it is a line for each.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		example: "  gpsntpctl alarms\n  gpsntpctl alarms --all --lang zh\n  gpsntpctl alarms --json | jq .",
		ask:     asksIn((*control.Client).Alarms),
		show:    func(alarms *control.Alarms, p screen.Style) string { return alarmsText(*alarms, *past, p) },
		json:    func(alarms *control.Alarms, w io.Writer) error { return writeLines(w, *alarms) },
	}
}

// alarmsText is alarms for people: each cause, and what follows from it below it.
func alarmsText(alarms control.Alarms, all bool, p screen.Style) string {
	var b strings.Builder
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
		severity, colour := p.Word(a.Severity), p.Fair
		if a.Severity == "critical" {
			colour = p.Bad
		}
		when := p.Say("since %s", screen.UTC(a.Raised.Time))
		if a.Cleared != nil {
			colour = ""
			when = p.Say("from %s to %s", a.Raised.UTC().Format(time.DateTime), screen.UTC(a.Cleared.Time))
		}
		fmt.Fprintf(&b, "%s%s  %s  %s\n", margin, p.In(colour, severity), a.Code, when)
		margin += "  "
		lines := screen.Fold(a.Text, screen.Columns-len(margin))
		if a.Remedy != "" && margin == "  " { // the remedy is that of the cause
			lines = append(lines, screen.Fold("→ "+a.Remedy, screen.Columns-len(margin))...)
		}
		for _, line := range lines {
			b.WriteString(margin + line + "\n")
		}
	}
	if b.Len() == 0 {
		return p.Say("No alarms.") + "\n"
	}
	return b.String()
}
