package main

import (
	"fmt"
	"slices"
)

// report prints the medians of all rows of two servers, how they compare and
// which bars are met.
func (t *table) report(a, b []row) {
	fmt.Printf("%-34s %9s %9s %6s  %s\n", t.title, ours, chronyd, "ratio", "bar")
	for _, c := range t.columns() {
		c.print(median(a, c.of), median(b, c.of))
	}
	fmt.Println()
}

// column is one figure of a row.
type column struct {
	title  string
	format string
	of     func(row) float64
	bar    bar
}

func (t *table) columns() []column {
	return []column{
		{"answers of a round", "%.0f", func(r row) float64 { return r.answers }, bar{}},
		{"CPU per answer, µs", "%.2f", func(r row) float64 { return r.cost }, bar{kind: ratioAtMost, at: t.bars.cost}},
		{"answers/s", "%.0f", func(r row) float64 { return r.rate }, bar{kind: ratioAtLeast, at: t.bars.rate}},
		{"lost, %", "%.3f", func(r row) float64 { return 100 * r.loss }, bar{}},
		{"receive time off, p50, µs", "%.2f", func(r row) float64 { return r.receive }, bar{kind: ratioAtMost, at: t.bars.receive}},
		{"receive time off, p99, µs", "%.2f", func(r row) float64 { return r.receive99 }, bar{}},
		{"transmit time off, p50, µs", "%.2f", func(r row) float64 { return r.transmit }, t.median()},
		{"transmit time off, p99, µs", "%.2f", func(r row) float64 { return r.transmit99 }, bar{kind: ratioAtMost, at: t.bars.transmit99}},
		{"transmit time 1 µs too late, %", "%.2f", func(r row) float64 { return 100 * r.late }, bar{at: t.bars.late}},
		{"round trip, p50, µs", "%.1f", func(r row) float64 { return r.trip }, bar{kind: ratioAtMost, at: t.bars.trip}},
		{"round trip, p99, µs", "%.1f", func(r row) float64 { return r.trip99 }, bar{}},
		{"interleaved, %", "%.1f", func(r row) float64 { return 100 * r.interleaved }, bar{}},
		{"memory of its own, MB", "%.1f", func(r row) float64 { return r.memory }, bar{}},
	}
}

// median is the bar of the transmit time's median error.
func (t *table) median() bar {
	if t.bars.transmit50 > 0 {
		return bar{kind: ratioAtMost, at: t.bars.transmit50}
	}
	return bar{at: t.bars.transmit}
}

// bar is what a figure of ours must be. The zero value is none.
type bar struct {
	kind
	at float64
}

type kind uint8

const (
	atMost kind = iota
	ratioAtMost
	ratioAtLeast
)

// judge prints the bar, and whether x is good enough for it where chronyd's
// figure is y.
func (b bar) judge(x, y float64) string {
	if b.at == 0 {
		return ""
	}
	met, sign := false, ""
	switch b.kind {
	case atMost:
		met, sign = x <= b.at, "≤ %g"
	case ratioAtMost:
		met, sign = x <= b.at*y, "≤ %g ×"
	case ratioAtLeast:
		met, sign = x >= b.at*y, "≥ %g ×"
	}
	word := "missed"
	if met {
		word = "met"
	}
	return fmt.Sprintf("  "+sign+": %s", b.at, word)
}

// print prints our figure, chronyd's and how they compare.
func (c *column) print(x, y float64) {
	ratio := "-"
	if y != 0 {
		ratio = fmt.Sprintf("%.2f", x/y)
	}
	fmt.Printf("  %-32s %9s %9s %6s%s\n", c.title, fmt.Sprintf(c.format, x), fmt.Sprintf(c.format, y), ratio, c.bar.judge(x, y))
}

func median(rows []row, of func(row) float64) float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}
