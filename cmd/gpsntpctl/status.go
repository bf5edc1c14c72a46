package main

import (
	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

func newStatus(f *flags) *cobra.Command {
	verbose := false
	c := &cobra.Command{
		Use:   "status",
		Short: "Show the clock, the receiver, the pulse and the servers",
		Long: "Status asks the running gpsntpd how it is, and says so: what matters most, on one\n" +
			"screen. With -v it shows all, and the sentence at the end, where it stays.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		Example: "  gpsntpctl status\n  gpsntpctl status -v\n  gpsntpctl status --json | jq .bound_seconds",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := statusIn(c.Context(), control.Environ().Client(f.control), f.language())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text, p := a.JSON, f.style(c)
			switch {
			case f.json:
			case verbose:
				text = []byte(detailsText(&a.Value, p) + heldBy(&a.Value.Receiver, p) + "\n" + sentenceText(&a.Value))
			default:
				text = []byte(statusText(&a.Value, p) + heldBy(&a.Value.Receiver, p))
			}
			return write(c.OutOrStdout(), text)
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show everything")
	return c
}
