package main

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// detailsText is everything of s for people, but the sentence.
func detailsText(s *control.Status, p screen.Style) string {
	t := screen.Table{Style: p}
	clockSection(&t, s)
	receiverSection(&t, &s.Receiver)
	if s.Receiver.State != hw.Off {
		pulseSection(&t, &s.Pulse)
	}
	serversSection(&t, s.Servers)
	fastPathSection(&t, &s.FastPath)
	ntsSection(&t, &s.NTS, s.Now.Time)
	return strings.TrimPrefix(t.String(), "\n")
}

// clockNow is the state of the clock and how far off it is.
func clockNow(t *screen.Table, s *control.Status) {
	t.Mark("state", t.Word(string(s.State)), ofClock(s.State, t.Style), t.Say(" since %s, %s", screen.UTC(s.Since.Time), t.Duration(s.Now.Sub(s.Since.Time))))
	t.Row("offset", screen.With(s.OffsetSeconds, t.Offset))
	t.Row("error bound", screen.With(s.BoundSeconds, screen.Bound))
}

// ofClock is the colour of the state of the clock.
func ofClock(state string, p screen.Style) string {
	switch state {
	case discipline.Locked.String():
		return p.Good
	case discipline.Unsynchronized.String():
		return p.Bad
	}
	return p.Fair
}

func clockSection(t *screen.Table, s *control.Status) {
	t.Section("Clock")
	clockNow(t, s)
	if s.Budget != nil {
		t.Row("made of", budgetParts(s.Budget, t.Style))
	}
	if s.Witness != nil {
		t.Mark("witnesses", t.Word(s.Witness.Verdict), ofVerdict(s.Witness, t.Style), witnessText(s.Witness, t.Style))
	}
	if s.Holdover != nil && s.Holdover.Within1ms > 0 {
		t.Row("holdover", holdoverLimits(s.Holdover, t.Style))
	}
	t.Row("frequency", screen.With(s.FrequencyPPM, screen.PPM))
	t.Row("jitter", screen.With(s.JitterSeconds, screen.Interval))
	temperatureRow(t, &s.Temperature)
	t.Row("on the wire", t.List(t.Say("stratum %d", s.Stratum), screen.Format("refid %s", s.Refid),
		fmt.Sprintf("leap %d (%s)", s.Leap, t.Say(leapWords[s.Leap&3]))))
	t.Row("on the wire", t.Say("root dispersion %s", screen.Bound(s.RootDispersionSeconds)))
	if s.NextLeap != nil {
		t.Row("leap second", screen.UTC(s.NextLeap.Time))
	}
	if s.TAIOffsetSeconds != nil {
		t.Row("TAI − UTC", fmt.Sprintf("%d s", *s.TAIOffsetSeconds))
	}
}

// ofVerdict is the colour of a verdict on the receiver.
func ofVerdict(w *control.Witness, p screen.Style) string {
	switch w.Verdict {
	case discipline.Confirmed.String():
		return p.Good
	case discipline.Contradicted.String(), discipline.Refuted.String():
		return p.Bad
	}
	return p.Fair
}

// witnessText says by how much, and by how many.
func witnessText(w *control.Witness, p screen.Style) string {
	by := p.Say(", %d of %d servers answer", w.Answering, w.Servers)
	if w.WithinSeconds == nil {
		return by
	}
	if w.Verdict == discipline.Confirmed.String() {
		return p.Say(" to %s", screen.Bound(*w.WithinSeconds)) + by
	}
	return p.Say(" by %s", screen.Bound(*w.WithinSeconds)) + by
}

// budgetParts says what the bound is made of, and leaves out what is nothing.
func budgetParts(b *control.Budget, p screen.Style) string {
	part := func(v float64, name string) string {
		if v == 0 {
			return screen.Unknown
		}
		return p.Say("%s %s", screen.Interval(v), p.Word(name))
	}
	return p.List(part(b.PulseSeconds, "pulse"), part(b.LatencySeconds, "latency"), part(b.EdgeSeconds, "edge"), part(b.ReceiverSeconds, "receiver"),
		part(b.LoopSeconds, "loop"), part(b.HoldoverSeconds, "holdover"))
}

// holdoverLimits says for how long the clock stays good without a pulse.
func holdoverLimits(h *control.Holdover, p screen.Style) string {
	part := func(v float64, limit string) string {
		if v <= 0 {
			return screen.Unknown
		}
		return p.Say("%s for %s", limit, p.Duration(screen.Seconds(v)))
	}
	return p.List(part(h.Within10us, "10 µs"), part(h.Within1ms, "1 ms"))
}

