package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

// service is servers --json: everything of the NTP servers in one line.
type service struct {
	Servers  []control.Listener `json:"servers"`
	Verdicts map[string]uint64  `json:"verdicts"` // how often each was the answer to a request
	Stamps   map[string]uint64  `json:"stamps"`   // how often each went wrong
	NTS      control.NTS        `json:"nts"`
}

func newServers(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "servers",
		Short: "Show what the NTP servers do: addresses, verdicts, stamps, NTS",
		Long: `Show on which addresses NTP is served and how much, what became of the requests (the
verdicts are in docs/how-it-works.md; those that never happened are left out), whether
the kernel stamped them all, and how NTS is.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		Example: "  gpsntpctl servers\n  gpsntpctl servers --json | jq .verdicts",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			client := control.Environ().Client(f.control)
			status, err := client.Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			counters, err := client.Counters(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			s := serviceOf(&status.Value, counters.Value)
			if f.json {
				var b bytes.Buffer
				if err := json.NewEncoder(&b).Encode(s); err != nil {
					return err
				}
				return write(c.OutOrStdout(), b.Bytes())
			}
			return write(c.OutOrStdout(), []byte(serversText(&s, &status.Value, colours(c.OutOrStdout()))))
		},
	}
}

// stampCounters are those of the group ntp that are no verdicts.
var stampCounters = map[string]string{
	"unstamped":      "requests whose arrival the kernel did not stamp",
	"receive_failed": "times that the kernel could not hand over requests",
}
