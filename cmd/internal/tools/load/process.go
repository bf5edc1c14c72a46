package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gpsntpd/hw/sim/vm/trace"
)

// end ends the server.
func (s *server) end() {
	s.in.Close()
	_ = s.cmd.Process.Kill() // an error says that it has ended
	_ = s.cmd.Wait()
}

// processorTime returns how long all threads of a process have run.
func processorTime(pid int) (total time.Duration, err error) {
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/schedstat", pid))
	for _, path := range tasks {
		text, err := os.ReadFile(path)
		if err != nil {
			return 0, err
		}
		ran, _, _ := bytes.Cut(text, []byte(" "))
		ns, err := strconv.ParseInt(string(ran), 10, 64)
		if err != nil {
			return 0, err
		}
		total += time.Duration(ns)
	}
	return total, err
}

// memory returns how much memory a process needs for itself, and how much is
// resident, in MB.
func memory(pid int) (private, resident float64, err error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/smaps_rollup", pid))
	own, all := trace.Memory(string(text))
	return float64(own) / 1e6, float64(all) / 1e6, err
}
