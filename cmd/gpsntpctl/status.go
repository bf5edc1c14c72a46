package main

import (
	"io"
	"os"
	"strings"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
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
			a, err := statusIn(c.Context(), control.Environ().Client(f.control), f.language())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text, p := a.JSON, f.style(c)
			switch {
			case f.json:
			case verbose:
				text = []byte(detailsText(&a.Value, p) + p.heldBy(&a.Value.Receiver) + "\n" + sentenceText(&a.Value))
			default:
				text = []byte(statusText(&a.Value, p) + p.heldBy(&a.Value.Receiver))
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

// style is how a screen speaks: with colours for the words that say whether all is
// well, in a language. The zero value colours nothing, since the words alone say it
// all, and speaks English.
type style struct {
	good, fair, bad, end, pale string
	language                   why.Language
}

// style is that of what c prints.
func (f *flags) style(c *cobra.Command) style {
	p := colours(c.OutOrStdout())
	p.language = f.language()
	return p
}

// stale greys lines that are not of now, below a line that says of when they are.
func (p style) stale(said string, age *float64, text string) string {
	if p.pale != "" {
		text = p.pale + strings.ReplaceAll(strings.TrimSuffix(text, "\n"), "\n", p.end+"\n"+p.pale) + p.end + "\n"
	}
	return p.say(said, with(age, p.ago)) + "\n" + text
}

// colours returns colours for a terminal whose user has nothing against them.
func colours(w io.Writer) style {
	if a, plain := w.(*asciiWriter); plain {
		w = a.Writer
	}
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return style{}
	}
	return style{good: "\x1b[32m", fair: "\x1b[33m", bad: "\x1b[31m", end: "\x1b[m", pale: "\x1b[2m"}
}
