package board

import (
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/sys/unix"
)

// depends are the files of the kernel that say how a processor sleeps and a bus saves power:
// what the time from an edge to its interrupt depends on.
var depends = []string{
	"sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
	"sys/devices/system/cpu/cpuidle/current_governor",
	"sys/devices/system/cpu/cpu*/cpuidle/state*/disable",
	"sys/devices/system/cpu/isolated",
	"sys/module/pcie_aspm/parameters/policy",
	"sys/bus/pci/devices/*/link/l1_aspm",
}

// Conditions are what the constant latency of the pulse input of b is known to depend on, in
// words: the board, the kernel, its governors, how it saves power. Which processor takes the
// interrupt is not in it.
func (b Board) Conditions() string {
	var u unix.Utsname
	if unix.Uname(&u) != nil {
		return ""
	}
	return b.ConditionsBelow("/", unix.ByteSliceToString(u.Release[:]))
}

// ConditionsBelow is Conditions below a root folder, with a kernel's release.
func (b Board) ConditionsBelow(root, release string) string {
	words := []string{b.Model, release}
	for _, pattern := range depends {
		files, _ := filepath.Glob(filepath.Join(root, pattern)) // fails for a bad pattern only
		var values []string
		for _, file := range files {
			values = append(values, text(file))
		}
		words = append(words, strings.Join(slices.Compact(values), " "))
	}
	return strings.Join(words, "; ")
}
