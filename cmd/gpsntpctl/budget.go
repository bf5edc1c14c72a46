package main

import (
	"fmt"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

// share is one part of the error bound.
type share struct {
	Part    string  `json:"part"` // "pulse", "latency", "edge", "receiver", "loop" or "holdover"
	Seconds float64 `json:"seconds"`
	meaning string
}

func newBudget(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "budget",
		Short: "Show what the error bound is made of",
		Long: `Show what the error bound is made of. The parts sum up to it: at least 999 of 1000
moments are within it. What goes to clients as root dispersion is more, because
there it is a claim without exceptions.

Exit status: 0 it answered, 69 it did not.`,
		Example: "  gpsntpctl budget\n  gpsntpctl budget --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := control.Environ().Client(f.control).Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			if f.json {
				return writeLines(c.OutOrStdout(), shares(a.Value.Budget))
			}
			return write(c.OutOrStdout(), []byte(budgetText(&a.Value, f.style(c))))
		},
	}
}

func shares(b *control.Budget) []share {
	if b == nil {
		return nil
	}
	return []share{
		{"pulse", b.PulseSeconds, "noise of the pulses, as much as is left"},
		{"latency", b.LatencySeconds, "how late stamps may be, each differently"},
		{"edge", b.EdgeSeconds, "unmeasured latency of this pulse input"},
		{"receiver", b.ReceiverSeconds, "how far a receiver may be right that is not followed"},
		{"loop", b.LoopSeconds, "another program moves the clock"},
		{"holdover", b.HoldoverSeconds, "growth since the last pulse"},
	}
}

// barColumns is how long the bar of the whole is.
const barColumns = 20

// budgetText is a table with a bar for each part.
func budgetText(s *control.Status, p style) string {
	if s.Budget == nil || s.BoundSeconds == nil {
		return p.say("No error bound yet: no sample has been taken.") + "\n"
	}
	const row = "%-10s %8s %5s  %-20s %s\n"
	var b strings.Builder
	b.WriteString(p.say("The clock is wrong by less than %s.", bound(*s.BoundSeconds)) + "\n\n")
	b.WriteString(tabulated(row, p.say("PART"), p.say("SIZE"), p.say("SHARE"), "", p.say("WHAT IT IS")))
	for _, x := range shares(s.Budget) {
		of := 0.0
		if *s.BoundSeconds > 0 {
			of = math.Min(math.Max(x.Seconds / *s.BoundSeconds, 0), 1)
		}
		lines := wrap(p.say(x.meaning), columns-len(fmt.Sprintf(row, "", "", "", "", ""))+1)
		b.WriteString(tabulated(row, p.word(x.Part), interval(x.Seconds), fmt.Sprintf("%.0f %%", of*100), bar(of, barColumns), lines[0]))
		for _, more := range lines[1:] {
			b.WriteString(strings.TrimRight(fmt.Sprintf(row, "", "", "", "", more), " "))
		}
	}
	b.WriteString(tabulated(row, p.say("sum"), bound(*s.BoundSeconds), "", "", p.say("the error bound")))
	b.WriteString(tabulated(row, p.say("on wire"), bound(s.RootDispersionSeconds), "", "", p.say("root dispersion")))
	return b.String()
}

// bar is a horizontal bar that fills part of width columns, to an eighth.
func bar(part float64, width int) string {
	eighths := int(math.Round(part * float64(width) * 8))
	s := strings.Repeat("█", eighths/8)
	if rest := eighths % 8; rest > 0 {
		s += string([]rune("▏▎▍▌▋▊▉")[rest-1])
	}
	return s
}
