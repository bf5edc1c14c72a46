package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

func newEdges(f *flags) *cobra.Command {
	return verbOf[control.Status]{
		name:  "edges",
		short: "Show the paths of the pulse, and how late each stamps it",
		long: `Show the paths by which the edges of the pulse are seen, the most exact first: phc
is the clock of a network interface, level a look at the pin itself, pps the
kernel's interrupt, event the kernel's event of a GPIO line, dcd a look at the
lines of a serial port (simulated so far). * marks the path that makes the samples. LATE is the
constant by which its stamps come too late, which is taken off, ± how wrong that
may be; SPREAD is the standard deviation of its stamps. A constant is measured
against a more exact path; where there is none it is what the configuration says.

Exit status: 0 it answered, 69 it did not.`,
		example: "  gpsntpctl edges\n  gpsntpctl edges --json",
		ask:     statusIn,
		show:    edgesText,
		json:    func(s *control.Status, w io.Writer) error { return writeLines(w, s.Paths) },
	}.command(f)
}

// latencyNotes say why the constant of a path was not measured, by its reason.
var latencyNotes = map[string]string{
	string(refclock.PathAlone): "only path", string(refclock.PathLearning): "learning", string(refclock.PathImprecise): "too coarse", string(refclock.PathImpossible): "impossible",
}

// edgesText is a line for each path.
func edgesText(status *control.Status, p screen.Style) string {
	if len(status.Paths) == 0 {
		return p.Say("No edge of the pulse has been seen yet.") + "\n"
	}
	const row = "%-2s%-6s %-16s %8s  %-18s %8s  %s\n"
	var b strings.Builder
	b.WriteString(strings.TrimRight(screen.Line(row, "", p.Say("PATH"), p.Say("DEVICE"), p.Say("EDGES"), p.Say("LATE"), p.Say("SPREAD"), ""), " \n") + "\n")
	for _, s := range status.Paths {
		mark := ""
		if s.Used {
			mark = control.MarkSelected
		}
		note := p.Say("measured")
		switch {
		case s.State != hw.Open && s.State != hw.OK:
			note = p.Word(string(s.State))
		case s.Reason != nil:
			note = p.Say(latencyNotes[*s.Reason])
		case s.Path.Absolute():
			note = p.Say("exact")
		}
		late := fmt.Sprintf("%.2f µs", s.LatencySeconds*1e6) + " ± " + screen.Bound(s.UncertaintySeconds)
		b.WriteString(screen.Line(row, mark, string(s.Path), screen.Cut(screen.Or(s.Device), 16), fmt.Sprint(s.Edges), late, screen.Interval(s.SpreadSeconds), note))
	}
	return b.String()
}
