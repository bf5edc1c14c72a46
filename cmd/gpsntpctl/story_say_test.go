package main

import (
	"fmt"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/server/control"
	"gpsntpd/server/human"
	"gpsntpd/server/why"
)

// contradictions are what two of the views say otherwise.
func contradictions(v *scene) (all []string) {
	say := func(format string, args ...any) { all = append(all, fmt.Sprintf(format, args...)) }
	v.states(say)
	v.causes(say)
	v.figures(say)
	v.forecasts(say)
	v.ages(say)
	v.asChrony(say)
	for name, most := range map[string]int{"status": statusRows, "status zh": statusRows, "why en": terminalRows, "why zh": terminalRows} {
		if v.rows[name] > most {
			say("%s has %d rows", name, v.rows[name])
		}
	}
	return all
}

// chinese is the style of the screens in Chinese.
var chinese = screen.Style{Language: why.Chinese}

// terminalRows is how long a screen may be, below the line at which it was asked for.
const terminalRows = 23

type saying func(format string, args ...any)

// has says when a screen lacks a text.
func (v *scene) has(say saying, screen, text string) {
	if !strings.Contains(v.screens[screen], bare(text)) {
		say("%s lacks %q", screen, text)
	}
}

// states looks for two views that disagree on the state.
func (v *scene) states(say saying) {
	state := v.status.State
	v.has(say, "status", "state "+state+" since")
	v.has(say, "holdover", "The state is "+state)
	v.has(say, "status zh", "状态 "+chinese.Word(state)+"，自")
	v.has(say, "holdover zh", "当前状态："+chinese.Word(state))
	if v.metrics[`gpsntpd_state{state="`+state+`"}`] != "1" || v.metrics["gpsntpd_stratum"] != strconv.Itoa(v.status.Stratum) {
		say("metrics: another state")
	}
	begins := map[string][2]string{
		"starting": {"Not stratum 1 yet", "尚未达到层级 1"}, "acquiring": {"Not stratum 1 yet", "尚未达到层级 1"}, "locked": {"Stratum 1:", "层级 1 (stratum 1)："},
		"holdover": {"Stratum 1 in holdover", "守时"}, "unsynchronized": {"Not stratum 1 any more", "已不再是层级 1"},
	}
	for i, l := range bothLanguages {
		if !strings.Contains(v.page[l], `data-state="`+state+`"`) {
			say("page %s: another state", l)
		}
		v.has(say, "why "+string(l), begins[state][i])
		v.has(say, "page "+string(l), begins[state][i])
	}
	never := []string{}
	if state != discipline.Locked.String() {
		never = append(never, "Locked to", "已与")
	}
	if v.status.Stratum == 0 {
		never = append(never, "Nothing is lost yet", "目前尚无损失", "still below", "目前误差不超过", "Clients are safe", "可放心使用")
	}
	for name, text := range v.screens {
		for _, words := range never {
			if strings.Contains(text, bare(words)) {
				say("%s: %q while %s", name, words, state)
			}
		}
	}
	v.raisedAtOnce(say)
}

// raisedAtOnce wants the alarm of what the wire says in the same moment.
func (v *scene) raisedAtOnce(say saying) {
	is := slices.ContainsFunc(v.alarms[why.English], func(a control.Alarm) bool { return a.Code == "not_synchronized" && a.Cleared == nil })
	if v.status.State == discipline.Unsynchronized.String() && !is {
		say("clients are refused, and no alarm says so")
	}
}

// causes looks for two views that disagree on what is wrong.
func (v *scene) causes(say saying) {
	for _, l := range bothLanguages {
		w := v.why[l]
		screens := []string{"why " + string(l), "page " + string(l)}
		for _, view := range screens {
			v.has(say, view, plain(w.Sentence))
		}
		if l == why.Chinese {
			for _, view := range []string{"status zh", "health zh"} {
				v.has(say, view, w.Brief)
			}
		}
		if l == why.English {
			for _, view := range []string{"status", "health"} {
				v.has(say, view, v.status.Sentence)
			}
			if c := first(w, v.status.State); c != nil && !(strings.Contains(v.status.Sentence, c.clause()) && strings.Contains(w.Sentence, c.clause())) {
				say("the cause is %q: status says %q, why %q", c.clause(), v.status.Sentence, w.Sentence)
			}
		}
		v.alarmed(say, l)
	}
}

