package main

import (
	"bytes"
	"context"
	"encoding/json"
	"io"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// verbOf is a verb that asks gpsntpd for a T and shows it; watch can show it, too.
type verbOf[T any] struct {
	name, short   string
	long, example string
	ask           func(context.Context, *control.Client, why.Language) (control.Answer[T], error)
	show          func(*T, screen.Style) string
	json          func(*T, io.Writer) error // nil prints the line that gpsntpd has answered
	exit          func(*T) int              // the exit status; nil is 0 for every answer
}

// asks is a question that is the same in every language, for verbOf.ask.
func asks[T any](question func(*control.Client, context.Context) (control.Answer[T], error)) func(context.Context, *control.Client, why.Language) (control.Answer[T], error) {
	return func(ctx context.Context, c *control.Client, _ why.Language) (control.Answer[T], error) {
		return question(c, ctx)
	}
}

// asksIn is a question for texts in a language.
func asksIn[T any](question func(*control.Client, context.Context, string) (control.Answer[T], error)) func(context.Context, *control.Client, why.Language) (control.Answer[T], error) {
	return func(ctx context.Context, c *control.Client, l why.Language) (control.Answer[T], error) {
		return question(c, ctx, string(l))
	}
}

// command is v on the command line.
func (v verbOf[T]) command(f *flags) *cobra.Command {
	return &cobra.Command{
		Use: v.name, Short: v.short, Long: v.long, Example: v.example, Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := v.ask(c.Context(), control.Environ().Client(f.control), f.language())
			if err != nil {
				return f.unreachable(c.Context(), err)
			}
			w := c.OutOrStdout()
			switch {
			case !f.json:
				err = write(w, []byte(v.show(&a.Value, f.style(c))))
			case v.json != nil:
				err = v.json(&a.Value, w)
			default:
				err = write(w, a.JSON)
			}
			if err != nil || v.exit == nil {
				return err
			}
			if status := v.exit(&a.Value); status != 0 {
				return failure{status: status}
			}
			return nil
		},
	}
}

// view is v on the screen of watch.
func (v verbOf[T]) view() view {
	return view{v.name, func(ctx context.Context, c *control.Client, p screen.Style) (string, error) {
		a, err := v.ask(ctx, c, p.Language)
		if err != nil {
			return "", err
		}
		return v.show(&a.Value, p), nil
	}}
}

// exitNotWritten says that the answer came but could not be written.
const exitNotWritten = 1

func write(w io.Writer, text []byte) error {
	if _, err := w.Write(text); err != nil {
		return failure{exitNotWritten, err}
	}
	return nil
}

// writeLines writes a line of JSON for each of all.
func writeLines[T any](w io.Writer, all []T) error {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, line := range all {
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return write(w, b.Bytes())
}
