package main

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"runtime"

	"golang.org/x/sys/unix"
)

const (
	ours    = "gpsntpd"
	chronyd = "chronyd"
)

// compare measures both servers in turn, and prints what came of it.
func compare(p plan) error {
	folder, err := os.MkdirTemp("", "gpsntpd-load-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(folder)
	secrets, err := prepare(folder, net.IP(address(1, 1).AsSlice()), net.IP(address(2, 1).AsSlice()))
	if err != nil {
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
		s, err := startServer(name, i+1, folder, p)
		if s != nil {
			defer s.end()
		}
		if err != nil {
			return err
		}
		g, err := newGenerator(netip.AddrPortFrom(s.at, ntpPort))
		if err != nil {
			return err
		}
		servers = append(servers, &subject{server: s, generator: g})
		if err := servers[i].wait(); err != nil {
			return err
		}
		if err := g.meet(s.at, secrets); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	if err := inTurn(servers, p); err != nil {
		return err
	}
	if p.only.MatchString("capacity") {
		if err := capacity(servers, p); err != nil {
			return err
		}
	}
	if p.only.MatchString("daemon") {
		return daemons(p, folder)
	}
	return nil
}

// inTurn measures both servers under every load. Who is first changes from round
// to round.
func inTurn(servers []*subject, p plan) error {
	for _, t := range tables(p) {
		if !p.only.MatchString(t.title) {
			continue
		}
		if t.together {
			if err := measure(t.load, servers...); err != nil {
				return err
			}
			t.report(servers[0].take(), servers[1].take())
			continue
		}
		for round := range p.rounds {
			for i := range servers {
				if err := measure(t.load, servers[(round+i)%len(servers)]); err != nil {
					return err
				}
			}
		}
		t.report(servers[0].take(), servers[1].take())
	}
	return nil
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
