package main

import (
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/simulation"
	"gpsntpd/server/human"
)

// printFigureLines prints a line of JSON for each seed, and one for all of them.
func printFigureLines(w io.Writer, seeds []measured, _ screen.Style) error {
	var b strings.Builder
	for _, m := range seeds {
		figureLine(&b, m.name, strconv.FormatUint(m.Seed, 10), m.figures)
	}
	if len(seeds) > 1 {
		figureLine(&b, seeds[0].name, "null", median(seeds))
	}
	return write(w, []byte(b.String()))
}

func figureLine(b *strings.Builder, scenario, seed string, f simulation.Figures) {
	name, _ := json.Marshal(scenario) // a string can always be
	fmt.Fprintf(b, `{"scenario":%s,"seed":%s`, name, seed)
	for i, k := range simulation.Keys {
		value := "null"
		if !math.IsNaN(f[i]) {
			value = strconv.FormatFloat(math.Round(f[i]*1e4)/1e4, 'f', -1, 64)
		}
		fmt.Fprintf(b, `,%q:%s`, k.Name, value)
	}
	b.WriteString("}\n")
}

func median(seeds []measured) simulation.Figures {
	var all []simulation.Figures
	for _, m := range seeds {
		all = append(all, m.figures)
	}
	return simulation.Median(all)
}

// figureColumn is a column of a table: eight characters and a space.
type figureColumn struct {
	head   string
	figure simulation.Figure
	write  func(float64) string
}

// The tables that people get, in 80 columns.
var (
	errorTable = []figureColumn{
		{"std", simulation.Std, nanosecondsText}, {"rms", simulation.RMS, nanosecondsText},
		{"mean", simulation.Mean, nanosecondsText}, {"p99", simulation.P99, nanosecondsText},
		{"max", simulation.Max, nanosecondsText}, {"clock", simulation.ClockStd, nanosecondsText},
		{"rate", simulation.RateError, fixed("%.0f ppb")}, {"/limit", simulation.Ratio, fixed("%.2f")},
	}
	claimTable = []figureColumn{
		{"to 1 ms", simulation.Within1ms, fixed("%.0f s")}, {"to 10 µs", simulation.Within10us, fixed("%.0f s")},
		{"to 1 µs", simulation.Within1us, fixed("%.0f s")}, {"bound", simulation.Bound, nanosecondsText},
		{"held", simulation.LockedHeld, percent}, {"holdover", simulation.HoldoverHeld, percent},
		{"lies", simulation.Lies, fixed("%.0f")}, {"loss end", simulation.LossError, nanosecondsText},
	}
)

// printFigureTables prints the tables of a scenario: a row for each seed, and
// one for all of them.
func printFigureTables(w io.Writer, seeds []measured, p screen.Style) error {
	s := seeds[0].Scenario
	var b strings.Builder
	head := p.Say("%s: %s %s, judged from %s on.", seeds[0].name, human.Printable(s.About),
		p.Duration(s.Simulate.For.Duration), p.Duration(s.Simulate.Steady.Duration))
	if limit := seeds[0].figures[simulation.TheLimit]; !math.IsNaN(limit) {
		head += p.Say(" The limit of its white noise is %s.", nanosecondsText(limit))
	}
	for _, line := range screen.Wrap(head, screen.Columns) {
		b.WriteString(line + "\n")
	}
	for _, t := range [][]figureColumn{errorTable, claimTable} {
		b.WriteString(screen.Line("%6s", p.Word("seed")))
		for _, c := range t {
			b.WriteString(screen.Line(" %8s", p.Word(c.head)))
		}
		b.WriteString("\n")
		for _, m := range seeds {
			figureRow(&b, t, strconv.FormatUint(m.Seed, 10), m.figures)
		}
		if len(seeds) > 1 {
			figureRow(&b, t, p.Word("all"), median(seeds))
		}
	}
	b.WriteString("\n")
	return write(w, []byte(b.String()))
}

func figureRow(b *strings.Builder, table []figureColumn, seed string, f simulation.Figures) {
	b.WriteString(screen.Line("%6s", seed))
	for _, c := range table {
		value := screen.Unknown
		if v := f[c.figure]; !math.IsNaN(v) {
			value = c.write(v)
		}
		fmt.Fprintf(b, " %8s", value)
	}
	b.WriteString("\n")
}

// nanosecondsText writes v with three digits.
func nanosecondsText(v float64) string {
	text := ""
	for _, unit := range []string{"ns", "µs", "ms", "s"} {
		decimals := 0
		switch size := math.Abs(v); {
		case size < 9.995:
			decimals = 2
		case size < 99.95:
			decimals = 1
		}
		text = strconv.FormatFloat(v, 'f', decimals, 64) + " " + unit
		if math.Abs(v) < 999.5 {
			break
		}
		v /= 1000
	}
	return screen.Minus(text)
}

func fixed(format string) func(float64) string {
	return func(v float64) string { return fmt.Sprintf(format, v) }
}

// percent is a share, never rounded up to all.
func percent(v float64) string { return fmt.Sprintf("%.2f %%", math.Floor(v*1e4)/1e2) }
