package discipline

import (
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// leap has UTC, and the clock if it obeys, make the leap second that is armed.
func (b *bench) leap(by time.Duration, obeys bool) {
	b.truth = b.truth.Add(by)
	b.phase -= float64(by)
	if obeys {
		b.anchor = b.read()
		b.anchor.Time = b.anchor.Time.Add(by)
	}
}

func TestALeapSecondIsAnnouncedMadeAndForgotten(t *testing.T) {
	for _, by := range []time.Duration{-time.Second, time.Second} {
		b := newBench(t, 0, 20e-6)
		at := b.truth.Add(40*time.Second + 500*time.Millisecond)
		b.Leap(at, by)
		for range 20 {
			b.second(b.noise(time.Microsecond))
		}
		var armed hw.Leap
		for _, a := range b.actions {
			if a.Arm {
				armed = a.Leap
			}
		}
		if want := (hw.Leap{At: hw.Time(at), By: by}); armed != want {
			t.Fatalf("by %v: armed %v, want %v", by, armed, want)
		}
		if s := b.Snapshot(); s.Leap != indicator(armed) || s.Leap == refclock.LeapNone {
			t.Errorf("by %v: leap indicator %d before", by, s.Leap)
		}
		for b.read().Time < hw.Time(at) {
			b.after(10 * time.Millisecond)
		}
		b.leap(by, true)
		if s, r := b.Snapshot(), b.read(); !s.Agrees(r) || b.wrong().Abs() > 100*time.Microsecond {
			t.Errorf("by %v: in the moment of the leap agrees %v, wrong by %v", by, s.Agrees(r), b.wrong())
		}
		b.ticks(5, 100*time.Millisecond)
		for range 30 {
			b.second(b.noise(time.Microsecond))
			b.honest("after the leap second")
			if b.state != Locked {
				t.Fatalf("by %v: %v after the leap second", by, b.state)
			}
		}
		var leapt time.Duration
		for _, a := range b.actions {
			leapt += a.Leapt
		}
		if leapt != by || b.Counts.Steps != 0 || b.Counts.Interference != 0 || b.wrong().Abs() > 3*time.Microsecond {
			t.Errorf("by %v: leapt %v, %d steps, interference %d, wrong by %v", by, leapt, b.Counts.Steps, b.Counts.Interference, b.wrong())
		}
		if s := b.Snapshot(); s.Leap != refclock.LeapNone {
			t.Errorf("by %v: leap indicator %d afterwards", by, s.Leap)
		}
	}
}

// The kernel makes what is armed at the end of the day that its clock shows.
func TestALeapSecondIsArmedOnItsOwnDay(t *testing.T) {
	const day = 24 * time.Hour
	for at, by := range map[time.Duration]time.Duration{day: -time.Second, day - time.Second: time.Second} {
		b := newBench(t, 0, 20e-6)
		midnight := b.truth.Add(0) // of the day before
		b.Leap(midnight.Add(at), by)
		for _, c := range []struct {
			ahead time.Duration
			want  bool
		}{{-500 * time.Millisecond, false}, {time.Second, true}, {time.Hour, true}} {
			b.armed = hw.Leap{}
			b.filter.Update(0, 0)
			r := b.read()
			r.Time = hw.Time(midnight.Add(c.ahead))
			if a := b.arm(r); a.Arm != c.want {
				t.Errorf("by %v, %v after the midnight before: armed %v", by, c.ahead, a.Arm)
			}
		}
	}
}

func TestALeapSecondThatTheClockDoesNotMakeIsMadeForIt(t *testing.T) {
	b := newBench(t, 0, 20e-6)
	at := b.truth.Add(30 * time.Second)
	b.Leap(at, -time.Second)
	for b.truth < at.Add(-500*time.Millisecond) {
		b.second(b.noise(time.Microsecond))
	}
	for b.truth < at {
		b.after(10 * time.Millisecond)
	}
	b.leap(-time.Second, false)
	b.ticks(10, 100*time.Millisecond)
	b.second(0)
	b.second(0)
	if b.wrong().Abs() > 10*time.Microsecond || b.Counts.Steps != 1 || b.state != Locked {
		t.Errorf("wrong by %v, %d steps, %v", b.wrong(), b.Counts.Steps, b.state)
	}
}

func TestALeapSecondIsNotAnnouncedAnyMoreOnceItIsOver(t *testing.T) {
	for _, by := range []time.Duration{-time.Second, time.Second} {
		b := newBench(t, 0, 20e-6)
		at := b.truth.Add(30 * time.Second)
		b.Leap(at, by)
		for b.truth < at.Add(-100*time.Millisecond) {
			b.second(b.noise(time.Microsecond))
		}
		s := b.Snapshot() // the loop hangs from here on
		for b.read().Time < hw.Time(at) {
			if got := s.LeapAt(b.read()); got != indicator(b.armed) {
				t.Fatalf("by %v: leap indicator %d before", by, got)
			}
			b.after(10 * time.Millisecond)
		}
		b.leap(by, true)
		b.after(max(-by, 0) + 10*time.Millisecond)
		if got := s.LeapAt(b.read()); got != refclock.LeapNone || !s.Agrees(b.read()) {
			t.Errorf("by %v: leap indicator %d afterwards", by, got)
		}
	}
}

func TestALeapSecondOfOursIsNobodyElsesMove(t *testing.T) {
	b := newBench(t, 0, 20e-6)
	at := b.truth.Add(30 * time.Second)
	b.Leap(at, -time.Second)
	for b.truth < at {
		b.second(b.noise(time.Microsecond))
	}
	b.leap(-time.Second, false) // the kernel does not make it
	b.ticks(10, 100*time.Millisecond)
	var foreign time.Duration
	for _, a := range b.actions {
		foreign += a.Foreign
	}
	if b.Counts.Interference != 0 || foreign != 0 || b.Counts.Steps != 1 {
		t.Errorf("interference %d, by %v; %d steps", b.Counts.Interference, foreign, b.Counts.Steps)
	}
}

func TestALeapSecondIsMadeWhetherSynchronizedOrNot(t *testing.T) {
	b := newBench(t, 0, 20e-6)
	at := b.truth.Add(3 * time.Second)
	b.second(0)
	if b.state.Synchronized() {
		t.Fatal("synchronized after one pulse")
	}
	b.Leap(at, -time.Second)
	b.ticks(20, 100*time.Millisecond)
	for b.read().Time < hw.Time(at) {
		b.after(10 * time.Millisecond)
	}
	b.leap(-time.Second, true)
	b.ticks(10, 100*time.Millisecond)
	if e := b.wrong().Abs(); e > time.Millisecond {
		t.Errorf("wrong by %v", e)
	}
}

func TestALeapSecondThatIsCalledOffIsDisarmed(t *testing.T) {
	b := newBench(t, 0, 20e-6)
	b.Leap(b.truth.Add(time.Hour), -time.Second)
	for range 20 {
		b.second(0)
	}
	b.Leap(0, 0)
	b.second(0)
	last := hw.Leap{By: 1}
	for _, a := range b.actions {
		if a.Arm {
			last = a.Leap
		}
	}
	if s := b.Snapshot(); last != (hw.Leap{}) || s.Leap != refclock.LeapNone {
		t.Errorf("armed %v, leap indicator %d", last, s.Leap)
	}
}

func TestAReceiversLeapSecondIsMadeAtTheEndOfAMonthOnly(t *testing.T) {
	for day, want := range map[string]time.Duration{"2026-02-01": -time.Second, "2026-02-03": 0} {
		midnight, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		at := refclock.UTC(midnight.UnixNano())
		b := newBench(t, 0, 0)
		b.phase += float64(b.truth.Sub(at) + 30*time.Second) // the raw clock goes on from where it was
		b.truth = at.Add(-30 * time.Second)
		b.anchor.Time = hw.Time(b.truth)
		b.Controller = NewController(Options{})
		for b.truth < at.Add(1200*time.Millisecond) { // the sentence after it
			b.second(0)
		}
		if a := b.Leaping(at, b.read()); a.Leapt != want {
			t.Errorf("%s: leapt %v, want %v", day, a.Leapt, want)
		}
	}
}
