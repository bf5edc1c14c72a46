package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// detailsText is everything of s for people, but the sentence.
func detailsText(s *control.Status, p palette) string {
	t := table80{palette: p}
	t.clock(s)
	t.receiver(&s.Receiver)
	t.pulse(&s.Pulse)
	t.servers(s.Servers)
	t.fastPath(&s.FastPath)
	t.nts(&s.NTS, s.Now.Time)
	return strings.TrimPrefix(t.String(), "\n")
}

// now is the state of the clock and how far off it is.
func (t *table80) now(s *control.Status) {
	t.mark("state", s.State, t.ofClock(s.State), fmt.Sprintf(" since %s UTC, %s",
		s.Since.UTC().Format(time.DateTime), human.Duration(s.Now.Sub(s.Since.Time))))
	t.row("offset", with(s.OffsetSeconds, offset))
	t.row("error bound", with(s.BoundSeconds, bound))
}

func (t *table80) clock(s *control.Status) {
	t.section("Clock")
	t.now(s)
	if s.Budget != nil {
		t.row("made of", budget(s.Budget))
	}
	if s.Holdover != nil {
		t.row("holdover", holdover(s.Holdover))
	}
	t.row("frequency", with(s.FrequencyPPM, ppm))
	t.row("jitter", with(s.JitterSeconds, interval))
	t.temperature(&s.Temperature)
	t.row("on the wire", list(fmt.Sprintf("stratum %d", s.Stratum), format("refid %s", s.Refid),
		fmt.Sprintf("leap %d (%s)", s.Leap, leapWords[s.Leap&3])))
	t.row("on the wire", "root dispersion "+bound(s.RootDispersionSeconds))
	if s.NextLeap != nil {
		t.row("leap second", s.NextLeap.UTC().Format(time.DateTime)+" UTC")
	}
	if s.TAIOffsetSeconds != nil {
		t.row("TAI − UTC", fmt.Sprintf("%d s", *s.TAIOffsetSeconds))
	}
}

// budget says what the bound is made of, and leaves out what is nothing.
func budget(b *control.Budget) string {
	part := func(v float64, name string) string {
		if v == 0 {
			return unknown
		}
		return interval(v) + " " + name
	}
	return list(part(b.PulseSeconds, "pulse"), part(b.LatencySeconds, "latency"), part(b.EdgeSeconds, "edge"), part(b.ReceiverSeconds, "receiver"),
		part(b.LoopSeconds, "loop"), part(b.HoldoverSeconds, "holdover"))
}

// holdover says for how long the clock stays good without a pulse.
func holdover(h *control.Holdover) string {
	part := func(v float64, limit string) string {
		if v <= 0 {
			return unknown
		}
		return limit + " for " + human.Duration(seconds(v))
	}
	return list(part(h.Within10us, "10 µs"), part(h.Within1ms, "1 ms"))
}

// fastPath is rows only where the kernel is to answer.
func (t *table80) fastPath(f *control.FastPath) {
	if f.State == "" || f.State == "off" {
		return
	}
	t.section("Fast path")
	colour := t.good
	if f.Reason != nil {
		colour = t.fair
	}
	t.mark("state", f.State, colour, ": "+or(fastPathWords[f.State]))
	if f.Reason != nil {
		t.row("reason", *f.Reason)
	}
	t.row("answers", fmt.Sprint(f.Answers))
}

// nts is rows only where there is NTS.
func (t *table80) nts(n *control.NTS, now time.Time) {
	if n.State == "" || n.State == "off" {
		return
	}
	t.section("NTS")
	t.device(n.State, ntsMeaning(n, now))
	if n.CertificateNotAfter != nil {
		t.expiry("certificate", n.CertificateNotAfter.Time, now)
	}
	t.row("exchanges", exchanges(n))
}

// temperature is a row only where there is a sensor: it is no defect to have
// none.
func (t *table80) temperature(s *control.Temperature) {
	if s.Device == "" {
		return
	}
	shown := s.State
	if s.Celsius != nil {
		shown = celsius(*s.Celsius)
	}
	t.row("temperature", s.Device+", "+shown)
}

func (t *table80) receiver(r *control.Receiver) {
	t.section("Receiver")
	t.row("device", list(or(r.Device), format("%d baud", r.Baud)))
	t.device(r.State, receiverMeaning(r))
	t.left(r.LeftAlone)
	t.row("fix", list(format("%s", r.Fix),
		format("%d satellites used", r.SatellitesUsed), format("%d in view", r.SatellitesInView)))
	t.row("last fix", with(r.LastFixAgeSeconds, ago))
	t.row("sentences", list(fmt.Sprintf("%d heard", r.Sentences),
		with(r.LatencySeconds, func(v float64) string { return interval(v) + " after their second" }),
		with(r.MarginSeconds, func(v float64) string { return "margin " + interval(v) })))
}

// left names the ports that are not opened, and why.
func (t *table80) left(all []control.LeftAlone) {
	for _, d := range all {
		holder := ""
		if d.Holder != nil {
			holder = *d.Holder
		}
		t.row("left alone", cut(d.Device+": "+why.English.LeftAlone(hw.State(d.Reason), holder), valueColumns))
	}
}

func (t *table80) pulse(p *control.Pulse) {
	t.section("Pulse")
	t.row("device", list(or(p.Device), format("%s edge", p.Edge)))
	t.device(p.State, pulseMeaning(p))
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
	t.timestamps(all)
}

// timestamps says who dates requests, once where it is the same for all.
func (t *table80) timestamps(all []control.Listener) {
	said := map[string]bool{}
	for _, l := range all {
		how := l.Timestamps
		if l.TimestampsReason != nil {
			how = list(how, or(cmp.Or(stampWords[*l.TimestampsReason], *l.TimestampsReason)))
		}
		if how != "" && !said[how] {
			t.row("timestamps", how)
		}
		said[how] = true
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

// format is with, for what Sprintf can write.
func format[T any](format string, v *T) string {
	return with(v, func(v T) string { return fmt.Sprintf(format, v) })
}

// list joins what is known.
func list(parts ...string) string {
	known := slices.DeleteFunc(parts, func(s string) bool { return s == unknown })
	return or(strings.Join(known, ", "))
}

func seconds(v float64) time.Duration { return time.Duration(math.Round(v * 1e9)) }

// offset says in words, too, what its sign means.
func offset(v float64) string {
	d := seconds(v)
	switch {
	case d > 0:
		return signed(d) + ", our clock is slow"
	case d < 0:
		return signed(d) + ", our clock is fast"
	}
	return signed(d)
}

func bound(v float64) string    { return human.Bound(seconds(v)) }
func interval(v float64) string { return human.Seconds(seconds(v)) }
func ago(v float64) string      { return human.Duration(seconds(v)) + " ago" }

func ppm(v float64) string     { return minus(fmt.Sprintf("%+.3f ppm", v)) }
func celsius(v float64) string { return minus(fmt.Sprintf("%.1f °C", v)) }

func minus(number string) string { return strings.Replace(number, "-", "−", 1) }
