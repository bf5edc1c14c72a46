package main

import (
	"context"
	"fmt"
	"os"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/sys/unix"
)

// What only the start needed is given back once a receiver and a pulse that are
// there have been found; what only a visit of the page needed, a while after. The
// collector is made to run less often: it has work to do.
const (
	settled      = 10 * time.Second
	trimEvery    = time.Minute
	collectEvery = 5 // trims
)

// keepTrim gives back memory that is not needed now, again and again until ctx
// ends: on a small board it is wanted for other things.
func keepTrim(ctx context.Context) error {
	next := time.NewTimer(settled)
	defer next.Stop()
	var program []mapping
	for n := 0; ; n++ {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
		}
		if n == 0 {
			program = unchangedNow()
		}
		for _, m := range program {
			// What is needed after all comes back by itself.
			_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.begin, m.end-m.begin, unix.MADV_DONTNEED)
		}
		if n%collectEvery == 0 {
			debug.FreeOSMemory()
		}
		next.Reset(trimEvery)
	}
}

// unchangedNow returns the mappings of our own file that never change; none when
// the system does not tell.
func unchangedNow() []mapping {
	self, err := os.Executable()
	if err != nil {
		return nil
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return nil
	}
	return unchanged(string(maps), self)
}

// mapping is a range of addresses.
type mapping struct{ begin, end uintptr }

// unchanged returns the private mappings of a file in smaps, as proc(5) has them,
// of which no page differs from the file or ever will: code and constants.
func unchanged(smaps, file string) (all []mapping) {
	var m mapping
	candidate := false
	for line := range strings.Lines(smaps) {
		switch words := strings.Fields(line); {
		case len(words) == 0:
		case !strings.HasSuffix(words[0], ":"): // the first line of a mapping
			var access string
			n, _ := fmt.Sscanf(line, "%x-%x %s", &m.begin, &m.end, &access)
			candidate = n == 3 && strings.HasSuffix(line, " "+file+"\n") && (access == "r-xp" || access == "r--p")
		case words[0] == "Anonymous:" && candidate && words[1] == "0":
			all = append(all, m)
		}
	}
	return all
}
