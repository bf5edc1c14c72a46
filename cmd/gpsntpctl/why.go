package main

import (
	"context"
	"encoding/json"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func newWhy(f *flags) *cobra.Command {
	verbose := false
	v := whyVerb(&verbose)
	v.ask = func(ctx context.Context, client *control.Client, l why.Language) (control.Answer[control.Why], error) {
		a, err := client.Why(ctx, string(l))
		if err == nil || !explicable(err) {
			return a, err
		}
		a.Value = whyUnreachable(ctx, f.control, err, l)
		line, err := json.Marshal(a.Value)
		a.JSON = append(line, '\n')
		return a, err
	}
	c := v.command(f)
	c.Flags().BoolVarP(&verbose, "verbose", "v", false, "show the whole way, what is good on it, too")
	return c
}

func whyVerb(verbose *bool) verbOf[control.Why] {
	return verbOf[control.Why]{
		name:  "why",
		short: "Say why the time is as good as it is, and what to do",
		long: "Why follows the way that time takes, from the receiver to the answers, and names\n" +
			"the first thing on it that is not right, and what to do about it; then what else\n" +
			"is not right, or with -v the whole way, and the answer at the end, where it stays.\n" +
			"Of a gpsntpd that does not answer it says why that may be.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		example: "  gpsntpctl why\n  gpsntpctl why --lang zh\n  ssh clock gpsntpctl why --json | jq -r .remedy",
		ask:     asksIn((*control.Client).Why),
		show:    func(w *control.Why, p screen.Style) string { return whyText(w, p, *verbose) },
		exit: func(w *control.Why) int {
			if w.State == stateUnreachable {
				return exitUnreachable
			}
			return 0
		},
	}
}

// chainMargin has room for a part and its condition, or for a link and a severity.
var chainMargin = screen.Margin{Title: 14, Word: 9}

// whyText is w for people: the answer, then what else is not good; or the whole
// chain, then the answer.
func whyText(w *control.Why, p screen.Style, whole bool) string {
	var answer, chain strings.Builder
	answer.WriteString(screen.Paragraph(w.Sentence) + screen.Paragraph("→ "+w.Remedy))
	l := why.Language(w.Language)
	var unknown []string
	good := 0
	for _, link := range w.Links {
		switch condition := why.Condition(link.Condition); {
		case whole:
		case condition == why.Good:
			good++
			continue
		case condition == why.Unknown:
			unknown = append(unknown, why.Part(link.Part).Name(l))
			continue
		case link.Remedy == w.Remedy || condition == why.Waiting: // the answer has it already, or it comes by itself
			link.Remedy = ""
		}
		writeLink(&chain, &link, l, p)
	}
	if whole {
		return chain.String() + "\n" + answer.String()
	}
	if good == 0 && len(unknown) == 0 { // as where gpsntpd does not answer
		return answer.String() + "\n" + chain.String()
	}
	rest := p.Say("Good: %d more", good)
	if len(unknown) > 0 {
		rest += p.Say("; unknown: %s", strings.Join(unknown, p.Comma()))
	}
	rest += p.Say(" (-v shows all).")
	return answer.String() + "\n" + chain.String() + screen.Paragraph(rest)
}

// writeLink is one link of the chain.
func writeLink(b *strings.Builder, link *control.Link, l why.Language, p screen.Style) {
	condition := why.Condition(link.Condition)
	text := []string{link.Text}
	if link.Remedy != "" && condition != why.Unknown {
		text = append(text, "→ "+link.Remedy)
	}
	b.WriteString(chainMargin.Entry(p, why.Part(link.Part).Name(l), condition.Name(l), ofCondition(condition, p), text...))
}

func ofCondition(c why.Condition, p screen.Style) string {
	switch c {
	case why.Good:
		return p.Good
	case why.Bad:
		return p.Bad
	case why.Waiting:
		return p.Fair
	case why.Unknown:
		return p.Pale
	}
	return ""
}
