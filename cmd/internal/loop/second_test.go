package loop

import (
	"testing"
	"time"

	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/server/alarm"
	"gpsntpd/server/why"
)

func TestPulsesInARowThatAreOffByOneAmountAreADisagreement(t *testing.T) {
	for _, late := range []time.Duration{26 * time.Millisecond, 100 * time.Millisecond, -15 * time.Millisecond, 300 * time.Millisecond, 450 * time.Millisecond, 500 * time.Millisecond} {
		m := scripted(t, script{edges: func(k int) []time.Duration {
			if k < 60 { // the receiver is still looking for its second
				return []time.Duration{late}
			}
			return onTime(k)
		}}, 1200)
		m.excuse(0, 63)
		m.Play(64 * time.Second)
		m.wantUnsynchronized("after three pulses at another place")
		m.Play(80 * time.Second)
		if late < lag { // else the sentences named the pulse before
			m.wantLocked("when it has been right for longer than it was wrong")
		}
		m.Play(17 * time.Minute)
		m.wantLocked("a quarter of an hour after the pulse is right")
	}
}

func TestAMachineThatStoodStillIsNotSynchronizedUntilItsTimeIsRight(t *testing.T) {
	for _, pause := range []time.Duration{50 * time.Millisecond, 300 * time.Millisecond, 5 * time.Second} {
		m := scripted(t, script{edges: func(k int) []time.Duration {
			if k < 120 {
				return onTime(k)
			}
			return []time.Duration{pause % time.Second}
		}, says: func(k int, second time.Time) []utterance {
			if k < 120 {
				return inTime(k, second)
			}
			return offBy(-pause.Truncate(time.Second), lag+pause%time.Second)(k, second)
		}}, 1500)
		// To a clock that stood still everything is late from then on: what is
		// right is that much behind the truth of the world.
		m.excused = func(since time.Duration) bool {
			k := since - 300*time.Millisecond
			return k > 120*time.Second && (k < 125*time.Second || (m.wire.err+pause).Abs() <= m.wire.distance)
		}
		m.Play(126 * time.Second)
		m.wantUnsynchronized("after the pause")
		m.Play(54 * time.Second)
		if pause < 400*time.Millisecond && (m.wire.leap != 0 || (m.wire.err+pause).Abs() > 20*time.Microsecond) {
			t.Errorf("pause of %v: leap %d, off by %v, %s", pause, m.wire.leap, m.wire.err+pause, m.reasonsSeen())
		}
		m.Play(16 * time.Minute)
		if m.wire.leap != 0 || (m.wire.err+pause).Abs() > 20*time.Microsecond {
			t.Errorf("pause of %v: leap %d, off by %v, %s", pause, m.wire.leap, m.wire.err+pause, m.reasonsSeen())
		}
	}
}

func TestAPulseAtAnotherRateIsNeverLockedOn(t *testing.T) {
	for _, rate := range []int{2, 4, 5, 10} {
		for first := range rate { // whichever edge is seen first
			m := scripted(t, script{edges: func(k int) (all []time.Duration) {
				for i := range rate {
					if k > 0 || i >= first {
						all = append(all, time.Duration(i)*time.Second/time.Duration(rate))
					}
				}
				return all
			}}, 120)
			m.Play(100 * time.Second)
			m.wantUnsynchronized("pulses at another rate")
			if s := m.Status(); s.Pulse.State != "irregular" {
				t.Errorf("%d Hz from edge %d: pulse %q, %s", rate, first, s.Pulse.State, m.reasonsSeen())
			}
		}
	}
}

func TestOfBothEdgesTheFirstIsUsedIfThatIsCertain(t *testing.T) {
	for _, c := range []struct {
		width, latency time.Duration
		certain        bool
	}{
		{100 * time.Millisecond, 60 * time.Millisecond, true},
		{200 * time.Millisecond, 100 * time.Millisecond, true},
		{5 * time.Millisecond, lag, true},
		{100 * time.Millisecond, lag, false}, // or a pulse of 900 ms
		{700 * time.Millisecond, 60 * time.Millisecond, false},
		{500 * time.Millisecond, lag, false},
		{100 * time.Millisecond, 850 * time.Millisecond, false},
	} {
		for first := range 2 {
			m := scripted(t, script{edges: func(k int) []time.Duration {
				return []time.Duration{0, c.width}[min(first, 1-min(k, 1)):]
			}, says: offBy(0, c.latency)}, 120)
			m.Play(100 * time.Second)
			if c.certain {
				m.wantLocked("both edges")
			} else {
				m.wantUnsynchronized("both edges")
			}
		}
	}
}