// firstCause is the link that is the first which is not good.
type firstCause control.Link

// clause is what is the case, as it stands within a sentence.
func (c *firstCause) clause() string {
	text, _, _ := strings.Cut(c.Text, ". ")
	text = strings.TrimSuffix(text, ".")
	if strings.HasPrefix(text, "gpsntpd") {
		return text
	}
	return strings.ToLower(text[:1]) + text[1:]
}

func first(w control.Why, state string) *firstCause {
	for _, l := range w.Links {
		if l.Condition == "bad" || l.Condition == "waiting" && state != discipline.Locked.String() {
			return (*firstCause)(&l)
		}
	}
	return nil
}

// alarmed wants every alarm to say what is the case now, or that it is over, the
// root cause first.
func (v *scene) alarmed(say saying, l why.Language) {
	over := map[why.Language][]string{why.English: {"Over since", "Not so for"}, why.Chinese: {"已于", "该情况已消失"}}[l]
	begins := func(text string) bool {
		return slices.ContainsFunc(over, func(words string) bool { return strings.HasPrefix(text, words) })
	}
	root := ""
	for i, a := range v.alarms[l] {
		now := slices.ContainsFunc(v.why[l].Links, func(link control.Link) bool { return link.Text == a.Text })
		switch {
		case a.Cleared != nil && !begins(a.Text):
			say("alarm %s is cleared and says %q", a.Code, a.Text)
		case a.Cleared == nil && !now && !begins(a.Text):
			say("alarm %s says %q, which no link of the chain says", a.Code, a.Text)
		}
		if a.Cleared != nil {
			continue
		}
		v.has(say, "alarms "+string(l), a.Text)
		v.has(say, "page "+string(l), plain(a.Text))
		if a.Because == nil {
			root = a.Code
		} else if *a.Because != root {
			say("alarm %s (%d) follows from %s and stands below %q", a.Code, i, *a.Because, root)
		}
		if v.metrics[fmt.Sprintf(`gpsntpd_alarm{code="%s",severity="%s"}`, a.Code, a.Severity)] != "1" {
			say("metrics: no alarm %s", a.Code)
		}
	}
}

// plain is text without the marks of what is to be typed.
func plain(text string) string { return strings.ReplaceAll(text, "`", "") }

// figures looks for two views that disagree on a number.
func (v *scene) figures(say saying) {
	s := &v.status
	if s.BoundSeconds == nil {
		return
	}
	bound := human.Bound(screen.Seconds(*s.BoundSeconds))
	for _, view := range []string{"status", "status zh", "budget", "budget zh", "page en", "page zh"} {
		v.has(say, view, bound)
	}
	v.number(say, "gpsntpd_bound_seconds", *s.BoundSeconds)
	sum := 0.0
	for _, x := range shares(s.Budget) {
		sum += x.Seconds
		v.number(say, `gpsntpd_bound_part_seconds{part="`+x.Part+`"}`, x.Seconds)
		for _, view := range []string{"budget", "budget zh", "page en", "page zh"} {
			v.has(say, view, screen.Interval(x.Seconds))
		}
	}
	if math.Abs(sum-*s.BoundSeconds) > 1e-9 {
		say("the parts sum up to %g, the bound is %g", sum, *s.BoundSeconds)
	}
	if age := s.Sample.AgeSeconds; age > 600 && s.Budget.HoldoverSeconds < *s.BoundSeconds/2 {
		say("after %v without pulses holdover is %g of %g", screen.Seconds(age), s.Budget.HoldoverSeconds, *s.BoundSeconds)
	}
}

// number wants a metric to be so large.
func (v *scene) number(say saying, name string, want float64) {
	if got, err := strconv.ParseFloat(v.metrics[name], 64); err != nil || got != want {
		say("metrics: %s is %q, not %g", name, v.metrics[name], want)
	}
}

var (
	untilWhen = regexp.MustCompile(`safeuntil((?:\d\d\d\d-\d\d-\d\d)?\d\d:\d\d(?::\d\d)?)UTC\(boundbelow([^)]+)\)`)
	untilZh   = regexp.MustCompile(`在((?:\d\d\d\d-\d\d-\d\d)?\d\d:\d\d(?::\d\d)?)UTC之前`)
)

