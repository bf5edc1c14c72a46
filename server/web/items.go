package web

import (
	"fmt"
	"strconv"
	"time"

	"gpsntpd/hw"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// figures are what is looked at first.
func (v *view) figures() []item {
	s, w := &v.Status, v.W
	satellites := w["nothing"]
	if used, view := s.Receiver.SatellitesUsed, s.Receiver.SatellitesInView; used != nil {
		satellites = strconv.Itoa(*used)
		if view != nil && *view >= *used {
			satellites = w.say("used_of", "used", strconv.Itoa(*used), "view", strconv.Itoa(*view))
		}
	}
	stratum := w["stratum_none"]
	if s.Stratum > 0 && s.Refid != nil {
		stratum = fmt.Sprintf("%d · %s", s.Stratum, *s.Refid)
	}
	return []item{
		{"offset", w["offset"], some(w, s.OffsetSeconds, offset)},
		{"bound", w["bound"], some(w, s.BoundSeconds, func(b float64) string { return "± " + bound(b) })},
		{"jitter", w["jitter"], some(w, s.JitterSeconds, interval)},
		{"frequency", w["frequency"], some(w, s.FrequencyPPM, func(f float64) string { return fixed(f, 3, " ppm") })},
		{"temperature", w["temperature"], some(w, s.Temperature.Celsius, func(c float64) string { return fixed(c, 1, " °C") })},
		{"satellites", w["satellites"], satellites},
		{"stratum", w["stratum"], stratum},
		{"requests", w["requests"], count(requests(s))},
	}
}

func requests(s *control.Status) (n uint64) {
	for _, l := range s.Servers {
		n += l.Requests
	}
	return n
}

func (v *view) budget() []item {
	b := v.Status.Budget
	if b == nil {
		b = &control.Budget{}
	}
	items := []item{
		{"pulse", v.W["b_pulse"], interval(b.PulseSeconds)},
		{"latency", v.W["b_latency"], interval(b.LatencySeconds)},
		{"edge", v.W["b_edge"], interval(b.EdgeSeconds)},
		{"receiver", v.W["b_receiver"], interval(b.ReceiverSeconds)},
		{"loop", v.W["b_loop"], interval(b.LoopSeconds)},
		{"holdover", v.W["b_holdover"], interval(b.HoldoverSeconds)},
	}
	if v.Status.Budget == nil {
		blank(v.W, items)
	}
	return items
}

// blank has items say that nothing is known.
func blank(w words, items []item) {
	for i := range items {
		items[i].Value = w["nothing"]
	}
}

func (v *view) holdover() []item {
	h := v.Status.Holdover
	if h == nil {
		h = &control.Holdover{}
	}
	below := func(id, limit string, seconds float64) item {
		if seconds <= 0 {
			return item{id, v.W.say("below", "limit", limit), v.W["not_now"]}
		}
		return item{id, v.W.say("below", "limit", limit), v.W.duration(seconds)}
	}
	items := []item{
		below("1us", "1 µs", h.Within1us), below("10us", "10 µs", h.Within10us),
		below("100us", "100 µs", h.Within100us), below("1ms", "1 ms", h.Within1ms),
	}
	if v.Status.Holdover == nil {
		blank(v.W, items)
	}
	return items
}

// forecast is what stands above holdover: whether pulses come, and until when clients
// are safe.
func (v *view) forecast() (title, note string) {
	h, now := v.Status.Holdover, v.Status.Now.Time
	if h == nil || h.Since == nil {
		return v.W["holdover"], v.W["holdover_note"]
	}
	title = v.W.say("holdover_since", "time", human.Moment(h.Since.Time, now)+" UTC")
	if h.SafeUntil == nil {
		return title, v.W["holdover_over"]
	}
	return title, why.Forecast(h.SafeUntil.Time, now, nanoseconds(h.LimitSeconds), why.Language(v.Why.Language))
}

func (v *view) leap(l control.Leap) []item {
	w := v.W
	next := w["l_none"]
	if l.NextLeap != nil && l.NextBySeconds != nil {
		key := "l_insert"
		if *l.NextBySeconds > 0 {
			key = "l_delete"
		}
		next = w.say(key, "time", l.NextLeap.UTC().Format(time.DateOnly))
	}
	armed := w["no"]
	if l.Armed {
		armed = w["yes"]
	}
	source, expires := l.Source, l.Expires.UTC().Format(time.DateOnly)
	if source == "built in" {
		source = w["built_in"]
	}
	if l.Now != nil && l.Now.After(l.Expires.Time) {
		expires = w.say("expired", "time", expires)
	}
	items := []item{
		{"next", w["l_next"], next},
		{"armed", w["l_armed"], armed},
		{"tai", w["l_tai"], some(w, l.TAIOffsetSeconds, func(n int) string { return strconv.Itoa(n) + " s" })},
		{"list", w["l_list"], source},
		{"expires", w["l_expires"], expires},
	}
	if l.Source == "" { // it was not to be had
		blank(w, items)
	}
	return items
}

// parts are the parts of the machine, one after another.
func (v *view) parts() []item {
	s, w := &v.Status, v.W
	if v.State == "unknown" {
		return nil
	}
	r, p := &s.Receiver, &s.Pulse
	with := func(device string, state hw.State) string { return device + " · " + string(state) }
	receiver := with(r.Device, r.State)
	if r.Baud != nil {
		receiver += " · " + w.say("baud", "n", strconv.Itoa(*r.Baud))
	}
	if r.Model != nil {
		receiver += " · " + *r.Model
	}
	fix := some(w, r.Fix, func(f string) string {
		return some(w, r.LastFixAgeSeconds, func(age float64) string { return w.say("fix_age", "fix", f, "duration", w.duration(age)) })
	})
	sentences := count(r.Sentences)
	if r.LatencySeconds != nil {
		sentences = w.say("late", "n", sentences, "latency", interval(*r.LatencySeconds))
	}
	pulse := with(p.Device, p.State)
	if p.Edge != nil {
		pulse += " · " + *p.Edge
	}
	items := []item{
		{"receiver", w["d_receiver"], receiver},
		{"fix", w["d_fix"], fix},
		{"sentences", w["d_sentences"], sentences},
		{"pulse", w["d_pulse"], pulse},
		{"edges", w["d_edges"], w.say("edges", "n", count(p.Count), "rejected", count(p.Rejected))},
		{"thermometer", w["d_temperature"], with(s.Temperature.Device, s.Temperature.State)},
		{"reference", w["d_reference"], some(w, s.ReferenceTime, func(t control.Time) string { return w.at(t.UTC(), s.Now.UTC()) })},
		{"dispersion", w["d_dispersion"], bound(s.RootDispersionSeconds)},
		{"wander", w["d_wander"], some(w, s.WanderPerRootSecond, func(x float64) string { return fmt.Sprintf("%.1e /√s", x) })},
	}
	for i, l := range s.Servers {
		items = append(items, item{fmt.Sprint("server-", i), w["d_servers"] + " " + l.Listen, w.say("served", "n", count(l.Requests), "answers", count(l.Answers))})
	}
	return append(items, item{"nts", w["d_nts"], v.nts()})
}

func (v *view) nts() string {
	n := &v.Status.NTS
	if n.CertificateNotAfter == nil {
		return n.State
	}
	return v.W.say("nts_until", "state", n.State, "time", n.CertificateNotAfter.UTC().Format(time.DateOnly))
}

// count is a whole number in groups of three, apart by a thin space.
func count(n uint64) string {
	text := strconv.FormatUint(n, 10)
	for i := len(text) - 3; i > 0; i -= 3 {
		text = text[:i] + "\u202f" + text[i:]
	}
	return text
}
