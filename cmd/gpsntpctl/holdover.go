package main

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// gap is a time in holdover, and of what that has led to.
type gap struct {
	From         control.Time `json:"from"`
	LastsSeconds int          `json:"lasts_seconds"` // to the step of the history
	State        string       `json:"state"`         // the worst: "holdover" or "unsynchronized"
	BoundSeconds *float64     `json:"bound_seconds"` // the greatest
	over         bool
}

// endurance is holdover --json.
type endurance struct {
	State       string            `json:"state"`
	Now         control.Time      `json:"now"`
	Forecast    *control.Holdover `json:"forecast"`
	Span        string            `json:"span"`
	StepSeconds int               `json:"step_seconds"`
	Past        []gap             `json:"past"` // oldest first; never null
}

func newHoldover(f *flags) *cobra.Command {
	span := ""
	c := verbOf[endurance]{
		name:  "holdover",
		short: "Show for how long the clock stays good without pulses",
		long: `Show for how long from now the error stays below each limit if no pulse comes any
more, by what has been learnt of the oscillator: it is the error bound of the moments
to come. Then all times in holdover, with the greatest error bound of each.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		example: "  gpsntpctl holdover\n  gpsntpctl holdover --span 60d",
		ask: func(ctx context.Context, c *control.Client, _ why.Language) (a control.Answer[endurance], err error) {
			s, err := c.Status(ctx)
			if err != nil {
				return a, err
			}
			h, err := c.History(ctx, span)
			a.Value = endurance{s.Value.State, s.Value.Now, s.Value.Holdover, span, h.Value.StepSeconds, gaps(&h.Value)}
			return a, err
		},
		show: holdoverText,
		json: func(e *endurance, w io.Writer) error { return writeLines(w, []endurance{*e}) },
	}.command(f)
	c.PreRunE = func(*cobra.Command, []string) error {
		if !slices.Contains(control.Spans, span) {
			return fmt.Errorf("--span: want %s; got %q", strings.Join(control.Spans, ", "), span)
		}
		return nil
	}
	c.Flags().StringVar(&span, "span", "24h", "how far to look back, `SPAN`: 1h, 24h or 60d")
	offers(c, "span", control.Spans)
	return c
}

// gaps finds them in a history.
func gaps(h *control.History) []gap {
	all := []gap{}
	inside := false
	for i, state := range h.State {
		is := state != nil && (*state == discipline.Holdover.String() || *state == discipline.Unsynchronized.String())
		if is && !inside {
			all = append(all, gap{From: control.Time{Time: h.From.Add(time.Duration(i*h.StepSeconds) * time.Second)}})
		}
		if inside = is; !is {
			if n := len(all); n > 0 {
				all[n-1].over = true
			}
			continue
		}
		g := &all[len(all)-1]
		g.LastsSeconds += h.StepSeconds
		if g.State != discipline.Unsynchronized.String() {
			g.State = *state
		}
		if b := h.BoundSeconds[i]; b != nil && (g.BoundSeconds == nil || *b > *g.BoundSeconds) {
			g.BoundSeconds = b
		}
	}
	return all
}

// holdoverText is the forecast, then the past.
func holdoverText(e *endurance, p screen.Style) string {
	t := screen.Table{Style: p}
	e.forecast(&t)
	if len(e.Past) == 0 {
		t.WriteString("\n" + t.Say("The state is %s. Holdover in the last %s: never.", t.Word(e.State), e.Span) + "\n")
		return t.String()
	}
	t.WriteString("\n" + t.Say("The state is %s. Holdover in the last %s:", t.Word(e.State), e.Span) + "\n\n")
	const row = "%-20s %-20s %-15s %s\n"
	t.WriteString(screen.Line(row, t.Say("FROM (UTC)"), t.Say("FOR"), t.Say("GREATEST BOUND"), t.Say("WORST STATE")))
	for _, g := range e.Past {
		lasted := t.Duration(time.Duration(g.LastsSeconds) * time.Second)
		if !g.over {
			lasted = t.Say("%s so far", lasted)
		}
		t.WriteString(screen.Line(row, g.From.UTC().Format(time.DateTime), lasted, screen.With(g.BoundSeconds, screen.Bound), t.Word(g.State)))
	}
	return t.String()
}

// forecast says for how long the bound stays below each limit.
func (e *endurance) forecast(t *screen.Table) {
	h := e.Forecast
	if h == nil {
		t.WriteString(t.Say("No forecast yet: no sample has been taken.") + "\n")
		return
	}
	switch {
	case h.Since == nil && h.Within1ms <= 0: // maybe no pulse has ever come
		t.WriteString(t.Say("The error bound is above all of these limits now") + "\n")
	case h.Since == nil:
		t.WriteString(t.Say("If the pulses stopped now, the error bound would stay") + "\n")
	case h.SafeUntil == nil:
		t.WriteString(t.Say("Clients are refused: the clock has no usable pulse since %s.\nThe error bound stays", screen.Moment(h.Since.Time, e.Now.Time)) + "\n")
	default:
		t.WriteString(why.Forecast(h.SafeUntil.Time, e.Now.Time, screen.Seconds(h.LimitSeconds), t.Language) + "\n" +
			t.Say("The clock has no usable pulse since %s. The error bound stays", screen.Moment(h.Since.Time, e.Now.Time)) + "\n")
	}
	for _, x := range []struct {
		limit string
		lasts float64
	}{{"1 µs", h.Within1us}, {"10 µs", h.Within10us}, {"100 µs", h.Within100us}, {"1 ms", h.Within1ms}} {
		lasts := t.Say("already above")
		if x.lasts > 0 {
			lasts = t.Say("for %s", t.Duration(screen.Seconds(x.lasts)))
		}
		t.WriteString("  " + t.Say("below %6s %s", x.limit, lasts) + "\n")
	}
}
