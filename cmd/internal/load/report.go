package main

import (
	"fmt"
	"slices"
)

// column is one figure of a row.
type column struct {
	title  string
	format string
	of     func(row) float64
}

func columns() []column {
	return []column{
		{"CPU per answer, µs", "%.2f", func(r row) float64 { return r.cost }},
		{"answers/s", "%.0f", func(r row) float64 { return r.rate }},
		{"lost, %", "%.3f", func(r row) float64 { return 100 * r.loss }},
		{"receive time off, p50, µs", "%.2f", func(r row) float64 { return r.receive }},
		{"receive time off, p99, µs", "%.2f", func(r row) float64 { return r.receive99 }},
		{"transmit time off, p50, µs", "%.2f", func(r row) float64 { return r.transmit }},
		{"transmit time off, p99, µs", "%.2f", func(r row) float64 { return r.transmit99 }},
		{"interleaved, %", "%.1f", func(r row) float64 { return 100 * r.interleaved }},
		{"memory, MB", "%.1f", func(r row) float64 { return r.memory }},
	}
}

// report prints the medians of all rows of two servers and how they compare.
func report(title string, a, b []row) {
	fmt.Printf("%-36s %10s %10s %7s\n", title, ours, chronyd, "ratio")
	for _, c := range columns() {
		x, y := median(a, c.of), median(b, c.of)
		line(c.title, c.format, x, y)
	}
	fmt.Println()
}

func line(title, format string, x, y float64) {
	ratio := "-"
	if y != 0 {
		ratio = fmt.Sprintf("%.2f", x/y)
	}
	fmt.Printf("  %-34s %10s %10s %7s\n", title, fmt.Sprintf(format, x), fmt.Sprintf(format, y), ratio)
}

func median(rows []row, of func(row) float64) float64 {
	var all []float64
	for _, r := range rows {
		all = append(all, of(r))
	}
	slices.Sort(all)
	return all[len(all)/2]
}

// take returns the rows so far, and begins anew.
func (s *subject) take() []row {
	rows := s.rows
	s.rows = nil
	return rows
}

// attempts are how often a server may try: what else the machine does is not its
// fault.
const attempts = 3

// capacity looks for the highest rate at which not one request in a thousand
// is lost, in steps of a tenth.
func capacity(servers []*subject, p plan) error {
	highest := make([]float64, len(servers))
	for i, s := range servers {
		for rate := p.rate; ; rate += rate / 10 {
			reached, err := s.sustains(load{rate: rate, length: p.length / 2})
			if err != nil {
				return err
			}
			if reached == 0 {
				break
			}
			highest[i] = reached
		}
	}
	line("answers/s with less than 0.1 % lost", "%.0f", highest[0], highest[1])
	return nil
}

// sustains returns the rate of answers, 0 when too many requests were lost or
// could not even be sent.
func (s *subject) sustains(l load) (float64, error) {
	for range attempts {
		if err := s.measure(l); err != nil {
			return 0, err
		}
		if r := s.take()[0]; r.loss < 1e-3 && r.rate > 0.98*float64(l.rate) {
			return r.rate, nil
		}
	}
	return 0, nil
}
