package main

import (
	"fmt"
	"io"
	"math"
	"os"
	"strings"
	"time"

	"github.com/mattn/go-isatty"
	"github.com/spf13/cobra"

	"gpsntpd/cmd/internal/human"
	"gpsntpd/server/control"
)

// exitNotWritten says that the answer came but could not be written.
const exitNotWritten = 1

func newStatus(f *flags) *cobra.Command {
	return &cobra.Command{
		Use:   "status",
		Short: "Show the clock, the receiver, the pulse and the servers",
		Long: "Status asks the running gpsntpd how it is, and says so.\n" +
			"Exit status: 0 it answered, whatever it said, 69 it did not.",
		Args: cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			a, err := control.Environ().Client(f.control).Status(c.Context())
			if err != nil {
				return failure{exitUnreachable, err}
			}
			text := a.JSON
			if !f.json {
				text = []byte(statusText(&a.Value, colours(c.OutOrStdout())))
			}
			return write(c.OutOrStdout(), text)
		},
	}
}

func write(w io.Writer, text []byte) error {
	if _, err := w.Write(text); err != nil {
		return failure{exitNotWritten, err}
	}
	return nil
}

// palette colours the words that say whether all is well. The zero value
// colours nothing: the words alone say it all.
type palette struct{ good, fair, bad, end string }

// colours returns colours for a terminal whose user has nothing against them.
func colours(w io.Writer) palette {
	f, ok := w.(*os.File)
	if !ok || !isatty.IsTerminal(f.Fd()) || os.Getenv("NO_COLOR") != "" || os.Getenv("TERM") == "dumb" {
		return palette{}
	}
	return palette{"\x1b[32m", "\x1b[33m", "\x1b[31m", "\x1b[m"}
}

// statusText is s for people: the sentence, then everything else as a table.
func statusText(s *control.Status, p palette) string {
	t := table80{palette: p}
	for _, line := range wrap(s.Sentence, columns) {
		t.WriteString(line + "\n")
	}
	t.clock(s)
	t.receiver(&s.Receiver)
	t.pulse(&s.Pulse)
	t.servers(s.Servers)
	return t.String()
}

func (t *table80) clock(s *control.Status) {
	t.section("Clock")
	t.mark("state", s.State, t.ofClock(s.State), fmt.Sprintf(" since %s UTC, %s",
		s.Since.UTC().Format(time.DateTime), human.Duration(s.Now.Sub(s.Since.Time))))
	t.row("offset", with(s.OffsetSeconds, offset))
	t.row("error bound", with(s.BoundSeconds, bound))
	t.row("frequency", with(s.FrequencyPPM, ppm))
	t.row("jitter", with(s.JitterSeconds, interval))
	id := ""
	if s.Refid != "" {
		id = "refid " + s.Refid + ", "
	}
	t.row("on the wire", fmt.Sprintf("stratum %d, %sleap %d (%s)", s.Stratum, id, s.Leap, leapWords[s.Leap&3]))
	t.row("on the wire", "root dispersion "+bound(s.RootDispersionSeconds))
	if s.NextLeap != nil {
		t.row("leap second", s.NextLeap.UTC().Format(time.DateTime)+" UTC")
	}
	if s.TAIOffsetSeconds != nil {
		t.row("TAI − UTC", fmt.Sprintf("%d s", *s.TAIOffsetSeconds))
	}
}

func (t *table80) receiver(r *control.Receiver) {
	t.section("Receiver")
	t.row("device", list(or(r.Device), with(r.Baud, func(b int) string { return fmt.Sprintf("%d baud", b) })))
	t.device(r.State, receiverWords)
	t.row("fix", list(with(r.Fix, func(f string) string { return f }),
		with(r.SatellitesUsed, func(n int) string { return fmt.Sprintf("%d satellites used", n) }),
		with(r.SatellitesInView, func(n int) string { return fmt.Sprintf("%d in view", n) })))
	t.row("last fix", with(r.LastFixAgeSeconds, ago))
	t.row("sentences", list(fmt.Sprintf("%d heard", r.Sentences),
		with(r.LatencySeconds, func(v float64) string { return interval(v) + " after their second" }),
		with(r.MarginSeconds, func(v float64) string { return "margin " + interval(v) })))
}

func (t *table80) pulse(p *control.Pulse) {
	t.section("Pulse")
	edge := unknown
	if p.Edge != "" {
		edge = p.Edge + " edge"
	}
	t.row("device", list(or(p.Device), edge))
	t.device(p.State, pulseWords)
	t.row("edges", list(fmt.Sprintf("%d seen", p.Count), fmt.Sprintf("%d rejected", p.Rejected),
		with(p.AgeSeconds, func(v float64) string { return "the last " + ago(v) })))
}

func (t *table80) servers(all []control.Listener) {
	t.section("Servers")
	if len(all) == 0 {
		t.row("ntp", "none")
	}
	var address, requests, answers, dropped int // widths
	for _, l := range all {
		address = max(address, len(l.Listen))
		requests = max(requests, len(fmt.Sprint(l.Requests)))
		answers = max(answers, len(fmt.Sprint(l.Answers)))
		dropped = max(dropped, len(fmt.Sprint(l.Dropped)))
	}
	for _, l := range all {
		t.row("ntp", fmt.Sprintf("%-*s  %*d requests, %*d answers, %*d dropped",
			address, l.Listen, requests, l.Requests, answers, l.Answers, dropped, l.Dropped))
	}
}

// unknown stands for every value that the daemon does not know.
const unknown = "-"

// with writes a value that may be unknown.
func with[T any](v *T, write func(T) string) string {
	if v == nil {
		return unknown
	}
	return write(*v)
}

func or(s string) string {
	if s == "" {
		return unknown
	}
	return s
}

// list joins what is known.
func list(first string, others ...string) string {
	parts := []string{}
	for _, s := range append([]string{first}, others...) {
		if s != unknown {
			parts = append(parts, s)
		}
	}
	return or(strings.Join(parts, ", "))
}

func seconds(v float64) time.Duration { return time.Duration(math.Round(v * 1e9)) }

// offset says in words, too, what its sign means.
func offset(v float64) string {
	switch {
	case v > 0:
		return signed(seconds(v)) + ", our clock is slow"
	case v < 0:
		return signed(seconds(v)) + ", our clock is fast"
	}
	return signed(0)
}

func bound(v float64) string    { return human.Bound(seconds(v)) }
func interval(v float64) string { return human.Seconds(seconds(v)) }
func ago(v float64) string      { return human.Duration(seconds(v)) + " ago" }

func ppm(v float64) string {
	return strings.Replace(fmt.Sprintf("%+.3f ppm", v), "-", "−", 1)
}
