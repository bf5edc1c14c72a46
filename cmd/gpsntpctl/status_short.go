package main

import (
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
func statusText(s *control.Status, p style) string {
	t := table80{style: p}
	t.title = "Clock"
	t.now(s)
	if s.Holdover != nil && s.Holdover.Within1ms > 0 {
		t.row("holdover", t.holdover(s.Holdover))
	}
	frequency := with(s.FrequencyPPM, ppm)
	if s.Temperature.Celsius != nil {
		frequency = t.say("%s, at %s", frequency, celsius(*s.Temperature.Celsius))
	}
	t.row("frequency", frequency)
	t.row("on the wire", t.list(t.say("stratum %d", s.Stratum), format("refid %s", s.Refid), t.say(leapWords[s.Leap&3])))
	r, x := &s.Receiver, &s.Pulse
	t.brief("Receiver", string(r.State), t.ofDevice(string(r.State)), with(r.Fix, t.word), format(t.say("%d satellites used"), r.SatellitesUsed),
		with(r.LastFixAgeSeconds, func(v float64) string { return t.say("last fix %s", t.ago(v)) }))
	t.left(r.LeftAlone)
	t.brief("Pulse", string(x.State), t.ofDevice(string(x.State)), with(x.AgeSeconds, func(v float64) string { return t.say("the last %s", t.ago(v)) }), t.say("%d rejected", x.Rejected))
	t.served(s)
	return sentenceText(s) + "\n" + t.String()
}

// brief adds a section of one row.
func (t *table80) brief(title, state, colour string, rest ...string) {
	t.title, t.label = title, ""
	state = or(t.word(state))
	more := ""
	if known := t.list(rest...); known != unknown {
		more = t.say(", %s", known)
	}
	t.mark("state", state, colour, cut(more, valueColumns-wide(state)))
}

// served adds the servers, in a row each.
func (t *table80) served(s *control.Status) {
	var requests, dropped uint64
	for _, l := range s.Servers {
		requests, dropped = requests+l.Requests, dropped+l.Dropped
	}
	t.title, t.label = "Servers", ""
	t.row("ntp", t.say("%d requests, %d dropped", requests, dropped))
	if f := &s.FastPath; f.State != "" && f.State != "off" {
		t.row("fast path", t.say("%s, %d answers", t.word(f.State), f.Answers))
	}
	if n := &s.NTS; n.State != "" && n.State != "off" {
		t.mark("nts", t.word(n.State), t.ofDevice(n.State), t.say(", exchanges %s", t.exchanges(n)))
	}
}