// forecasts looks for two views that disagree on how long the time stays good.
func (v *scene) forecasts(say saying) {
	said := map[string][]string{}
	for name, text := range v.screens {
		for _, m := range append(untilWhen.FindAllStringSubmatch(text, -1), untilZh.FindAllStringSubmatch(text, -1)...) {
			said[m[1]] = append(said[m[1]], name)
		}
	}
	if len(said) > 1 {
		say("%d forecasts: %v", len(said), said)
	}
	if v.status.State == discipline.Holdover.String() {
		names := slices.Concat(slices.Collect(maps.Values(said))...)
		for _, view := range []string{"status", "status zh", "health", "health zh", "holdover", "holdover zh", "why en", "why zh", "page en", "page zh"} {
			if !slices.Contains(names, view) {
				say("%s has no forecast", view)
			}
		}
	}
	h := v.status.Holdover
	if h == nil {
		return
	}
	stopped := h.Since != nil
	for screen, words := range map[string]string{"page en": "If the pulses stopped now", "page zh": "假如秒脉冲现在中断", "holdover": "If the pulses stopped now", "holdover zh": "假如秒脉冲现在中断"} {
		if strings.Contains(v.screens[screen], bare(words)) == stopped {
			say("%s: %q, and the pulses have stopped: %v", screen, words, stopped)
		}
	}
	for _, x := range []struct {
		limit  time.Duration
		label  string
		lasts  float64
		metric string
	}{
		{time.Microsecond, "1 µs", h.Within1us, "1e-06"}, {10 * time.Microsecond, "10 µs", h.Within10us, "1e-05"},
		{100 * time.Microsecond, "100 µs", h.Within100us, "0.0001"}, {time.Millisecond, "1 ms", h.Within1ms, "0.001"},
	} {
		if x.lasts > 0 && screen.Seconds(*v.status.BoundSeconds) > x.limit {
			say("below %s for %g s at a bound of %g s", x.label, x.lasts, *v.status.BoundSeconds)
		}
		v.number(say, `gpsntpd_holdover_forecast_seconds{limit_seconds="`+x.metric+`"}`, x.lasts)
		if x.lasts > 0 {
			v.has(say, "holdover", "below "+x.label+" for "+human.Duration(screen.Seconds(x.lasts)))
			v.has(say, "holdover zh", "低于 "+x.label+"：保持 "+why.Chinese.Duration(screen.Seconds(x.lasts)))
		} else {
			v.has(say, "holdover", "below "+x.label+" already above")
			v.has(say, "page en", "below "+x.label+" already above")
		}
	}
}

// ages wants what is old to say so in every view.
func (v *scene) ages(say saying) {
	r := &v.status.Receiver
	if v.sky.Time != nil && (v.sky.AgeSeconds == nil || v.sky.Stale != (r.SatellitesUsed == nil)) {
		say("the sky is stale: %v, and status has %v satellites", v.sky.Stale, r.SatellitesUsed)
	}
	counted := false
	for name := range v.metrics {
		counted = counted || strings.HasPrefix(name, "gpsntpd_satellites{")
	}
	if v.sky.Stale {
		v.has(say, "satellites", human.Duration(screen.Seconds(*v.sky.AgeSeconds))+" ago")
		v.has(say, "satellites zh", why.Chinese.Duration(screen.Seconds(*v.sky.AgeSeconds))+"前")
		if counted {
			say("metrics: satellites of a receiver that is silent")
		}
	}
	if v.pulses.Count > 0 && (v.pulses.AgeSeconds == nil || v.pulses.Stale != (v.status.Pulse.State == "silent")) {
		say("the histogram is stale: %v, and the pulse is %s", v.pulses.Stale, v.status.Pulse.State)
	}
	if v.pulses.Stale {
		v.has(say, "pulse", human.Duration(screen.Seconds(*v.pulses.AgeSeconds))+" ago")
		v.has(say, "pulse zh", why.Chinese.Duration(screen.Seconds(*v.pulses.AgeSeconds))+"前")
	}
}
