package main

import (
	"fmt"
	"strings"
)

// line implements test.
func (s *scenario) line() string {
	v := &s.verdict
	var b strings.Builder
	if s.over == 0 {
		fmt.Fprintf(&b, "1 ms %5.1f s, 10 us %5.1f s; rms %5.0f p99 %5.0f max %5.0f ns", v.millisecond, v.tenMicros, v.rms, v.p99, v.max)
	} else {
		fmt.Fprintf(&b, "recovered %5.1f s", v.recovery)
	}
	if s.ours() {
		fmt.Fprintf(&b, "; wire %s, %2.0f %% of root distance; bound held %5.1f %%; %.3f M instructions/s, %.1f MB of its own, %.1f MB resident; %s",
			nanoseconds(v.wire), 100*v.share, 100*v.held, v.work()/1e6, float64(v.usage.Private)/1e6, float64(v.usage.Resident)/1e6,
			strings.Join(v.states, " > "))
	}
	if s.beside != nil && s.beside.verdict.rms > 0 { // ours was run, too
		ours := &s.beside.verdict
		fmt.Fprintf(&b, "; ours/this %.2f %.2f %.2f", ours.rms/v.rms, ours.p99/v.p99, ours.max/v.max)
	}
	return b.String()
}

// nanoseconds prints ns in the unit that it is read in.
func nanoseconds(ns float64) string {
	switch {
	case ns < 1e6:
		return fmt.Sprintf("%.1f us", ns/1e3)
	case ns < 1e9:
		return fmt.Sprintf("%.1f ms", ns/1e6)
	}
	return fmt.Sprintf("%.1f s", ns/1e9)
}
