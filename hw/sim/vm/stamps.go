package main

import (
	"fmt"
	"strings"

	"gpsntpd/hw/sim/vm/trace"
)

// interrupts are how late simnic tells of a packet.
const interrupts = "late_ns=20000,jitter_ns=20000"

// stamping is gpsntpd on an interface that stamps.
type stamping struct {
	settings []setting
	by       map[string]moments // of the stamps, by who made them
}

// setting is what is changed, and what must have come of it in the end.
type setting struct{ change, want string }

// stampingTests are that one.
func stampingTests() []test {
	return []test{&stamping{settings: []setting{
		{"-", "hardware"},
		{"wrong_ns=100000", "kernel, disagrees"}, // later than the kernel's stamps
		{"wrong_ns=-5000000", "kernel, disagrees"},
		{"wrong_ns=0", "hardware"},
		{"step_ns=1000000", "hardware"}, // after another test of the clock
		{"step_ns=-3000000", "hardware"},
	}}}
}

// title implements test.
func (*stamping) title() string { return "timestamps of the network interface" }

// guest implements test.
func (s *stamping) guest() (arch string, args []string) {
	args = []string{"stamps", "60", interrupts}
	for _, x := range s.settings {
		args = append(args, x.change)
	}
	return "amd64", args
}

// What stamps may be off by, in ns: those of the interface by the comparison of
// clocks, those of the kernel by the interrupt and the way through the driver.
const (
	hardwareLimit = 2_000
	kernelLimit   = 100_000
)

// judge implements test. In the second half of a setting all is as it will stay.
func (s *stamping) judge(records []trace.Record) (failures []string) {
	s.by = map[string]moments{}
	var late []int64
	i := 0
	for _, r := range records {
		if r.Stamp != nil {
			late = append(late, r.Stamp.Late)
			if r.Stamp.Late < -hardwareLimit || r.Stamp.Late > kernelLimit {
				failures = append(failures, fmt.Sprintf("stamped %d ns after it arrived", r.Stamp.Late))
			}
		}
		who, end := strings.CutPrefix(r.Event, "timestamps ")
		if !end || i >= len(s.settings) {
			continue
		}
		if want := s.settings[i]; who != want.want {
			failures = append(failures, fmt.Sprintf("%s: %s, want %s", want.change, who, want.want))
		}
		m := s.by[who]
		for _, l := range late[len(late)/2:] {
			m.add(float64(l))
			if who == "hardware" && l > hardwareLimit {
				failures = append(failures, fmt.Sprintf("stamped by hardware %d ns late", l))
			}
		}
		s.by[who], late = m, nil
		i++
	}
	if i != len(s.settings) {
		failures = append(failures, fmt.Sprintf("%d settings of %d", i, len(s.settings)))
	}
	return failures
}

// line implements test.
func (s *stamping) line() string {
	nic, kernel := s.by["hardware"], s.by["kernel, disagrees"]
	return fmt.Sprintf("late by hardware %.0f ns, rms %.0f ns about that; by the kernel %.0f, %.0f",
		nic.mean(), nic.deviation(), kernel.mean(), kernel.deviation())
}
