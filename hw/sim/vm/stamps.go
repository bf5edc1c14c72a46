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
	name     string
	nic      string // parameters of simnic
	limit    int64  // ns: of how far a receive timestamp by it is from the frame's end
	settings []setting
	by       map[string]moments // of the stamps, by who made them
}

// setting is what is changed, and what must have come of it in the end.
type setting struct{ change, want string }

// stampingTests are on a wire of each speed. The interface compares its clock with the
// kernel's by itself on the one. On the other, where a frame takes longer, the clocks are
// read one after the other, which is not as exact.
func stampingTests() []test {
	return []test{
		&stamping{name: "timestamps at 1 Gbit, clocks read at once", nic: "speed_mbps=1000,precise=1", limit: 20, settings: spoilt("speed_mbps=100")},
		&stamping{name: "timestamps at 100 Mbit, clocks read in turn", nic: "speed_mbps=100", limit: 200, settings: spoilt("speed_mbps=1000")},
	}
}

// spoilt is all that happens to an interface: its stamps are wrong, its clock is set,
// its link gets another speed.
func spoilt(speed string) []setting {
	return []setting{
		{"-", "hardware"},
		{"wrong_ns=1000000", "kernel, disagrees"}, // later than the kernel's stamps
		{"wrong_ns=-5000000", "kernel, disagrees"},
		{"wrong_ns=0", "hardware"},
		{"step_ns=1000000", "hardware"}, // after another test of the clock
		{"step_ns=-3000000", "hardware"},
		{speed, "hardware"},
	}
}

// title implements test.
func (s *stamping) title() string { return s.name }

// guest implements test.
func (s *stamping) guest() (arch string, args []string) {
	args = []string{"stamps", "60", interrupts + "," + s.nic}
	for _, x := range s.settings {
		args = append(args, x.change)
	}
	return "amd64", args
}

// kernelLimit is what the kernel's stamps may be off by, in ns: the interrupt and the
// way through the driver.
const kernelLimit = 250_000

// judge implements test. In the second half of a setting all is as it will stay.
func (s *stamping) judge(records []trace.Record) (failures []string) {
	s.by = map[string]moments{}
	var late []int64
	i := 0
	for _, r := range records {
		if r.Stamp != nil {
			late = append(late, r.Stamp.Late)
			if r.Stamp.Late < -s.limit || r.Stamp.Late > kernelLimit {
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
			if who == "hardware" && l > s.limit {
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
