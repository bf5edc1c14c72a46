package main

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func newWhy(f *flags) *cobra.Command {
	lang := ""
	c := &cobra.Command{
		Use:   "why",
		Short: "Say why the time is as good as it is, and what to do",
		Long: "Why follows the way that time takes, from the receiver to the answers, and names\n" +
			"the first thing on it that is not right, and what to do about it. Of a gpsntpd\n" +
			"that does not answer it says why that may be.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		Example: "  gpsntpctl why\n  gpsntpctl why --lang zh\n  ssh clock gpsntpctl why --json | jq -r .remedy",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			l := spoken(lang)
			a, err := control.Environ().Client(f.control).Why(c.Context(), string(l))
			if err != nil && !explicable(err) {
				return failure{exitUnreachable, err}
			}
			if err != nil {
				w := absent(c.Context(), f.control, err, l)
				if err := writeWhy(c, f, &w, nil); err != nil {
					return err
				}
				return failure{status: exitUnreachable}
			}
			return writeWhy(c, f, &a.Value, a.JSON)
		},
	}
	languageFlag(c, &lang)
	return c
}

// writeWhy prints w, in JSON as it came if it came.
func writeWhy(c *cobra.Command, f *flags, w *control.Why, line []byte) error {
	switch {
	case f.json && line == nil:
		line, err := json.Marshal(w)
		if err != nil {
			return err
		}
		return write(c.OutOrStdout(), append(line, '\n'))
	case f.json:
		return write(c.OutOrStdout(), line)
	}
	return write(c.OutOrStdout(), []byte(whyText(w, colours(c.OutOrStdout()))))
}

// Columns of the chain.
const (
	partColumns      = 14
	conditionColumns = 9
	saidColumns      = columns - partColumns - conditionColumns
)

// whyText is w for people: the answer, then the chain.
func whyText(w *control.Why, p palette) string {
	var b strings.Builder
	l := why.Language(w.Language)
	for _, line := range folded(w.Sentence, columns) {
		b.WriteString(line + "\n")
	}
	for _, line := range folded("→ "+w.Remedy, columns) {
		b.WriteString(line + "\n")
	}
	b.WriteString("\n")
	for _, link := range w.Links {
		condition := why.Condition(link.Condition)
		part, mark := why.Part(link.Part).Name(l), padded(condition.Name(l), conditionColumns)
		if colour := p.ofCondition(condition); colour != "" {
			mark = strings.Replace(mark, condition.Name(l), colour+condition.Name(l)+p.end, 1)
		}
		lines := folded(link.Text, saidColumns)
		if link.Remedy != "" && condition != why.Unknown {
			lines = append(lines, folded("→ "+link.Remedy, saidColumns)...)
		}
		for i, line := range lines {
			if i > 0 {
				part, mark = "", strings.Repeat(" ", conditionColumns)
			}
			fmt.Fprintf(&b, "%s%s%s\n", padded(part, partColumns), mark, line)
		}
	}
	return b.String()
}

func (p palette) ofCondition(c why.Condition) string {
	switch c {
	case why.Good:
		return p.good
	case why.Bad:
		return p.bad
	case why.Waiting:
		return p.fair
	}
	return ""
}
