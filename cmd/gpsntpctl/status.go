package main

import (
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

// exitNotWritten says that the answer came but could not be written.
const exitNotWritten = 1

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
			a, err := control.Environ().Client(f.control).Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text, p := a.JSON, colours(c.OutOrStdout())
			switch {
			case f.json:
			case verbose:
				text = []byte(detailsText(&a.Value, p) + heldBy(&a.Value.Receiver) + "\n" + sentenceText(&a.Value))
			default:
				text = []byte(statusText(&a.Value, p) + heldBy(&a.Value.Receiver))
			}
			return write(c.OutOrStdout(), text)
		},
	}
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show everything")
	return c
}

func write(w io.Writer, text []byte) error {
	if _, err := w.Write(text); err != nil {
		return failure{exitNotWritten, err}
	}
	return nil
}

// palette colours the words that say whether all is well. The zero value
// colours nothing: the words alone say it all.
type palette struct{ good, fair, bad, end, pale string }

// stale greys lines that are not of now, below a line that says of when they are.
func (p palette) stale(said string, age *float64, text string) string {
	if p.pale != "" {
		text = p.pale + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", p.end+"\n"+p.pale) + p.end + "\n"
	}
	return said + " " + with(age, ago) + ".\n" + text
}

// colours returns colours for a terminal whose user has nothing against them.
func colours(w io.Writer) palette {
	if a, plain := w.(*asciiWriter); plain {
		w = a.Writer
	}
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return palette{}
	}
	return palette{"\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[m", "\x1b[2m"}
}
