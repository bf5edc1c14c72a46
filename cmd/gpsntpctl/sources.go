package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func newSources(f *flags) *cobra.Command {
	return verbOf[control.Status]{
		name:  "sources",
		short: "Show the pulse and the sentences as two sources of time",
		long: `Show the pulse and the receiver's sentences as two sources of time, in the words
of chronyc sources. S is a mark: * it disciplines the clock, + it agrees and names
the seconds of the pulses, x it is not believed, ? it cannot be used, - it is not
used. REACH is the last eight seconds as bits, in octal: 377 is all of them. LAST
RX is when something usable came last. LAST SAMPLE is its offset and the greatest
error of that measurement; positive when our clock is slow, unlike chronyc's.

Exit status: 0 it answered, 69 it did not.`,
		example: "  gpsntpctl sources\n  gpsntpctl sources --json",
		ask:     statusIn,
		show:    sourcesText,
		json:    func(s *control.Status, w io.Writer) error { return writeLines(w, s.Sources) },
	}.command(f)
}

// sourcesText is a line for each source.
func sourcesText(status *control.Status, p screen.Style) string {
	const row = "%-2s %-9s %-24s %5s %8s  %s\n"
	var b strings.Builder
	b.WriteString(screen.Line(row, "S", p.Say("SOURCE"), p.Say("DEVICE"), p.Say("REACH"), p.Say("LAST RX"), p.Say("LAST SAMPLE")))
	for _, s := range status.Sources {
		sample := screen.Unknown
		switch {
		case s.OffsetSeconds != nil:
			sample = screen.Signed(screen.Seconds(*s.OffsetSeconds)) + " ± " + screen.Bound(*s.DispersionSeconds)
		case s.Source == control.SourceSentence && status.Receiver.LatencySeconds != nil:
			sample = p.Say("%s late", screen.Interval(*status.Receiver.LatencySeconds))
		}
		line := screen.Line(row, s.Mark, p.Word(s.Source), screen.Cut(screen.Or(s.Device), 24), fmt.Sprintf("%o", s.Reach),
			screen.With(s.LastRxAgeSeconds, func(v float64) string { return screen.Coarse(p.Duration(screen.Seconds(v))) }), sample)
		if colour := ofMark(s.Mark, p); colour != "" {
			line = colour + s.Mark + p.End + line[len(s.Mark):]
		}
		b.WriteString(line)
	}
	return b.String()
}

func ofMark(mark string, p screen.Style) string {
	switch mark {
	case control.MarkSelected, control.MarkAgrees:
		return p.Good
	case control.MarkDoubted, control.MarkUnusable:
		return p.Bad
	}
	return ""
}
