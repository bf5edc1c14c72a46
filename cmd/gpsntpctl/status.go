package main

import (
	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newStatus(f *flags) *cobra.Command {
	verbose := false
	c := verbOf[control.Status]{
		name:  "status",
		short: "Show the clock, the receiver, the pulse and the servers",
		long: "Status asks the running gpsntpd how it is, and says so: what matters most, on one\n" +
			"screen. With -v it shows all, and the sentence at the end, where it stays.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		example: "  gpsntpctl status\n  gpsntpctl status -v\n  gpsntpctl status --json | jq .bound_seconds",
		ask:     statusIn,
		show: func(s *control.Status, p screen.Style) string {
			if verbose {
				return detailsText(s, p) + heldBy(&s.Receiver, p) + "\n" + sentenceText(s)
			}
			return statusText(s, p) + heldBy(&s.Receiver, p)
		},
	}.command(f)
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show everything")
	return c
}
