package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// exitUndelivered is the status of alarms test when a way has failed.
const exitUndelivered = 1

func newAlarmsTest(f *flags) *cobra.Command {
	c := &cobra.Command{
		Use:   "test [NAME]",
		Short: "Send a test notice by every way that is configured",
		Long: "Have gpsntpd send a notice that says that it is a test, and print what was answered:\n" +
			"by every way of the configuration, or by the one called NAME. Each is tried once.\n" +
			"NAME is exec, webhook, syslog, or the name of a service's file. In JSON it is a line\n" +
			"for each.\n" +
			"Exit status: 0 all have been delivered, 1 one has not, or none is configured,\n" +
			"69 gpsntpd does not answer.",
		Example: "  gpsntpctl alarms test\n  gpsntpctl alarms test dingtalk\n  gpsntpctl alarms test --json | jq -r .answer",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(c *cobra.Command, args []string) error {
			name := strings.Join(args, "")
			a, err := control.Environ().Client(f.control).TestAlarms(c.Context(), name)
			switch {
			case err != nil && explicable(err):
				return f.unreachable(c.Context(), err)
			case err != nil:
				return failure{exitUndelivered, err}
			}
			if f.json {
				err = writeLines(c.OutOrStdout(), a.Value)
			} else {
				err = write(c.OutOrStdout(), []byte(testsText(a.Value, f.style(c))))
			}
			if err == nil && slices.ContainsFunc(a.Value, func(t control.Test) bool { return !t.Delivered }) {
				return failure{status: exitUndelivered}
			}
			return err
		},
	}
	return c
}

// testsText is the results of test notices, for people.
func testsText(all control.Tests, p screen.Style) string {
	var b strings.Builder
	width := 0
	for i := range all {
		width = max(width, screen.Width(all[i].Way))
	}
	for i := range all {
		t := &all[i]
		form, colour, rest := "delivered in %s", p.Good, t.Answer
		if !t.Delivered {
			form, colour, rest = "failed after %s", p.Bad, *t.Error
		}
		result := p.Say(form, human.Seconds(screen.Seconds(t.Seconds)))
		if t.Way == "syslog" && t.Delivered {
			result = p.Say("sent; it never answers")
		}
		fmt.Fprintf(&b, "%s  %s\n", screen.Pad(t.Way, width), colour+result+p.End)
		if rest != "" {
			for _, line := range screen.Fold(rest, screen.Columns-2) {
				b.WriteString("  " + line + "\n")
			}
		}
	}
	return b.String()
}
