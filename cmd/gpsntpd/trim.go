package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"strings"

	"golang.org/x/sys/unix"
)

// trim gives back memory that only the start needed: on a small board it is
// wanted for other things.
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
