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
// there have been found; what only a visit of the page needed, a while after.
const (
	settled   = 10 * time.Second
	trimEvery = 5 * time.Minute
)

// keepTrim trims again and again until ctx ends.
func keepTrim(ctx context.Context) error {
	next := time.NewTimer(settled)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-next.C:
			trim()
			next.Reset(trimEvery)
		}
	}
}

// trim gives back memory that is not needed now: on a small board it is wanted
// for other things.
func trim() {
	defer debug.FreeOSMemory() // last, for the collector's own code is needed
	self, err := os.Executable()
	if err != nil {
		return
	}
	maps, err := os.ReadFile("/proc/self/smaps")
	if err != nil {
		return
	}
	for _, m := range unchanged(string(maps), self) {
		// What is needed after all comes back by itself.
		_, _, _ = unix.Syscall(unix.SYS_MADVISE, m.begin, m.end-m.begin, unix.MADV_DONTNEED)
	}
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
