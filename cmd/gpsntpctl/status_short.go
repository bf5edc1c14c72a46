package main

import (
	"fmt"
	"strings"

	"gpsntpd/server/control"
)

// statusRows is how long status is at most, so that its sentence stays on a screen
// of 24 rows.
const statusRows = 20

// sentenceText is the sentence of s, in lines.
func sentenceText(s *control.Status) string {
	return strings.Join(wrap(s.Sentence, columns), "\n") + "\n"
}

// statusText is what matters most of s for people: the sentence, then a table.
func statusText(s *control.Status, p palette) string {
	t := table80{palette: p}
	t.title = "Clock"
	t.now(s)
	if s.Holdover != nil {
		t.row("holdover", holdover(s.Holdover))
	}
	frequency := with(s.FrequencyPPM, ppm)
	if s.Temperature.Celsius != nil {
		frequency += ", at " + celsius(*s.Temperature.Celsius)
	}
	t.row("frequency", frequency)
	t.row("on the wire", list(fmt.Sprintf("stratum %d", s.Stratum), format("refid %s", s.Refid), leapWords[s.Leap&3]))
	r, x := &s.Receiver, &s.Pulse
	t.brief("Receiver", r.State, t.ofDevice(r.State), format("%s", r.Fix), format("%d satellites used", r.SatellitesUsed),
		with(r.LastFixAgeSeconds, func(v float64) string { return "last fix " + ago(v) }))
	t.left(r.LeftAlone)
	t.brief("Pulse", x.State, t.ofDevice(x.State), with(x.AgeSeconds, func(v float64) string { return "the last " + ago(v) }), fmt.Sprintf("%d rejected", x.Rejected))
	t.served(s)
	return sentenceText(s) + "\n" + t.String()
}

// brief adds a section of one row.
func (t *table80) brief(title, state, colour string, rest ...string) {
	t.title, t.label = title, ""
	t.mark("state", or(state), colour, cut(strings.TrimSuffix(", "+list(rest...), ", "+unknown), valueColumns-len(state)))
}

// served adds the servers, in a row each.
func (t *table80) served(s *control.Status) {
	var requests, dropped uint64
	for _, l := range s.Servers {
		requests, dropped = requests+l.Requests, dropped+l.Dropped
	}
	t.title, t.label = "Servers", ""
	t.row("ntp", fmt.Sprintf("%d requests, %d dropped", requests, dropped))
	if f := &s.FastPath; f.State != "" && f.State != "off" {
		t.row("fast path", fmt.Sprintf("%s, %d answers", f.State, f.Answers))
	}
	if n := &s.NTS; n.State != "" && n.State != "off" {
		t.mark("nts", n.State, t.ofDevice(n.State), ", exchanges "+exchanges(n))
	}
}
