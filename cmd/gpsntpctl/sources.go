package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

func newSources(f *flags) *cobra.Command {
	c := verbOf[control.Status]{
		name:  "sources [SERVER]",
		short: "Show the pulse, the sentences and servers as sources of time",
		long: `Show the pulse, the receiver's sentences and the network servers that are asked as
sources of time, in the words of chronyc sources. S is a mark: * it disciplines the clock, + it agrees and names
the seconds of the pulses, x it is not believed, ? it cannot be used, - it is not
used. REACH is the last eight seconds as bits, in octal: 377 is all of them. LAST
RX is when something usable came last. LAST SAMPLE is its offset and the greatest
error of that measurement; positive when our clock is slow, unlike chronyc's.

Network servers follow, if there are any: stratum, what they take their time from,
the seconds between two requests, the last eight requests, the age of the last good
answer, the round trip, and the offset with how far it may be wrong if the server
tells the truth; or what is wrong with the server.

With SERVER, a name or an address, all is shown that is known of that one: asymmetry is
by how much it is off the other servers, as learnt while all agreed.

Exit status: 0 it answered, 66 there is no such server, 69 it did not.`,
		example: "  gpsntpctl sources\n  gpsntpctl sources ntp1.lan\n  gpsntpctl sources --json",
		ask:     statusIn,
		show:    sourcesText,
		json:    func(s *control.Status, w io.Writer) error { return writeLines(w, s.Sources) },
	}.command(f)
	all := c.RunE
	c.Args = cobra.MaximumNArgs(1)
	c.RunE = func(c *cobra.Command, args []string) error {
		if len(args) == 1 {
			return oneSource(c, f, args[0])
		}
		return all(c, args)
	}
	return c
}

// sourcesText is a line for each source.
func sourcesText(status *control.Status, p screen.Style) string {
	const row = "%-2s %-9s %-24s %5s %8s  %s\n"
	var b strings.Builder
	b.WriteString(screen.Line(row, "S", p.Say("SOURCE"), p.Say("DEVICE"), p.Say("REACH"), p.Say("LAST RX"), p.Say("LAST SAMPLE")))
	for _, s := range status.Sources {
		if s.Network != nil {
			continue
		}
		sample := screen.Unknown
		switch {
		case s.OffsetSeconds != nil:
			sample = screen.Signed(screen.Seconds(*s.OffsetSeconds)) + " ± " + screen.Bound(*s.DispersionSeconds)
		case s.Source == control.SourceSentence && status.Receiver.LatencySeconds != nil:
			sample = p.Say("%s late", screen.Interval(*status.Receiver.LatencySeconds))
		}
		line := screen.Line(row, s.Mark, p.Word(s.Source), screen.Cut(screen.Or(s.Device), 24), fmt.Sprintf("%o", s.Reach),
			screen.With(s.LastRxAgeSeconds, func(v float64) string { return screen.Coarse(p.Duration(screen.Seconds(v))) }), sample)
		b.WriteString(marked(s.Mark, line, p))
	}
	return b.String() + networkText(status.Sources, p)
}

// networkText is a line for each network server, none without any.
func networkText(sources []control.Source, p screen.Style) string {
	const row = "%-1s %-15s %2s %-12s %5s %5s %5s %8s %s\n"
	var b strings.Builder
	for _, s := range sources {
		n := s.Network
		if n == nil {
			continue
		}
		if b.Len() == 0 {
			b.WriteString("\n" + screen.Line(row, "S", p.Say("SERVER"), "ST", "REFID", p.Say("POLL"), p.Say("REACH"), p.Say("LAST"), p.Say("DELAY"), p.Say("OFFSET")))
		}
		sample := p.Word(string(s.State))
		if s.State == refclock.PeerRefused { // setup has that word, too, for something else
			sample = p.Say("refused")
		}
		if s.State == hw.OK && s.OffsetSeconds != nil {
			sample = screen.Signed(screen.Seconds(*s.OffsetSeconds)) + " ± " + screen.Bound(*s.DispersionSeconds)
		}
		name, _, _ := strings.Cut(s.Device, " ")
		b.WriteString(marked(s.Mark, screen.Line(row, s.Mark, screen.Cut(name, 15), screen.With(n.Stratum, strconv.Itoa), screen.Cut(screen.With(n.RefID, screen.Or), 12),
			fmt.Sprintf("%.0fs", n.PollSeconds), fmt.Sprintf("%o", s.Reach),
			screen.With(s.LastRxAgeSeconds, func(v float64) string { return fmt.Sprintf("%.0fs", v) }), screen.With(n.DelaySeconds, screen.Interval), sample), p))
	}
	return b.String()
}

// marked is a line that begins with a mark, in its colour.
func marked(mark, line string, p screen.Style) string {
	if colour := ofMark(mark, p); colour != "" {
		return colour + mark + p.End + line[len(mark):]
	}
	return line
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
