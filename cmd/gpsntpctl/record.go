package main

import (
	"bytes"
	"errors"
	"os"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/recorder"
)

// saved is record --json.
type saved struct {
	File         string  `json:"file"`
	Bytes        int     `json:"bytes"`
	LastsSeconds float64 `json:"lasts_seconds"`
	Edges        int     `json:"edges"`
	Samples      int     `json:"samples"`
	Rejected     int     `json:"rejected"`
	Steps        int     `json:"steps"`
}

func newRecord(f *flags) *cobra.Command {
	path := ""
	c := &cobra.Command{
		Use:   "record",
		Short: "Save what the flight recorder holds of the last hours",
		Long: `Save what gpsntpd keeps in memory of the last hours: every byte of the receiver,
every edge of the pulse, and what was made of them. gpsntpctl replay shows it, and
gpsntpd --replay plays it to a daemon again. It contains the antenna's position:
for a bug report, gpsntpctl report takes that out.

Exit status: 0 saved, 1 the file cannot be written, 69 gpsntpd does not answer, or records nothing.`,
		Example: "  gpsntpctl record\n  gpsntpctl record -o monday.record",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			var text bytes.Buffer
			if err := control.Environ().Client(f.control).Record(c.Context(), &text); err != nil {
				return f.unreachable(c.Context(), err)
			}
			if path == "-" {
				return write(c.OutOrStdout(), text.Bytes())
			}
			s := new(reel)
			h, err := recorder.Read(bytes.NewReader(text.Bytes()), s.take)
			if err != nil {
				return err
			}
			if path == "" {
				path = h.Recorded.UTC().Format("gpsntpd-20060102T150405Z.record")
			}
			// The antenna's position is only for its owner.
			if err := writePrivate(path, text.Bytes()); err != nil {
				return failure{exitNotWritten, err}
			}
			p := f.style(c)
			if f.json {
				return writeLines(c.OutOrStdout(), []saved{{path, text.Len(), s.length().Seconds(), s.edges, s.samples, s.rejected, s.steps}})
			}
			return write(c.OutOrStdout(), []byte(p.Say("%s: %s, %s.", path, p.Duration(s.length()), s.counted(p))+"\n"+p.Say("Contains the antenna's position: do not publish.")+"\n"))
		},
	}
	c.Flags().StringVarP(&path, "output", "o", "", "`FILE` to write, - for standard output (default: a name with the date)")
	return c
}

// writePrivate writes a file that its owner alone may read, also where there was one that
// everybody may.
func writePrivate(path string, text []byte) error {
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	info, err := file.Stat()
	if err == nil && info.Mode().IsRegular() {
		err = file.Chmod(0o600)
	}
	if err == nil {
		_, err = file.Write(text)
	}
	return errors.Join(err, file.Close())
}
