package main

import (
	"strings"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

// statusRows is how long status is at most, so that its sentence stays on a screen
// of 24 rows.
const statusRows = 20

// sentenceText is the sentence of s, in lines.
func sentenceText(s *control.Status) string {
	return strings.Join(screen.Wrap(s.Sentence, screen.Columns), "\n") + "\n"
}

// statusText is what matters most of s for people: the sentence, then a table.
func statusText(s *control.Status, p screen.Style) string {
	t := screen.Table{Style: p}
	t.Title("Clock")
	clockNow(&t, s)
	if s.Holdover != nil && s.Holdover.Within1ms > 0 {
		t.Row("holdover", holdoverLimits(s.Holdover, t.Style))
	}
	frequency := screen.With(s.FrequencyPPM, screen.PPM)
	if s.Temperature.Celsius != nil {
		frequency = t.Say("%s, at %s", frequency, screen.Celsius(*s.Temperature.Celsius))
	}
	t.Row("frequency", frequency)
	t.Row("on the wire", t.List(t.Say("stratum %d", s.Stratum), screen.Format("refid %s", s.Refid), t.Say(leapWords[s.Leap&3])))
	r, x := &s.Receiver, &s.Pulse
	briefRow(&t, "Receiver", string(r.State), t.OfDevice(string(r.State)), screen.With(r.Fix, t.Word), screen.Format(t.Say("%d satellites used"), r.SatellitesUsed),
		screen.With(r.LastFixAgeSeconds, func(v float64) string { return t.Say("last fix %s", t.Ago(v)) }))
	leftAloneRows(&t, r.LeftAlone)
	briefRow(&t, "Pulse", string(x.State), t.OfDevice(string(x.State)), screen.With(x.AgeSeconds, func(v float64) string { return t.Say("the last %s", t.Ago(v)) }), t.Say("%d rejected", x.Rejected))
	servedRows(&t, s)
	return sentenceText(s) + "\n" + t.String()
}

// briefRow adds a section of one row.
func briefRow(t *screen.Table, title, state, colour string, rest ...string) {
	t.Title(title)
	state = screen.Or(t.Word(state))
	more := ""
	if known := t.List(rest...); known != screen.Unknown {
		more = t.Say(", %s", known)
	}
	t.Mark("state", state, colour, screen.Cut(more, screen.ValueColumns-screen.Width(state)))
}

// servedRows adds the servers, in a row each.
func servedRows(t *screen.Table, s *control.Status) {
	var requests, dropped uint64
	for _, l := range s.Servers {
		requests, dropped = requests+l.Requests, dropped+l.Dropped
	}
	t.Title("Servers")
	t.Row("ntp", t.Say("%d requests, %d dropped", requests, dropped))
	if f := &s.FastPath; f.State != "" && f.State != "off" {
		t.Row("fast path", t.Say("%s, %d answers", t.Word(f.State), f.Answers))
	}
	if n := &s.NTS; n.State != "" && n.State != "off" {
		t.Mark("nts", t.Word(n.State), t.OfDevice(n.State), t.Say(", exchanges %s", exchangesText(n, t.Style)))
	}
}
