package trace

import (
	"strconv"
	"strings"
)

// Memory takes from /proc/PID/smaps_rollup, as proc(5) has it, how much memory a
// process needs for itself, and how much of its address space is in memory, in
// bytes. The first is what the program is judged by.
//
// Private are the pages that can be read from no file: heap, stacks and written
// variables, which are Anonymous, and Swap for those that were moved out. A program
// that neither forks nor maps a file for writing has the same pages as
// Private_Dirty, so the two are not added; of the two Anonymous is right in the
// guest as well, where files are in memory and so their pages are dirty.
//
// What is resident beside them, code and constants, the kernel drops when it needs
// the room, and reads again. How much of it is there says more of the machine and
// of the order in the program's file than of the program.
func Memory(rollup string) (private, resident int64) {
	for line := range strings.Lines(rollup) {
		name, rest, _ := strings.Cut(line, ":")
		words := strings.Fields(rest)
		if len(words) != 2 || words[1] != "kB" {
			continue
		}
		kB, _ := strconv.ParseInt(words[0], 10, 64)
		switch name {
		case "Anonymous", "Swap":
			private += kB << 10
		case "Rss":
			resident = kB << 10
		}
	}
	return private, resident
}
