package main

import (
	"encoding/json"
	"fmt"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

// versions of both programs; the daemon's is nil when it does not answer.
type versions struct {
	Client string  `json:"gpsntpctl"`
	Daemon *string `json:"gpsntpd"`
}

func newVersion(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "version",
		Short: "Show the version of this program and of the running gpsntpd",
		Long: `Show the version of this program, and of the running gpsntpd if one answers.
Exit status: 0, also when it does not.`,
		Example: "  gpsntpctl version --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			v := versions{Client: version}
			a, err := control.Environ().Client(f.control).Status(c.Context())
			if err == nil {
				v.Daemon = &a.Value.Version
			}
			if f.json {
				text, err := json.Marshal(v)
				if err != nil {
					return err
				}
				return write(c.OutOrStdout(), append(text, '\n'))
			}
			daemon := f.style(c).Say("does not answer")
			if v.Daemon != nil {
				daemon = *v.Daemon
			}
			return write(c.OutOrStdout(), fmt.Appendf(nil, "gpsntpctl  %s\ngpsntpd    %s\n", v.Client, daemon))
		},
	}
}
