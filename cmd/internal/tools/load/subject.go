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

// punctual is a transmit time that is later than the departure by no more.
const punctual = time.Microsecond

// row is one measurement, or the median of several.
type row struct {
	cost, rate, loss                         float64 // µs of processor time for each answer, answers/s, share of the requests
	receive, receive99, transmit, transmit99 float64 // errors of the timestamps, µs
	late                                     float64 // transmit times that are later than the departure by more than punctual, their share
	trip, trip99                             float64 // µs
	answers                                  float64
	interleaved                              float64 // share of the answers
	memory                                   float64 // MB
}

// measure has servers answer the same load in the same time.
func measure(l load, servers ...*subject) error {
	generators, before := make([]*generator, len(servers)), make([]time.Duration, len(servers))
	for i, s := range servers {
		var err error
		if before[i], err = processorTime(s.cmd.Process.Pid); err != nil {
			return err
		}
		generators[i] = s.generator
	}
	for i, o := range together(l, generators...) {
		after, err := processorTime(servers[i].cmd.Process.Pid)
		if err == nil {
			err = servers[i].judge(o, after-before[i])
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// judge adds the row of what came of a load, which took so much processor time.
func (s *subject) judge(o outcome, ran time.Duration) error {
	if o.forged > 0 {
		return fmt.Errorf("%s: %d answers are not authentic", s.name, o.forged)
	}
	memory, _, err := memory(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	n := float64(max(o.answered, 1))
	r := row{
		answers: float64(o.answered), cost: float64(ran.Nanoseconds()) / 1e3 / n, rate: n / o.took.Seconds(),
		loss: float64(o.sent-o.answered) / float64(max(o.sent, 1)), interleaved: float64(o.interleaved) / n, memory: memory,
	}
	for _, d := range o.transmit {
		if d < -punctual {
			r.late += 1 / n
		}
	}
	r.receive, r.receive99 = quantiles(o.receive)
	r.transmit, r.transmit99 = quantiles(o.transmit)
	r.trip, r.trip99 = quantiles(o.trip)
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