// fastPathSection is rows only where the kernel is to answer.
func fastPathSection(t *screen.Table, f *control.FastPath) {
	if f.State == "" || f.State == "off" {
		return
	}
	t.Section("Fast path")
	colour := t.Good
	if f.Reason != nil {
		colour = t.Fair
	}
	t.Mark("state", t.Word(f.State), colour, t.Say(": %s", screen.Or(t.Say(fastPathWords[f.State]))))
	if f.Reason != nil {
		t.Row("reason", *f.Reason)
	}
	t.Row("answers", fmt.Sprint(f.Answers))
}

// ntsSection is rows only where there is NTS.
func ntsSection(t *screen.Table, n *control.NTS, now time.Time) {
	if n.State == "" || n.State == "off" {
		return
	}
	t.Section("NTS")
	t.Device(n.State, ntsMeaning(n, now, t.Style))
	if n.CertificateNotAfter != nil {
		expiryRow(t, "certificate", n.CertificateNotAfter.Time, now)
	}
	t.Row("exchanges", exchangesText(n, t.Style))
}

// temperatureRow is a row only where there is a sensor: it is no defect to have
// none.
func temperatureRow(t *screen.Table, s *control.Temperature) {
	if s.Device == "" {
		return
	}
	shown := t.Word(string(s.State))
	if s.Celsius != nil {
		shown = screen.Celsius(*s.Celsius)
	}
	t.Row("temperature", t.List(s.Device, shown))
}

func receiverSection(t *screen.Table, r *control.Receiver) {
	t.Section("Receiver")
	if r.State == hw.Off {
		t.Device(string(r.State), t.Say("there is none; network servers are followed"))
		return
	}
	t.Row("device", t.List(screen.Or(r.Device), screen.Format(t.Say("%d baud"), r.Baud)))
	t.Device(string(r.State), receiverMeaning(r, t.Style))
	leftAloneRows(t, r.LeftAlone)
	if r.Model != nil || r.Firmware != nil {
		is := func(s string) string { return s }
		t.Row("model", screen.Cut(t.List(screen.With(r.Model, is), screen.With(r.Firmware, is)), screen.ValueColumns))
	}
	t.Row("fix", t.List(screen.With(r.Fix, t.Word),
		screen.Format(t.Say("%d satellites used"), r.SatellitesUsed), screen.Format(t.Say("%d in view"), r.SatellitesInView)))
	t.Row("last fix", screen.With(r.LastFixAgeSeconds, t.Ago))
	t.Row("sentences", t.List(t.Say("%d heard", r.Sentences),
		screen.With(r.LatencySeconds, func(v float64) string { return t.Say("%s after their second", screen.Interval(v)) }),
		screen.With(r.MarginSeconds, func(v float64) string { return t.Say("margin %s", screen.Interval(v)) })))
}

// leftAloneRows names the ports that are not opened, and why.
func leftAloneRows(t *screen.Table, all []control.LeftAlone) {
	for _, d := range all {
		holder := ""
		if d.Holder != nil {
			holder = *d.Holder
		}
		t.Row("left alone", screen.Cut(d.Device+t.Say(": %s", t.Language.LeftAlone(hw.State(d.Reason), holder)), screen.ValueColumns))
	}
}

func pulseSection(t *screen.Table, p *control.Pulse) {
	t.Section("Pulse")
	t.Row("device", t.List(screen.Or(p.Device), screen.Format(t.Say("%s edge"), p.Edge)))
	t.Device(string(p.State), pulseMeaning(p, t.Style))
	t.Row("edges", t.List(t.Say("%d seen", p.Count), t.Say("%d rejected", p.Rejected),
		screen.With(p.AgeSeconds, func(v float64) string { return t.Say("the last %s", t.Ago(v)) })))
}

func serversSection(t *screen.Table, all []control.Listener) {
	t.Section("Servers")
	if len(all) == 0 {
		t.Row("ntp", t.Say("none"))
	}
	var address, requests, answers, dropped int // widths
	for _, l := range all {
		address = max(address, len(l.Listen))
		requests = max(requests, len(fmt.Sprint(l.Requests)))
		answers = max(answers, len(fmt.Sprint(l.Answers)))
		dropped = max(dropped, len(fmt.Sprint(l.Dropped)))
	}
	for _, l := range all {
		t.Row("ntp", t.Say("%-*s  %*d requests, %*d answers, %*d dropped",
			address, l.Listen, requests, l.Requests, answers, l.Answers, dropped, l.Dropped))
	}
	timestampRows(t, all)
}

// timestampRows says who dates requests, once where it is the same for all.
func timestampRows(t *screen.Table, all []control.Listener) {
	said := map[string]bool{}
	for _, l := range all {
		how := t.Word(l.Timestamps)
		if l.TimestampsReason != nil {
			how = t.List(how, screen.Or(t.Say(cmp.Or(stampWords[*l.TimestampsReason], *l.TimestampsReason))))
		}
		if how != "" && !said[how] {
			t.Row("timestamps", how)
		}
		said[how] = true
	}
}
