package loop

import (
	"fmt"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
	"gpsntpd/server/human"
)

// sentence says in one line how things are, for somebody who has never heard
// of a pulse per second.
func (l *Loop) sentence(s *discipline.Snapshot) string {
	now := l.now.Time
	_, since := l.controller.State()
	bound := human.Bound(s.BoundAt(now))
	switch s.StateAt(now) {
	case discipline.Starting:
		return fmt.Sprintf("Not synchronized yet: %s.", l.cause())
	case discipline.Acquiring:
		return fmt.Sprintf("Not synchronized yet: the error may be %s, the limit is %s; %s.",
			bound, human.Bound(s.MaxError), l.cause())
	case discipline.Locked:
		return fmt.Sprintf("Locked to %s for %s; error below %s.", l.Describe.Receiver, human.Duration(now.Sub(since)), bound)
	case discipline.Holdover:
		return fmt.Sprintf("Holdover: no usable pulse for %s, %s; error still below %s.",
			human.Duration(now.Sub(s.LastSample)), l.cause(), bound)
	}
	if l.controller.Doubted() {
		return "Not synchronized: " + l.doubts() + "."
	}
	return fmt.Sprintf("Not synchronized any more: the error may be %s, the limit is %s; %s.",
		bound, human.Bound(s.MaxError), l.cause())
}

// doubts says why the reference is not believed, and what to do.
func (l *Loop) doubts() string {
	if l.wrongEdge() {
		return l.cause()
	}
	return "the receiver names another second than the clock; if the receiver is right, restart gpsntpd"
}

// What each condition of a device means, as the end of a sentence.
var (
	receiverCauses = map[string]string{
		"missing":                "waiting for the serial port %s to appear",
		"denied":                 "the serial port %s may not be opened",
		"busy":                   "another program holds the serial port %s",
		"failed":                 "the serial port %s failed",
		"silent":                 "the receiver on %s says nothing",
		"garbage":                "the receiver on %s sends no sentences at any speed",
		refclock.ErrNoFix.Word:   "the receiver on %s has no fix",
		refclock.ErrNoDate.Word:  "the receiver on %s has not sent a date yet",
		refclock.ErrNoTime.Word:  "the receiver on %s does not know the time yet",
		refclock.ErrBadTime.Word: "the receiver on %s names impossible or contradictory times",
	}
	pulseCauses = map[string]string{
		"missing":    "waiting for the pulse device %s to appear",
		"denied":     "the pulse device %s may not be opened",
		"busy":       "another program holds the pulse device %s",
		"failed":     "the pulse device %s failed",
		"silent":     "no pulses arrive on %s",
		"irregular":  "the edges on %s are not a second apart",
		"wrong_edge": "the other edge of the pulse on %s begins the second: change pulse.edge",
		"off":        "there is no pulse, only sentences",
	}
)

// cause is the first thing along the path of time that is not as it should be.
func (l *Loop) cause() string {
	if c, ok := receiverCauses[l.receiver.condition(l.now)]; ok {
		return fmt.Sprintf(c, l.receiver.Path)
	}
	switch c, ok := pulseCauses[l.pulseCondition()]; {
	case ok && l.pulse.off:
		return c
	case ok:
		return fmt.Sprintf(c, l.pulse.Path)
	case l.rejection != nil:
		return l.rejection.Text
	}
	return "measuring"
}
