package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newPulse(f *flags) *cobra.Command {
	return pulseVerb().command(f)
}

func pulseVerb() verbOf[control.Scatter] {
	return verbOf[control.Scatter]{
		name:  "pulse",
		short: "Show how the pulses scatter: a histogram, and the Allan deviation",
		long: `Show how the pulses of the last hour scatter about the clock's own line: how many had
which error. As with every offset, a pulse that was stamped late is negative. Beside
it is the Allan deviation of the clock against the pulses: by how much its frequency
differs, as a part of 1, from one averaging time TAU to the next. Where it falls with
TAU, that is the noise of the pulses; where it rises again, the crystal wanders.

Exit status: 0 gpsntpd answered, 69 it did not.`,
		example: "  gpsntpctl pulse\n  gpsntpctl pulse --json | jq .jitter_seconds",
		ask:     asks((*control.Client).Scatter),
		show:    pulseText,
	}
}

// histogramColumns is how wide the histogram is, and barsColumns its bars.
const (
	histogramColumns = 53
	barsColumns      = 24
)

// pulseText is the histogram beside the Allan deviations.
func pulseText(s *control.Scatter, p screen.Style) string {
	if s.Count == 0 {
		return p.Say("No pulses yet that could be measured.") + "\n"
	}
	form := "%d pulses: rms %s, mean %s."
	if s.Count == 1 {
		form = "%d pulse: rms %s, mean %s."
	}
	head := p.Say(form, s.Count, screen.With(s.JitterSeconds, screen.Interval),
		screen.With(s.MeanSeconds, func(v float64) string { return screen.Signed(screen.Seconds(v)) })) + "\n\n"
	text := head + screen.Beside(histogramLines(s.Histogram, p), allanLines(s.Allan, p), histogramColumns)
	if s.Stale {
		return p.Stale("Stale: the last pulse came %s.", s.AgeSeconds, text)
	}
	return text
}

// histogramLines is a line for each bar.
func histogramLines(bars []control.Bar, p screen.Style) []string {
	const row = "%9s %9s %6s  %s"
	lines := []string{strings.TrimRight(screen.Line(row, p.Say("FROM"), p.Say("TO"), p.Say("PULSES"), ""), " ")}
	most := 1
	for _, b := range bars {
		most = max(most, b.Count)
	}
	for _, b := range bars {
		full := float64(b.Count) / float64(most)
		lines = append(lines, strings.TrimRight(fmt.Sprintf(row, screen.Signed(screen.Seconds(b.FromSeconds)), screen.Signed(screen.Seconds(b.ToSeconds)),
			fmt.Sprint(b.Count), screen.Bar(full, barsColumns)), " "))
	}
	return lines
}

// allanLines is a line for each averaging time.
func allanLines(all []control.AllanDeviation, p screen.Style) []string {
	const row = "%8s  %s"
	lines := []string{screen.Line(row, "TAU", p.Say("ALLAN DEVIATION"))}
	for _, a := range all {
		lines = append(lines, fmt.Sprintf(row, fmt.Sprintf("%g s", a.TauSeconds), screen.Minus(fmt.Sprintf("%.2e", a.Deviation))))
	}
	return lines
}
