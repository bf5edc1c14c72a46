package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// exitUndelivered is the status of alarms test when a way has failed.
const exitUndelivered = 1

func newAlarmsTest(f *flags) *cobra.Command {
	lang := ""
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
				return failure{exitUnreachable, err}
			case err != nil:
				return failure{exitUndelivered, err}
			}
			if f.json {
				err = writeLines(c.OutOrStdout(), a.Value)
			} else {
				err = write(c.OutOrStdout(), []byte(testsText(a.Value, spoken(lang), colours(c.OutOrStdout()))))
			}
			if err == nil && slices.ContainsFunc(a.Value, func(t control.Test) bool { return !t.Delivered }) {
				return failure{status: exitUndelivered}
			}
			return err
		},
	}
	languageFlag(c, &lang)
	return c
}

// testWords are what is said around tests, by language.
var testWords = map[why.Language]struct{ delivered, failed, sent string }{
	why.English: {"delivered in %s", "failed after %s", "sent; it never answers"},
	why.Chinese: {"已送达，用时 %s", "失败，用时 %s", "已发出；对方从不应答"},
}

// testsText is what came of test notices, for people.
func testsText(all control.Tests, l why.Language, p palette) string {
	var b strings.Builder
	width := 0
	for i := range all {
		width = max(width, wide(all[i].Way))
	}
	words := testWords[l]
	for i := range all {
		t := &all[i]
		form, colour, rest := words.delivered, p.good, t.Answer
		if !t.Delivered {
			form, colour, rest = words.failed, p.bad, *t.Error
		}
		result := fmt.Sprintf(form, human.Seconds(seconds(t.Seconds)))
		if t.Way == "syslog" && t.Delivered {
			result = words.sent
		}
		fmt.Fprintf(&b, "%s  %s\n", padded(t.Way, width), colour+result+p.end)
		if rest != "" {
			for _, line := range folded(rest, columns-2) {
				b.WriteString("  " + line + "\n")
			}
		}
	}
	return b.String()
}
