package main

import (
	"fmt"
	"io"
	"math"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// share is one part of the error bound.
type share struct {
	Part    string  `json:"part"` // "pulse", "latency", "edge", "receiver", "loop" or "holdover"
	Seconds float64 `json:"seconds"`
	meaning string
}

func newBudget(f *flags) *cobra.Command {
	return verbOf[control.Status]{
		name:  "budget",
		short: "Show what the error bound is made of",
		long: `Show what the error bound is made of. The parts sum up to it: at least 999 of 1000
moments are within it. What goes to clients as root dispersion is more, because
there it is a claim without exceptions.

Exit status: 0 it answered, 69 it did not.`,
		example: "  gpsntpctl budget\n  gpsntpctl budget --json",
		ask:     asks((*control.Client).Status),
		show:    budgetText,
		json:    func(s *control.Status, w io.Writer) error { return writeLines(w, shares(s.Budget)) },
	}.command(f)
}

func shares(b *control.Budget) []share {
	if b == nil {
		return nil
	}
	return []share{
		{"pulse", b.PulseSeconds, "noise of the pulses, as much as is left"},
		{"latency", b.LatencySeconds, "how late stamps may be, each differently"},
		{"edge", b.EdgeSeconds, "unmeasured latency of this pulse input"},
		{"receiver", b.ReceiverSeconds, "a receiver phase jump that is not accepted yet"},
		{"loop", b.LoopSeconds, "another program moves the clock"},
		{"holdover", b.HoldoverSeconds, "growth since the last pulse"},
	}
}

// barColumns is how long the bar of the whole is.
const barColumns = 20

// budgetText is a table with a bar for each part.
func budgetText(s *control.Status, p screen.Style) string {
	if s.Budget == nil || s.BoundSeconds == nil {
		return p.Say("No error bound yet: no sample has been taken.") + "\n"
	}
	const row = "%-10s %8s %5s  %-20s %s\n"
	var b strings.Builder
	b.WriteString(p.Say("The clock is wrong by less than %s.", screen.Bound(*s.BoundSeconds)) + "\n\n")
	b.WriteString(screen.Line(row, p.Say("PART"), p.Say("SIZE"), p.Say("SHARE"), "", p.Say("WHAT IT IS")))
	for _, x := range shares(s.Budget) {
		of := 0.0
		if *s.BoundSeconds > 0 {
			of = math.Min(math.Max(x.Seconds / *s.BoundSeconds, 0), 1)
		}
		lines := screen.Wrap(p.Say(x.meaning), screen.Columns-len(fmt.Sprintf(row, "", "", "", "", ""))+1)
		b.WriteString(screen.Line(row, p.Word(x.Part), screen.Interval(x.Seconds), fmt.Sprintf("%.0f %%", of*100), screen.Bar(of, barColumns), lines[0]))
		for _, more := range lines[1:] {
			b.WriteString(strings.TrimRight(fmt.Sprintf(row, "", "", "", "", more), " "))
		}
	}
	b.WriteString(screen.Line(row, p.Say("sum"), screen.Bound(*s.BoundSeconds), "", "", p.Say("the error bound")))
	b.WriteString(screen.Line(row, p.Say("on wire"), screen.Bound(s.RootDispersionSeconds), "", "", p.Say("root dispersion")))
	return b.String()
}
