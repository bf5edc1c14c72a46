package main

import (
	"fmt"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/discipline"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
)

// source is one line of sources.
type source struct {
	Source            string   `json:"source"` // "pulse" or "sentence"
	Device            string   `json:"device"`
	Mark              string   `json:"mark"`
	State             string   `json:"state"` // the device's word
	Reach             int      `json:"reach"`
	LastRxAgeSeconds  *float64 `json:"last_rx_age_seconds"`
	OffsetSeconds     *float64 `json:"offset_seconds"` // of its last sample, UTC − local
	DispersionSeconds *float64 `json:"dispersion_seconds"`
	late              *float64 // s: how late sentences are
}

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
			a, err := control.Environ().Client(f.control).Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			all := sources(&a.Value)
			if f.json {
				return writeLines(c.OutOrStdout(), all)
			}
			return write(c.OutOrStdout(), []byte(sourcesText(all, colours(c.OutOrStdout()))))
		},
	}
}

// Marks, as chronyc has them.
const (
	markSelected = "*"
	markAgrees   = "+"
	markDoubted  = "x"
	markUnusable = "?"
	markUnused   = "-"
)

// sources tells of the pulse and of the sentences.
func sources(s *control.Status) []source {
	p, r := &s.Pulse, &s.Receiver
	pulse := source{Source: "pulse", Device: p.Device, State: p.State, Reach: p.Reach, LastRxAgeSeconds: p.AgeSeconds}
	sentence := source{Source: "sentence", Device: r.Device, State: r.State, Reach: r.Reach, LastRxAgeSeconds: r.LastFixAgeSeconds, late: r.LatencySeconds}
	last := ""
	if s.Sample != nil {
		last = s.Sample.Source
	}
	for _, x := range []*source{&pulse, &sentence} {
		if x.Source == last {
			x.OffsetSeconds, x.DispersionSeconds = &s.Sample.OffsetSeconds, &s.Sample.DispersionSeconds
		}
		switch {
		case x.State == "off":
			x.Mark = markUnused
		case x.State != "ok":
			x.Mark = markUnusable
		case s.State == discipline.Unsynchronized.String() && x.Reach != 0 && (x.Source == last || last == ""):
			x.Mark = markDoubted
		case x.Source == last:
			x.Mark = markSelected
		case x.Source == "sentence" && last == "pulse":
			x.Mark = markAgrees
		default:
			x.Mark = markUnused
		}
	}
	return []source{pulse, sentence}
}

// sourcesText is a line for each source.
func sourcesText(all []source, p palette) string {
	const row = "%-2s %-9s %-24s %5s %8s  %s\n"
	var b strings.Builder
	fmt.Fprintf(&b, row, "S", "SOURCE", "DEVICE", "REACH", "LAST RX", "LAST SAMPLE")
	for _, s := range all {
		sample := unknown
		switch {
		case s.OffsetSeconds != nil:
			sample = signed(seconds(*s.OffsetSeconds)) + " ± " + bound(*s.DispersionSeconds)
		case s.late != nil:
			sample = interval(*s.late) + " late"
		}
		line := fmt.Sprintf(row, s.Mark, s.Source, cut(or(s.Device), 24), fmt.Sprintf("%o", s.Reach),
			with(s.LastRxAgeSeconds, func(v float64) string { return large(human.Duration(seconds(v))) }), sample)
		if colour := p.ofMark(s.Mark); colour != "" {
			line = colour + s.Mark + p.end + line[len(s.Mark):]
		}
		b.WriteString(line)
	}
	return b.String()
}

func (p palette) ofMark(mark string) string {
	switch mark {
	case markSelected, markAgrees:
		return p.good
	case markDoubted, markUnusable:
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
