package loop

import (
	"fmt"

	"gpsntpd/cmd/internal/protocols"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// handle does to the clock what the controller decides, and publishes what the
// controller then knows.
func (l *Loop) handle(decide func(hw.Reading) discipline.Action) {
	l.now = l.Clock.Read()
	a := decide(l.now)
	l.recordAction(a)
	if a.Step != 0 {
		l.Log.Warn().Float64("step_us", us(a.Step)).Msg("clock stepped")
		l.try(l.Clock.Step(a.Step))
	}
	if a.Steer {
		l.try(l.Clock.SetFrequency(a.Frequency))
	}
	if a.Arm {
		l.Log.Info().Time("at", a.Leap.At.Std()).Float64("by_seconds", a.Leap.By.Seconds()).Msg("leap second armed")
		l.try(l.Clock.Arm(a.Leap))
	}
	if a.Afresh {
		l.Log.Warn().Float64("asleep_seconds", l.now.Asleep.Seconds()).Msg("the time was lost: starting afresh")
		l.afresh()
	}
	if a.Leapt != 0 {
		l.Log.Info().Float64("by_seconds", a.Leapt.Seconds()).Msg("leap second made")
		l.try(l.Clock.Arm(hw.Leap{}))
		l.now = l.Clock.Read()
		l.moved = l.now
		l.Pairer.Leapt(a.Leapt)
		l.panel.Leapt(a.Leapt)
	}
	if a.Moved != 0 {
		l.now = l.Clock.Read()
		l.moved = l.now
		l.Pairer.Moved(a.Moved)
		l.paths.Stepped(a.Moved)
		l.scatter.Forget()
		l.pulse.polarity, l.pulse.at = refclock.Polarity{}, 0
		if a.Foreign != 0 {
			l.Pairer.Disturbed()
			l.foreign, l.foreignBy = l.now.Raw, a.Foreign
		}
	}
	s := l.controller.Snapshot()
	if s.LastSample != 0 {
		s.TAIOffset = l.Leaps.TAIOffset(utc(&s, l.now.Time).Unix())
	}
	l.Latest.Store(&s)
	for _, o := range l.Observers {
		if o.Published != nil {
			o.Published()
		}
	}
	l.report(&s)
}

// afresh forgets what was heard of the time.
func (l *Loop) afresh() {
	l.now = l.Clock.Read()
	l.moved = l.now
	l.Pairer.Reset()
	l.panel.Afresh()
	l.scatter.Forget()
	l.pulse.polarity, l.pulse.at = refclock.Polarity{}, 0
	l.decoder = protocols.NewDecoder(l.NotBefore)
}

func (l *Loop) try(err error) {
	if err != nil && l.err == nil {
		l.err = fmt.Errorf("steer the clock: %w", err)
	}
}
