package main

import (
	"fmt"
	"slices"
	"time"
)

// subject is a server that is measured, with what was found.
type subject struct {
	*server
	generator *generator
	rows      []row
}

// wait asks until there is an answer.
func (s *subject) wait() error {
	for range 50 {
		if s.generator.run(load{rate: 100, length: silence}).answered > 0 {
			return nil
		}
	}
	return fmt.Errorf("%s does not answer", s.name)
}

// row is one measurement, or the median of several.
type row struct {
	cost, rate, loss                         float64 // µs of processor time for each answer, answers/s, share of the requests
	receive, receive99, transmit, transmit99 float64 // errors of the timestamps, µs
	late, late99                             float64 // transmit times that are later than the departure: their share, and by how much one in a hundred of all is, µs
	interleaved                              float64 // share of the answers
	memory                                   float64 // MB
}

func (s *subject) measure(l load) error {
	before, err := processorTime(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	o := s.generator.run(l)
	after, err := processorTime(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	if o.forged > 0 {
		return fmt.Errorf("%s: %d answers are not authentic", s.name, o.forged)
	}
	memory, _, err := memory(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	n := float64(max(o.answered, 1))
	r := row{
		cost: float64((after - before).Nanoseconds()) / 1e3 / n, rate: n / o.took.Seconds(),
		loss: float64(o.sent-o.answered) / float64(max(o.sent, 1)), interleaved: float64(o.interleaved) / n, memory: memory,
	}
	var late []time.Duration
	for _, d := range o.transmit {
		if d < 0 {
			r.late += 1 / n
		}
		late = append(late, max(-d, 0))
	}
	_, r.late99 = quantiles(late)
	r.receive, r.receive99 = quantiles(o.receive)
	r.transmit, r.transmit99 = quantiles(o.transmit)
	s.rows = append(s.rows, r)
	return nil
}

// take returns the rows so far, and begins anew.
func (s *subject) take() []row {
	rows := s.rows
	s.rows = nil
	return rows
}

// quantiles returns median and 99th percentile of the absolute values, in µs.
func quantiles(all []time.Duration) (median, p99 float64) {
	if len(all) == 0 {
		return 0, 0
	}
	for i, d := range all {
		all[i] = d.Abs()
	}
	slices.Sort(all)
	us := func(d time.Duration) float64 { return float64(d.Nanoseconds()) / 1e3 }
	return us(all[len(all)/2]), us(all[len(all)*99/100])
}
