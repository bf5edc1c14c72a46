package main

import (
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
)

// result is all that was seen of a board. There is no place for a position in it, nor
// for a name or an address.
type result struct {
	Model, System, Version, Governor, Pulse string

	Date     time.Time
	Minutes  int
	Findings []finding
	Looks    []look
	Answers  []answer
}

// finding is one of doctor's that is not good.
type finding struct {
	Code     string `json:"code"`
	Severity string `json:"severity"`
}

// look is how things were at a moment.
type look struct {
	Status  status
	Celsius float64 // of the processor; 0 where there is no sensor
	CPU     float64 // that gpsntpd has used, in seconds
	Memory  float64 // of gpsntpd that no file has, in bytes
	Load    float64
	Uptime  float64 // in seconds

	process string // whose CPU that is
	told    bool
}

// status is what is taken of gpsntpctl status --json.
type status struct {
	State     string  `json:"state"`
	Offset    float64 `json:"offset_seconds"`
	Frequency float64 `json:"frequency_ppm"`
	Jitter    float64 `json:"jitter_seconds"`
	Bound     float64 `json:"bound_seconds"`
	Budget    struct {
		Edge float64 `json:"edge_seconds"`
	} `json:"budget"`
	Sample struct {
		Offset float64 `json:"offset_seconds"`
	} `json:"sample"`
	Receiver struct {
		Latency    float64 `json:"latency_seconds"`
		Satellites float64 `json:"satellites_used"`
	} `json:"receiver"`
	Pulse struct {
		Count    int64 `json:"count"`
		Rejected int64 `json:"rejected"`
	} `json:"pulse"`
}

// text is the file.
func (r result) text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "# %s\n\n", r.Model)
	fmt.Fprintf(&b, "%d minutes from %s, by `make board-test`. gpsntpd %s on %s; governor %s; pulse %s. "+
		"No name, address or position is in this file.\n\n", r.Minutes, r.Date.Format("2006-01-02 15:04 UTC"), r.Version, r.System, r.Governor, orNone(strings.TrimSpace(r.Pulse)))
	b.WriteString("| what | median | 99 % | worst |\n|---|---|---|---|\n")
	locked := r.locked()
	row := func(name, unit string, scale float64, values []float64) {
		if len(values) == 0 {
			fmt.Fprintf(&b, "| %s | – | – | – |\n", name)
			return
		}
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", name, amount(quantile(values, 0.5)*scale, unit), amount(quantile(values, 0.99)*scale, unit), amount(slices.Max(values)*scale, unit))
	}
	of := func(looks []look, value func(look) float64) []float64 {
		var all []float64
		for _, l := range looks {
			all = append(all, value(l))
		}
		return all
	}
	row("pulse against the clock, without its sign", "µs", 1e6, of(locked, func(l look) float64 { return math.Abs(l.Status.Sample.Offset) }))
	row("clock's offset as estimated, without its sign", "µs", 1e6, of(locked, func(l look) float64 { return math.Abs(l.Status.Offset) }))
	row("jitter of the pulse", "µs", 1e6, of(locked, func(l look) float64 { return l.Status.Jitter }))
	row("error bound", "µs", 1e6, of(locked, func(l look) float64 { return l.Status.Bound }))
	row("of it, pulse input not measured", "µs", 1e6, of(locked, func(l look) float64 { return l.Status.Budget.Edge }))
	row("sentences after their second", "ms", 1e3, of(locked, func(l look) float64 { return l.Status.Receiver.Latency }))
	row("satellites used", "", 1, of(locked, func(l look) float64 { return l.Status.Receiver.Satellites }))
	row("temperature", "°C", 1, of(hot(r.Looks), func(l look) float64 { return l.Celsius }))
	row("processor, of one core", "%", 100, r.cpu())
	row("memory that no file has", "MB", 1e-6, of(told(r.Looks), func(l look) float64 { return l.Memory }))
	row("load", "", 1, of(r.Looks, func(l look) float64 { return l.Load }))
	row("round trip of a request", "µs", 1e6, r.trips())
	b.WriteString("\n" + r.counts())
	return b.String()
}

// counts are the figures that are not spread over time.
func (r result) counts() string {
	var b strings.Builder
	good := told(r.Looks)
	fmt.Fprintf(&b, "- locked in %d of %d looks, one every 10 s\n", len(r.locked()), len(r.Looks))
	if n := len(good); n > 1 {
		first, last := good[0], good[n-1]
		fmt.Fprintf(&b, "- pulses: %d in %.0f s, %d of them rejected\n", last.Status.Pulse.Count-first.Status.Pulse.Count, last.Uptime-first.Uptime, last.Status.Pulse.Rejected-first.Status.Pulse.Rejected)
	}
	if l := r.locked(); len(l) > 0 {
		low, high := math.Inf(1), math.Inf(-1)
		for _, one := range l {
			low, high = min(low, one.Status.Frequency), max(high, one.Status.Frequency)
		}
		fmt.Fprintf(&b, "- frequency: %.3f to %.3f ppm\n", low, high)
	}
	failed, strata := 0, map[uint8]int{}
	for _, a := range r.Answers {
		if a.Failed {
			failed++
			continue
		}
		strata[a.Stratum]++
	}
	fmt.Fprintf(&b, "- requests: %d, of which %d without an answer; answers of stratum 1: %d, not synchronized: %d\n", len(r.Answers), failed, strata[1], strata[0])
	if len(r.Findings) == 0 {
		b.WriteString("- doctor: all is good\n")
	}
	for _, f := range r.Findings {
		fmt.Fprintf(&b, "- doctor: %s `%s`\n", f.Severity, f.Code)
	}
	return b.String()
}

func (r result) locked() []look {
	return slices.DeleteFunc(slices.Clone(r.Looks), func(l look) bool { return l.Status.State != "locked" })
}

// told are the looks at which gpsntpd answered.
func told(looks []look) []look {
	return slices.DeleteFunc(slices.Clone(looks), func(l look) bool { return !l.told })
}

// hot are those at which there was a temperature.
func hot(looks []look) []look {
	return slices.DeleteFunc(slices.Clone(looks), func(l look) bool { return l.Celsius == 0 })
}

// cpu is the share of a core from each look to the next of the same process.
func (r result) cpu() []float64 {
	var all []float64
	for i := range max(len(r.Looks)-1, 0) {
		a, b := r.Looks[i], r.Looks[i+1]
		if a.process == b.process && a.process != "" && b.Uptime > a.Uptime {
			all = append(all, (b.CPU-a.CPU)/(b.Uptime-a.Uptime))
		}
	}
	return all
}

// trips are the round trips of requests that were answered, in seconds.
func (r result) trips() []float64 {
	var all []float64
	for _, a := range r.Answers {
		if !a.Failed {
			all = append(all, a.Delay.Seconds())
		}
	}
	return all
}

// quantile is the smallest value that a share of all is not above.
func quantile(values []float64, share float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[min(max(int(math.Ceil(share*float64(len(sorted))))-1, 0), len(sorted)-1)]
}

// amount has three digits that count, and its unit.
func amount(value float64, unit string) string {
	digits := 0
	for limit := 100.0; digits < 3 && math.Abs(value) < limit && value != 0; limit /= 10 {
		digits++
	}
	return strings.TrimSpace(fmt.Sprintf("%.*f %s", digits, value, unit))
}

func orNone(s string) string {
	if s == "" {
		return "none"
	}
	return s
}
