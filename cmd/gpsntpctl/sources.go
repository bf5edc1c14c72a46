package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/server/control"
)

func newSources(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "sources",
		Short: "Show the pulse and the sentences as two sources of time",
		Long: `Show the pulse and the receiver's sentences as two sources of time, in the words
of chronyc sources. S is a mark: * it disciplines the clock, + it agrees and names
the seconds of the pulses, x it is not believed, ? it cannot be used, - it is not
used. REACH is the last eight seconds as bits, in octal: 377 is all of them. LAST
RX is when something usable came last. LAST SAMPLE is its offset and the greatest
error of that measurement; positive when our clock is slow, unlike chronyc's.

Exit status: 0 it answered, 69 it did not.`,
		Example: "  gpsntpctl sources\n  gpsntpctl sources --json",
		Args:    cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := statusIn(c.Context(), control.Environ().Client(f.control), f.language())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			if f.json {
				return writeLines(c.OutOrStdout(), a.Value.Sources)
			}
			return write(c.OutOrStdout(), []byte(sourcesText(&a.Value, f.style(c))))
		},
	}
}

// sourcesText is a line for each source.
func sourcesText(status *control.Status, p style) string {
	const row = "%-2s %-9s %-24s %5s %8s  %s\n"
	var b strings.Builder
	b.WriteString(tabulated(row, "S", p.say("SOURCE"), p.say("DEVICE"), p.say("REACH"), p.say("LAST RX"), p.say("LAST SAMPLE")))
	for _, s := range status.Sources {
		sample := unknown
		switch {
		case s.OffsetSeconds != nil:
			sample = signed(seconds(*s.OffsetSeconds)) + " ± " + bound(*s.DispersionSeconds)
		case s.Source == control.SourceSentence && status.Receiver.LatencySeconds != nil:
			sample = p.say("%s late", interval(*status.Receiver.LatencySeconds))
		}
		line := tabulated(row, s.Mark, p.word(s.Source), cut(or(s.Device), 24), fmt.Sprintf("%o", s.Reach),
			with(s.LastRxAgeSeconds, func(v float64) string { return large(p.duration(seconds(v))) }), sample)
		if colour := p.ofMark(s.Mark); colour != "" {
			line = colour + s.Mark + p.end + line[len(s.Mark):]
		}
		b.WriteString(line)
	}
	return b.String()
}

func (p style) ofMark(mark string) string {
	switch mark {
	case control.MarkSelected, control.MarkAgrees:
		return p.good
	case control.MarkDoubted, control.MarkUnusable:
		return p.bad
	}
	return ""
}

// large is the larger unit of a duration of two.
func large(duration string) string {
	if words := strings.Fields(duration); len(words) > 2 {
		return words[0] + " " + words[1]
	}
	return duration
}