func TestASecondThatIsKnownToBeWrongIsNotServedAgain(t *testing.T) {
	const late = 850 * time.Millisecond
	m := scripted(t, script{says: func(k int, second time.Time) []utterance {
		if k < 300 { // it has not heard of the leap seconds yet
			return offBy(18*time.Second, late)(k, second)
		}
		return offBy(0, late)(k, second)
	}}, 3000)
	m.excuse(0, 306)
	m.Play(310 * time.Second)
	for m.second() < 310+12*60 {
		m.Play(time.Second)
		m.wantUnsynchronized("after the receiver has corrected itself")
	}
	m.Play(2 * time.Minute)
	m.wantLocked("after a quarter of an hour of the right second")
	if n := m.controller.Counts.Steps; n != 2 {
		t.Errorf("%d steps", n)
	}
}

func TestAReceiverThatLiesForAWhileIsBelievedAgainWhenItAgrees(t *testing.T) {
	m := scripted(t, script{says: func(k int, second time.Time) []utterance {
		if k >= 2000 && k < 2300 {
			return offBy(18*time.Second, lag)(k, second)
		}
		return inTime(k, second)
	}}, 3000)
	m.Play(2280 * time.Second)
	m.wantUnsynchronized("after minutes of another second")
	m.Play(40 * time.Second)
	m.wantLocked("after the receiver agrees again")
	if n := m.controller.Counts.Steps; n != 1 {
		t.Errorf("%d steps", n)
	}
}

// midnight is that of a leap second.
var midnight = time.Date(2017, 1, 1, 0, 0, 0, 0, time.UTC)

// overALeapSecond is a receiver that makes it in second before; a right answer
// is a second behind the truth of the world from then on.
func overALeapSecond(t *testing.T, s script, before, seconds int) *machine {
	t.Helper()
	s.start = sim.Truth(midnight.Add(-time.Duration(before) * time.Second).UnixNano())
	if s.says == nil {
		s.says = func(k int, second time.Time) []utterance {
			switch {
			case k < before:
				return inTime(k, second)
			case k == before:
				return []utterance{{lag, rmcBody("235960", second.Add(-time.Second))}}
			}
			return offBy(-time.Second, lag)(k, second)
		}
	}
	m := scripted(t, s, seconds)
	m.leapsAt = s.start.Add(time.Duration(before) * time.Second)
	return m
}

func TestALeapSecondThatIsKnownIsMadeWhateverTheState(t *testing.T) {
	t.Parallel()
	for before := 1; before < 16; before++ {
		m := overALeapSecond(t, script{}, before, 300)
		m.Leaps = leap.Builtin()
		m.Play(time.Duration(before+90) * time.Second)
		m.wantLocked("a minute after a leap second that came soon after the start")
	}
	unplugged := func(k int) []time.Duration {
		if k > 600 && k < 40000 {
			return nil
		}
		return onTime(k)
	}
	m := overALeapSecond(t, script{edges: unplugged}, 30000, 42000)
	m.Leaps = leap.Builtin()
	m.controller.Leap(0, 0)
	m.Play(30010 * time.Second)
	m.wantUnsynchronized("after a day without a pulse")
	m.Play(10060 * time.Second)
	m.wantLocked("a minute after the pulse is back")
}

