package main

import (
	"cmp"
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// speaks adds --lang to all verbs, which refuse another language than those.
func (f *flags) speaks(root *cobra.Command) {
	root.PersistentFlags().StringVar(&f.lang, "lang", "", "`LANGUAGE` of the screens: en or zh (default: that of LC_ALL, LC_MESSAGES or LANG)")
	offers(root, "lang", []string{string(why.English), string(why.Chinese)})
}

// begin is what every verb begins with.
func (f *flags) begin(c *cobra.Command, _ []string) error {
	switch f.lang {
	case "", string(why.English), string(why.Chinese):
	default:
		return fmt.Errorf("--lang: want en or zh; got %q", f.lang)
	}
	f.plainly(c)
	return nil
}

// language is that of the screens.
func (f *flags) language() why.Language { return screen.Spoken(f.lang) }

// style is that of what c prints.
func (f *flags) style(c *cobra.Command) screen.Style {
	return screen.On(c.OutOrStdout(), f.language())
}

// plainly has a verb print ASCII to a terminal that knows nothing else. JSON is
// UTF-8 on every terminal.
func (f *flags) plainly(c *cobra.Command) {
	if !f.json && !screen.UTF8() {
		c.SetOut(&screen.ASCII{Writer: c.OutOrStdout()})
	}
}

// statusIn asks for the condition of the daemon, with its sentence in a language. JSON
// is as it is.
func statusIn(ctx context.Context, c *control.Client, l why.Language) (control.Answer[control.Status], error) {
	a, err := c.Status(ctx)
	if err != nil || l != why.Chinese {
		return a, err
	}
	w, err := c.Why(ctx, string(l))
	if err == nil {
		a.Value.Sentence = cmp.Or(w.Value.Brief, a.Value.Sentence) // an older daemon has none
	}
	return a, err
}
