package main

import (
	"fmt"
	"math"

	"gpsntpd/hw/sim/vm/trace"
)

// route is a way that pulses take through the kernel.
type route struct {
	name, arch, machine string
	late                [2]float64 // ns: limits of the delay that it adds
	mean, deviation     float64    // ns: of that delay
	drawn, stamped      float64    // ns rms: of the pulses as sent and as stamped, about their mean
}

// routes are the kernel's own, and the GPIO pin of a Raspberry Pi.
func routes() []test {
	return []test{
		&route{name: "pulses through the kernel", arch: "amd64", machine: machines[1].parameters + ",rate_ppb=0,walk_ppt=0,sin_ppb=0,glitch_pm=0", late: [2]float64{-5, 5}},
		&route{name: "pulses through pps-gpio on arm64", arch: "arm64", machine: "gpio=1,jitter_ns=1000", late: [2]float64{0, 1500}},
	}
}

// title implements test.
func (r *route) title() string { return r.name }

// guest implements test.
func (r *route) guest() (arch string, args []string) {
	return r.arch, []string{"pulses", "300", r.machine}
}

// judge implements test: what was drawn must come out, but for a constant.
func (r *route) judge(records []trace.Record) (failures []string) {
	var drawn, stamped, added moments
	for _, x := range records {
		if x.Pulse != nil {
			drawn.add(float64(x.Pulse.Drawn))
			stamped.add(float64(x.Pulse.Stamped))
			added.add(float64(x.Pulse.Stamped - x.Pulse.Drawn))
		}
	}
	r.drawn, r.stamped = drawn.deviation(), stamped.deviation()
	r.mean, r.deviation = added.mean(), added.deviation()
	if r.mean < r.late[0] || r.mean > r.late[1] {
		failures = append(failures, fmt.Sprintf("%.0f ns late, not %.0f to %.0f", r.mean, r.late[0], r.late[1]))
	}
	if r.drawn > 0 && math.Abs(r.stamped/r.drawn-1) > 0.05 {
		failures = append(failures, "the jitter is not what was sent, within 5 %")
	}
	return failures
}

// line implements test.
func (r *route) line() string {
	return fmt.Sprintf("%.0f ns late, rms %.0f ns about that; jitter sent %.0f ns rms, stamped %.0f", r.mean, r.deviation, r.drawn, r.stamped)
}

// moments are the sums that mean and deviation come from.
type moments struct{ n, sum, squares float64 }

func (m *moments) add(x float64) {
	m.n++
	m.sum += x
	m.squares += x * x
}

func (m *moments) mean() float64 { return m.sum / m.n }

func (m *moments) deviation() float64 {
	return math.Sqrt(math.Max(0, m.squares/m.n-m.mean()*m.mean()))
}