func TestAReceiversLeapSecondCountsOnlyWhereNoTableDoes(t *testing.T) {
	month := sim.Truth(time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	lies := func(at int) func(int, time.Time) []utterance {
		return func(k int, second time.Time) []utterance {
			if k == at {
				return []utterance{{lag, rmcBody("235960", second.Add(-time.Second))}}
			}
			return inTime(k, second)
		}
	}
	for name, table := range map[string]leap.Table{"valid": leap.Builtin(), "expired": {}} {
		m := scripted(t, script{start: month.Add(-300 * time.Second), says: lies(300)}, 600)
		m.Leaps = table
		m.Play(590 * time.Second)
		m.wantLocked(name)
		if n := m.controller.Counts.Steps; n != 1 {
			t.Errorf("%s: %d steps", name, n)
		}
	}
}

func TestAnotherProgramThatSlewsDuringTheStartDelaysItOnly(t *testing.T) {
	m := scripted(t, script{}, 600)
	m.Watch = func() { m.judge() }
	for range 480 { // two minutes
		m.Play(250 * time.Millisecond)
		m.slewedBy(400 * hw.PPM)
	}
	m.Play(time.Minute)
	m.wantLocked("a minute after the other program was stopped")
}

func TestABadEpochNowAndThenRaisesNothing(t *testing.T) {
	m := scripted(t, script{says: func(k int, second time.Time) []utterance {
		switch {
		case k > 100 && k%60 == 0: // damaged, and its checksum does not show it
			return offBy(-time.Hour, lag)(k, second)
		case k > 100 && k%60 == 30: // its copy comes late
			return append(inTime(k, second), rmc(lag+500*time.Millisecond, second.Add(-time.Second)))
		}
		return inTime(k, second)
	}}, 1900)
	m.Leaps = leap.Builtin()
	m.Play(30 * time.Minute)
	m.wantLocked("with a bad epoch now and then")
	if all := m.Alarms(why.English); len(all) != 0 {
		t.Errorf("%+v", all)
	}
}

func TestOurOwnLeapSecondIsNobodysInterference(t *testing.T) {
	m := overALeapSecond(t, script{}, 1000, 2000)
	m.excuse(1000, 1003)
	m.Play(1060 * time.Second)
	m.wantLocked("after a leap second that no table knew")
	if m.controller.Counts.Interference != 0 {
		t.Error("counted as interference")
	}
	for _, a := range m.Alarms(why.English) {
		if a.Severity == string(alarm.Critical) && a.Code != string(alarm.NotSynchronized) || a.Code == string(alarm.Interference) {
			t.Errorf("%+v", a)
		}
	}
}

func TestTheCriticalAlarmOfAWrongSecondIsRaisedWhileNothingIsServed(t *testing.T) {
	m := scripted(t, script{says: func(k int, second time.Time) []utterance {
		if k >= 1000 {
			return offBy(3*time.Second, lag)(k, second)
		}
		return inTime(k, second)
	}}, 3000)
	raised := false
	watch := m.Watch
	m.Watch = func() {
		watch()
		for _, a := range m.Alarms(why.English) {
			raised = raised || a.Code == string(alarm.WrongSecond)
			if a.Severity == string(alarm.Critical) && a.Cleared == nil && m.wire.leap != 3 {
				t.Fatalf("served with %+v", a)
			}
		}
	}
	m.Play(1500 * time.Second)
	if !raised {
		t.Error("not raised")
	}
}

func TestAPulseThatIsElsewhereForAMomentIsNotFollowed(t *testing.T) {
	m := scripted(t, script{edges: func(k int) []time.Duration {
		if k >= 1000 && k < 1015 {
			return []time.Duration{26 * time.Millisecond}
		}
		return onTime(k)
	}}, 1200)
	m.Play(1060 * time.Second) // judge fails on a lie
	m.wantLocked("a minute later")
	if n := m.controller.Counts.Steps; n != 1 {
		t.Errorf("%d steps", n)
	}
}

func TestAYoungClockThatWasContradictedIsNoBetterThanWhatContradictsIt(t *testing.T) {
	m := scripted(t, script{says: func(k int, second time.Time) []utterance {
		if k < 300 || k >= 500 && k < 600 { // it starts again, and has not heard of the leap seconds yet
			return offBy(18*time.Second, lag)(k, second)
		}
		return inTime(k, second)
	}}, 3000)
	m.excuse(0, 306)
	m.Play(1330 * time.Second)
	m.wantUnsynchronized("while it is not known who is right")
	m.Play(2 * time.Minute)
	m.wantLocked("after a quarter of an hour of the right second")
}
