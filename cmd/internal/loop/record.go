package loop

import (
	"gpsntpd/discipline"
	"gpsntpd/server/recorder"
)

// recordAction records what is done to the clock, unless it is what is done already.
func (l *Loop) recordAction(a discipline.Action) {
	steered := a.Steer && a.Frequency != l.recorded
	if !steered && a.Step == 0 && a.Moved == 0 {
		return
	}
	if a.Steer {
		l.recorded = a.Frequency
	}
	l.Recorder.Add(recorder.Event{Kind: recorder.Acted, At: l.now, Step: a.Step, Moved: a.Moved, Frequency: l.recorded})
}
