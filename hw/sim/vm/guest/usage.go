package main

import (
	"fmt"
	"os"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/sim/vm/trace"
)

// weighing is how often the program's memory is looked at.
const weighing = 10 * time.Second

// meter measures what a program takes from a moment of the run on: its memory by
// the greatest, its work in all.
type meter struct {
	program *program
	from    time.Duration
	since   time.Time
	before  trace.Usage // what it had taken by then
	most    trace.Usage
}

// look is due all the time.
func (m *meter) look(at time.Duration) {
	if at < m.from || (at-m.from)%weighing != 0 {
		return
	}
	u := m.program.usage()
	if at == m.from {
		m.since, m.before = time.Now(), u
	}
	m.most.Private, m.most.Resident = max(m.most.Private, u.Private), max(m.most.Resident, u.Resident)
}

// end returns what was measured. Of a program that was restarted, the work since
// then counts.
func (m *meter) end() trace.Usage {
	u := m.program.usage()
	if m.program.started.After(m.since) {
		m.since, m.before = m.program.started, trace.Usage{}
	}
	return trace.Usage{
		CPU: u.CPU - m.before.CPU, Elapsed: time.Since(m.since),
		Private: max(m.most.Private, u.Private), Resident: max(m.most.Resident, u.Resident),
	}
}

// usage is what the program has taken so far.
func (p *program) usage() (u trace.Usage) {
	if text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", p.running.Pid)); err == nil {
		u.Private, u.Resident = trace.Memory(string(text))
	}
	u.CPU = processorTime(p.running.Pid)
	return u
}

// processorTime is how long the threads of a process have run, those that have
// ended as well, to the nanosecond: the ticks in /proc/PID/stat are 10 ms.
func processorTime(pid int) time.Duration {
	const cpuClockOfScheduler = 2 // CPUCLOCK_SCHED of include/linux/posix-timers.h; the other bits are ^pid
	var t unix.Timespec
	if unix.ClockGettime(int32(^pid<<3|cpuClockOfScheduler), &t) != nil {
		return 0
	}
	return time.Duration(t.Nano())
}
