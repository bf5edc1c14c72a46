package main

import (
	"fmt"
	"math"
	"strings"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/server/control"
)

// asChrony looks for what sources and tracking, in the words of chronyc, say otherwise
// than all else.
func (v *scene) asChrony(say saying) {
	s := &v.status
	leap := leapStatus[s.Leap&3]
	for view, rows := range map[string][]string{
		"tracking": {
			fmt.Sprintf("Stratum : %d Ref", s.Stratum), fmt.Sprintf("Root dispersion : %.9f seconds", s.RootDispersionSeconds), "Leap status : " + leap,
		},
		"tracking zh": {
			fmt.Sprintf("层级 (stratum) : %d 参考", s.Stratum), fmt.Sprintf("根离散 : %.9f 秒", s.RootDispersionSeconds), "闰秒状态 : " + chinese.Say(leap),
		},
	} {
		for _, row := range rows {
			v.has(say, view, row)
		}
		if s.FrequencyPPM != nil {
			v.has(say, view, fmt.Sprintf("%.3f ppm", math.Abs(*s.FrequencyPPM)))
		}
		if s.OffsetSeconds != nil {
			v.has(say, view, fmt.Sprintf("%.9f", math.Abs(*s.OffsetSeconds)))
		}
	}
	for _, view := range []string{"sources", "sources zh"} {
		v.source(say, view)
	}
}

// source looks at the lines of sources: which disciplines the clock, and what it said.
func (v *scene) source(say saying, view string) {
	s := &v.status
	lines := strings.Split(strings.TrimSpace(v.text[view]), "\n")[1:]
	if len(lines) != len(s.Sources) {
		say("%s has %d lines", view, len(lines))
		return
	}
	selected := 0
	for i, line := range lines {
		x := &s.Sources[i]
		mark, _, _ := strings.Cut(line, " ")
		if mark == control.MarkSelected {
			selected++
		}
		stale := x.Source == control.SourcePulse && s.Pulse.State == "silent"
		if mark != x.Mark || stale && (mark == control.MarkSelected || mark == control.MarkAgrees) {
			say("%s: %q, and the pulse is %s", view, line, s.Pulse.State)
		}
		if x.OffsetSeconds != nil && !strings.Contains(line, screen.Signed(screen.Seconds(*x.OffsetSeconds))) {
			say("%s: %q lacks %v", view, line, screen.Seconds(*x.OffsetSeconds))
		}
	}
	// For some seconds after the last pulse the clock still counts as locked.
	if want := s.State == discipline.Locked.String() && s.Pulse.State == "ok"; want && selected != 1 ||
		s.State == discipline.Unsynchronized.String() && selected != 0 {
		say("%s: %d sources discipline the clock while %s and the pulse is %s", view, selected, s.State, s.Pulse.State)
	}
}
