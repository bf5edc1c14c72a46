package main

import (
	"slices"
	"testing"

	"gpsntpd/hw/sim/vm/trace"
)

// stampRecords is a run in which all is as it should be, spoilt by f.
func stampRecords(s *stamping, f func(setting int, r *trace.Record)) (all []trace.Record) {
	for i, x := range s.settings {
		late := int64(30_000)
		if x.want == "hardware" {
			late = 15
		}
		for range 4 {
			all = append(all, trace.Record{Stamp: &trace.Stamp{Late: late}})
		}
		all = append(all, trace.Record{Event: "timestamps " + x.want})
		for j := range all {
			f(i, &all[j])
		}
	}
	return append(all, trace.Record{End: true})
}

func TestStampsAreJudged(t *testing.T) {
	s := stampingTests()[0].(*stamping)
	if failures := s.judge(stampRecords(s, func(int, *trace.Record) {})); len(failures) > 0 {
		t.Error(failures)
	}
	if m := s.by["hardware"]; m.mean() != 15 || m.n != 10 {
		t.Errorf("%+v", s.by)
	}
	for name, spoil := range map[string]func(int, *trace.Record){
		"a stamp of a wrong clock": func(i int, r *trace.Record) {
			if r.Stamp != nil && i == 1 {
				r.Stamp.Late = -5_000_000
			}
		},
		"hardware that is no better": func(_ int, r *trace.Record) {
			if r.Stamp != nil && r.Stamp.Late == 15 {
				r.Stamp.Late = 30_000
			}
		},
		"a stamp of the frame's start": func(i int, r *trace.Record) {
			if r.Stamp != nil && r.Stamp.Late == 15 {
				r.Stamp.Late = -752
			}
		},
		"a check sequence that was forgotten": func(i int, r *trace.Record) {
			if r.Stamp != nil && r.Stamp.Late == 15 {
				r.Stamp.Late = -32
			}
		},
		"another reason": func(_ int, r *trace.Record) {
			if r.Event == "timestamps kernel, disagrees" {
				r.Event = "timestamps kernel, none"
			}
		},
		"no end": func(_ int, r *trace.Record) { r.Event = "" },
	} {
		if failures := s.judge(slices.Clone(stampRecords(s, spoil))); len(failures) == 0 {
			t.Errorf("%s: not noticed", name)
		}
	}
}
