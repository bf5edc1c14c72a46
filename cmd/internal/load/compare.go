package main

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

const (
	ours    = "gpsntpd"
	chronyd = "chronyd"
)

// settings of chronyd that make it a server and nothing else.
const settings = `local stratum 1
allow all
cmdport 0
pidfile %[1]s/chronyd.pid
`

// compare measures both servers in turn, and prints what came of it.
func compare(p plan) error {
	folder, err := os.MkdirTemp("", "gpsntpd-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	config := filepath.Join(folder, "chrony.conf")
	if err := os.WriteFile(config, fmt.Appendf(nil, settings, folder), 0o600); err != nil {
		return err
	}
	if err := ip("link set lo up", "route add local "+asking+" dev lo"); err != nil {
		return err
	}
	if err := pin(); err != nil {
		return err
	}
	first() // or what else the machine does is measured, too
	var servers []*subject
	for i, name := range []string{ours, chronyd} {
		s, err := startServer(name, i+1, config)
		if s != nil {
			defer s.end()
		}
		if err != nil {
			return err
		}
		g, err := newGenerator(netip.AddrPortFrom(s.at, 123))
		if err != nil {
			return err
		}
		servers = append(servers, &subject{server: s, generator: g})
		if err := servers[i].wait(); err != nil {
			return err
		}
	}
	tables := []struct {
		title string
		load
	}{
		{fmt.Sprintf("%d requests/s", p.rate), load{p.rate, false, p.length}},
		{"as many as it answers", load{0, false, p.length}},
		{fmt.Sprintf("interleaved, %d requests/s", p.rate), load{p.rate, true, p.length}},
		{"interleaved, as many as it answers", load{0, true, p.length}},
	}
	for _, t := range tables {
		for range p.rounds {
			for _, s := range servers {
				if err := s.measure(t.load); err != nil {
					return err
				}
			}
		}
		report(t.title, servers[0].take(), servers[1].take())
	}
	if err := capacity(servers, p); err != nil {
		return err
	}
	return daemon(p, folder)
}

// pin keeps this process on its processor.
func pin() error {
	var set unix.CPUSet
	var cpu int
	if _, err := fmt.Sscan(generatorCPU, &cpu); err != nil {
		return err
	}
	set.Set(cpu)
	tasks, err := os.ReadDir("/proc/self/task")
	if err != nil {
		return err
	}
	for _, t := range tasks {
		var id int
		if _, err := fmt.Sscan(t.Name(), &id); err != nil {
			return err
		}
		if err := unix.SchedSetaffinity(id, &set); err != nil {
			return err
		}
	}
	return nil
}

// first has this thread, and all that it starts, run before what is not in
// real time, if that is allowed.
func first() {
	runtime.LockOSThread()
	_ = unix.SchedSetAttr(0, &unix.SchedAttr{Size: unix.SizeofSchedAttr, Policy: unix.SCHED_RR, Priority: 1}, 0)
}

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
	memory, err := resident(s.cmd.Process.Pid)
	if err != nil {
		return err
	}
	n := float64(max(o.answered, 1))
	r := row{
		cost: float64((after - before).Nanoseconds()) / 1e3 / n, rate: n / o.took.Seconds(),
		loss: float64(o.sent-o.answered) / float64(max(o.sent, 1)), interleaved: float64(o.interleaved) / n, memory: memory,
	}
	r.receive, r.receive99 = quantiles(o.receive)
	r.transmit, r.transmit99 = quantiles(o.transmit)
	s.rows = append(s.rows, r)
	return nil
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
