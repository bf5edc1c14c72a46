package loop

import (
	"gpsntpd/discipline"
	"gpsntpd/server/recorder"
)

// tapeAction records what is done to the clock, unless it is what is done already.
func (l *Loop) tapeAction(a discipline.Action) {
	steered := a.Steer && a.Frequency != l.taped
	if !steered && a.Step == 0 && a.Moved == 0 {
		return
	}
	if a.Steer {
		l.taped = a.Frequency
	}
	l.Tape.Add(recorder.Event{Kind: recorder.Acted, At: l.now, Step: a.Step, Moved: a.Moved, Frequency: l.taped})
}
