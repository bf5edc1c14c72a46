package clock

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

func TestTheKernelIsAskedForItsSleepOnlyWhenItsClockHasLeftTheRawOne(t *testing.T) {
	var s Sleep
	asked, slept := 0, time.Minute
	ask := func() time.Duration { asked++; return slept }
	now, raw := hw.Time(1.8e18), hw.Raw(1e12)
	for range 100_000 { // 500 ppm fast, for a day in all
		now, raw = now.Add(864_432_000), raw+864_000_000
		if total := s.at(now, raw, ask); total != time.Minute {
			t.Fatalf("slept for %v", total)
		}
	}
	if asked != 1 {
		t.Errorf("asked %d times while nothing happened", asked)
	}
	slept += time.Second
	if total := s.at(now.Add(time.Second), raw, ask); total != slept {
		t.Errorf("after another second asleep: %v", total)
	}
	if total := s.at(now, raw, ask); total != slept || asked != 3 { // someone stepped the clock
		t.Errorf("after a step: %v, asked %d times", total, asked)
	}
}

func TestTheKernelKnowsForHowLongThisMachineHasSlept(t *testing.T) {
	r := Host{}.Read()
	var s Sleep
	first := s.Total(r.Time, r.Raw)
	if again := new(Sleep).Total(r.Time, r.Raw); first < -time.Millisecond || (again-first).Abs() > asleep {
		t.Errorf("asleep for %v, and the next moment %v", first, again)
	}
}
