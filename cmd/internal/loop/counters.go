package loop

import (
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

// Counters returns what was counted, by group and reason.
func (l *Loop) Counters() control.Counters {
	refs, sentences := map[string]uint64{}, map[string]uint64{}
	for _, r := range refclock.Reasons {
		refs[r.Word] = l.reasons[r]
	}
	for v, n := range l.verdicts {
		sentences[string(v)] = n
	}
	c := l.controller.Counts
	return control.Counters{
		"refclock": refs, "nmea": sentences, "network": l.networkCounters(),
		"discipline": {
			"samples": c.Samples, "outliers": c.Outliers, "stale": c.Stale + l.stale,
			"steps": c.Steps, "interference": c.Interference, "missed_edges": l.pulse.missed, "receiver_jumps": uint64(l.controller.Jumps()),
		},
	}
}
