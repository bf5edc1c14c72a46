package rules

import (
	"go/ast"
	"regexp"
	"strings"
)

// setting is what changes the host's clock, or asks to, in the names of the
// kernel's interface.
var setting = regexp.MustCompile(`^(Adjtimex|ClockAdjtime|ClockSettime|Settimeofday|Timex|ADJ_\w+|` +
	`SYS_(ADJTIMEX|CLOCK_ADJTIME|CLOCK_SETTIME|SETTIMEOFDAY|STIME)\w*)$`)

// guest is the first process of the virtual machine test. It plays the programs
// that step and steer the clock behind our back, and runs nowhere else.
const guest = "hw/sim/vm/guest"

// steering finds what touches the host's clock outside hw/clock, and who
// constructs its steering half beside the daemon, or in a test.
func steering(t *tree) (found []finding) {
	for _, s := range t.sources {
		if s.folder() == "hw/clock" || s.folder() == guest {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			from, name := t.from(n)
			switch {
			case (strings.HasSuffix(from, "/unix") || from == "syscall") && setting.MatchString(name):
				found = append(found, t.at(n, "only hw/clock may touch the host's clock, not %s here", name))
			case from == module+"/hw/clock" && name == "OpenKernel" && (s.folder() != "cmd/gpsntpd" || s.test()):
				found = append(found, t.at(n, "only cmd/gpsntpd may call clock.OpenKernel, and never in a test"))
			}
			return true
		})
	}
	return found
}
