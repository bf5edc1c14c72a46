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
)

// detailsText is everything of s for people, but the sentence.
func detailsText(s *control.Status, p style) string {
	t := table80{style: p}
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
	t.mark("state", t.word(string(s.State)), t.ofClock(s.State), t.say(" since %s, %s", utc(s.Since.Time), t.duration(s.Now.Sub(s.Since.Time))))
	t.row("offset", with(s.OffsetSeconds, t.offset))
	t.row("error bound", with(s.BoundSeconds, bound))
}

func (t *table80) clock(s *control.Status) {
	t.section("Clock")
	t.now(s)
	if s.Budget != nil {
		t.row("made of", t.budget(s.Budget))
	}
	if s.Holdover != nil && s.Holdover.Within1ms > 0 {
		t.row("holdover", t.holdover(s.Holdover))
	}
	t.row("frequency", with(s.FrequencyPPM, ppm))
	t.row("jitter", with(s.JitterSeconds, interval))
	t.temperature(&s.Temperature)
	t.row("on the wire", t.list(t.say("stratum %d", s.Stratum), format("refid %s", s.Refid),
		fmt.Sprintf("leap %d (%s)", s.Leap, t.say(leapWords[s.Leap&3]))))
	t.row("on the wire", t.say("root dispersion %s", bound(s.RootDispersionSeconds)))
	if s.NextLeap != nil {
		t.row("leap second", utc(s.NextLeap.Time))
	}
	if s.TAIOffsetSeconds != nil {
		t.row("TAI − UTC", fmt.Sprintf("%d s", *s.TAIOffsetSeconds))
	}
}

// budget says what the bound is made of, and leaves out what is nothing.
func (p style) budget(b *control.Budget) string {
	part := func(v float64, name string) string {
		if v == 0 {
			return unknown
		}
		return p.say("%s %s", interval(v), p.word(name))
	}
	return p.list(part(b.PulseSeconds, "pulse"), part(b.LatencySeconds, "latency"), part(b.EdgeSeconds, "edge"), part(b.ReceiverSeconds, "receiver"),
		part(b.LoopSeconds, "loop"), part(b.HoldoverSeconds, "holdover"))
}

// holdover says for how long the clock stays good without a pulse.
func (p style) holdover(h *control.Holdover) string {
	part := func(v float64, limit string) string {
		if v <= 0 {
			return unknown
		}
		return p.say("%s for %s", limit, p.duration(seconds(v)))
	}
	return p.list(part(h.Within10us, "10 µs"), part(h.Within1ms, "1 ms"))
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
	t.mark("state", t.word(f.State), colour, t.say(": %s", or(t.say(fastPathWords[f.State]))))
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
	t.device(n.State, t.ntsMeaning(n, now))
	if n.CertificateNotAfter != nil {
		t.expiry("certificate", n.CertificateNotAfter.Time, now)
	}
	t.row("exchanges", t.exchanges(n))
}

// temperature is a row only where there is a sensor: it is no defect to have
// none.
func (t *table80) temperature(s *control.Temperature) {
	if s.Device == "" {
		return
	}
	shown := t.word(string(s.State))
	if s.Celsius != nil {
		shown = celsius(*s.Celsius)
	}
	t.row("temperature", t.list(s.Device, shown))
}

func (t *table80) receiver(r *control.Receiver) {
	t.section("Receiver")
	t.row("device", t.list(or(r.Device), format(t.say("%d baud"), r.Baud)))
	t.device(string(r.State), t.receiverMeaning(r))
	t.left(r.LeftAlone)
	t.row("fix", t.list(with(r.Fix, t.word),
		format(t.say("%d satellites used"), r.SatellitesUsed), format(t.say("%d in view"), r.SatellitesInView)))
	t.row("last fix", with(r.LastFixAgeSeconds, t.ago))
	t.row("sentences", t.list(t.say("%d heard", r.Sentences),
		with(r.LatencySeconds, func(v float64) string { return t.say("%s after their second", interval(v)) }),
		with(r.MarginSeconds, func(v float64) string { return t.say("margin %s", interval(v)) })))
}

// left names the ports that are not opened, and why.
func (t *table80) left(all []control.LeftAlone) {
	for _, d := range all {
		holder := ""
		if d.Holder != nil {
			holder = *d.Holder
		}
		t.row("left alone", cut(d.Device+t.say(": %s", t.language.LeftAlone(hw.State(d.Reason), holder)), valueColumns))
	}
}

func (t *table80) pulse(p *control.Pulse) {
	t.section("Pulse")
	t.row("device", t.list(or(p.Device), format(t.say("%s edge"), p.Edge)))
	t.device(string(p.State), t.pulseMeaning(p))
	t.row("edges", t.list(t.say("%d seen", p.Count), t.say("%d rejected", p.Rejected),
		with(p.AgeSeconds, func(v float64) string { return t.say("the last %s", t.ago(v)) })))
}

func (t *table80) servers(all []control.Listener) {
	t.section("Servers")
	if len(all) == 0 {
		t.row("ntp", t.say("none"))
	}
	var address, requests, answers, dropped int // widths
	for _, l := range all {
		address = max(address, len(l.Listen))
		requests = max(requests, len(fmt.Sprint(l.Requests)))
		answers = max(answers, len(fmt.Sprint(l.Answers)))
		dropped = max(dropped, len(fmt.Sprint(l.Dropped)))
	}
	for _, l := range all {
		t.row("ntp", t.say("%-*s  %*d requests, %*d answers, %*d dropped",
			address, l.Listen, requests, l.Requests, answers, l.Answers, dropped, l.Dropped))
	}
	t.timestamps(all)
}

// timestamps says who dates requests, once where it is the same for all.
func (t *table80) timestamps(all []control.Listener) {
	said := map[string]bool{}
	for _, l := range all {
		how := t.word(l.Timestamps)
		if l.TimestampsReason != nil {
			how = t.list(how, or(t.say(cmp.Or(stampWords[*l.TimestampsReason], *l.TimestampsReason))))
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
func (p style) offset(v float64) string {
	d := seconds(v)
	switch {
	case d > 0:
		return p.say("%s, our clock is slow", signed(d))
	case d < 0:
		return p.say("%s, our clock is fast", signed(d))
	}
	return signed(d)
}

func bound(v float64) string    { return human.Bound(seconds(v)) }
func interval(v float64) string { return human.Seconds(seconds(v)) }

func ppm(v float64) string     { return minus(fmt.Sprintf("%+.3f ppm", v)) }
func celsius(v float64) string { return minus(fmt.Sprintf("%.1f °C", v)) }

func minus(number string) string { return strings.Replace(number, "-", "−", 1) }
