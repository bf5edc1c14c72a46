package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
)

func TestAMachineThatSleptServesNothingUntilItHasHeardTheTimeAndThenRecoversByItself(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct{ asleep, forward time.Duration }{
		"steered":                     {2 * time.Minute, 2*time.Minute + 370*time.Millisecond},
		"steered, by the right time":  {time.Hour, time.Hour},
		"not steered":                 {2 * time.Minute, 0},
		"not steered, whole seconds":  {3 * time.Second, 0},
		"not steered, for a moment":   {300 * time.Millisecond, 0},
		"not steered, over midnights": {50 * time.Hour, 0},
	} {
		s := terse(t, "default")
		m := playing(t, s, sim.NewMachine(s, begin), begin)
		m.Play(20 * time.Minute)
		m.Suspend(c.asleep)
		if err := m.World.Clock.Step(c.forward); err != nil {
			t.Fatal(err)
		}
		if m.judge(); m.wire.leap != 3 {
			t.Errorf("%s: the first answer claims to be synchronized", name)
		}
		m.Play(time.Minute) // judge fails on a lie
		if m.state != discipline.Locked || m.wire.err.Abs() > 20*time.Microsecond {
			t.Errorf("%s: a minute later %v, off by %v, %v", name, m.state, m.wire.err, m.Counters())
		}
	}
}
