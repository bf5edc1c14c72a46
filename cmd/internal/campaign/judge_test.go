package main

import (
	"encoding/binary"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/alarm"
)

// locked is a world a minute after the start of a case.
func locked(t *testing.T, text string) *world {
	t.Helper()
	c, err := parse(text)
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(c)
	if err != nil {
		t.Fatal(err)
	}
	w.play(time.Minute)
	if w.judge.answers == 0 || len(w.judge.findings) > 0 {
		t.Fatalf("%d answers, %+v", w.judge.answers, w.judge.findings)
	}
	return w
}

func TestTheJudgeFindsWhatIsWrong(t *testing.T) {
	for want, spoil := range map[string]func(*discipline.Snapshot){
		wrongSecond: func(s *discipline.Snapshot) { s.Offset += 600 * time.Millisecond },
		lie:         func(s *discipline.Snapshot) { s.Offset -= 200 * time.Microsecond },
		malformed:   func(s *discipline.Snapshot) { s.Reference.Time = 0 },
		announced:   func(s *discipline.Snapshot) { s.Leap = refclock.LeapDelete },
	} {
		w := locked(t, "seed=1 for=1h")
		s := *w.daemon.latest.Load()
		spoil(&s)
		w.daemon.latest.Store(&s)
		w.judge.ask()
		w.judge.answer()
		if f := w.judge.findings; len(f) != 1 || f[0].kind != want {
			t.Errorf("%s: found %+v", want, f)
		}
	}
}

func TestASecondBeyondTheFinerBoundCountsOnce(t *testing.T) {
	w := locked(t, "seed=1 for=1h")
	w.judge.count()
	s := *w.daemon.latest.Load()
	s.Offset += 2 * s.BoundAt(w.daemon.clock.Read().Time)
	w.daemon.latest.Store(&s)
	judged, outside := w.judge.judged, w.judge.outside
	for range 3 {
		w.judge.ask()
		w.judge.answer()
	}
	w.judge.count()
	if w.judge.judged != judged+1 || w.judge.outside != outside+1 {
		t.Errorf("%d s judged, %d outside", w.judge.judged-judged, w.judge.outside-outside)
	}
}

func TestAnAlarmNeedsAReason(t *testing.T) {
	for _, c := range []struct {
		text string
		code alarm.Code
		want bool
	}{
		{"seed=1 for=1h", alarm.NoPulse, false},
		{"seed=1 for=1h nopulse@30s+1m", alarm.NoPulse, true},
		{"seed=1 for=1h nopulse@10m0s+1m", alarm.NoPulse, false},
		{"seed=1 for=1h nopulse@30s+1m", alarm.WrongSecond, false},
		{"seed=1 for=1h extra@30s+1m:0s:28", alarm.LineFull, true},
		{"seed=1 for=1h", alarm.LineFull, false},
	} {
		w := locked(t, c.text)
		w.judge.unsyncs = nil // of the start
		if got := w.judge.justified(raised{c.code, alarm.Critical, w.now}); got != c.want {
			t.Errorf("%s, %s: justified %v", c.text, c.code, got)
		}
	}
}

func TestATimestampIsReadInTheEraOfItsTime(t *testing.T) {
	for _, at := range []string{"2026-03-05T08:00:00.25", "2036-02-07T06:28:15.75", "2036-02-07T06:28:16.5", "2104-01-01T00:00:00"} {
		when, err := time.Parse(layout, at)
		if err != nil {
			t.Fatal(err)
		}
		want := sim.Truth(when.UnixNano())
		var b [8]byte
		binary.BigEndian.PutUint32(b[:], uint32(when.Unix()+before1970))
		binary.BigEndian.PutUint32(b[4:], uint32(uint64(when.Nanosecond())<<32/1e9))
		for _, near := range []time.Duration{-time.Hour, 0, 1000 * time.Hour} {
			if got := stamp(b[:], want.Add(near)); got != want {
				t.Errorf("%s is read as %v", at, got.Std())
			}
		}
	}
}

func TestALeapSecondHasTwoNamesAndNoMore(t *testing.T) {
	midnight := sim.Truth(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	second := func(d float64) sim.Truth { return midnight.Add(time.Duration(d * 1e9)) }
	inserted, deleted := calendar{midnight, 1}, calendar{second(-1), -1}
	for _, c := range []struct {
		calendar
		at, told sim.Truth
		off      time.Duration
	}{
		{inserted, second(-0.5), second(-0.5), 0},
		{inserted, second(0.25), second(-0.75), 0},
		{inserted, second(0.25), second(0.25), 0},
		{inserted, second(1.25), second(0.25), 0},
		{inserted, second(1.25), second(1.25), time.Second},
		{deleted, second(-1.5), second(-1.5), 0},
		{deleted, second(-0.5), second(0.5), 0},
		{deleted, second(-0.5), second(-0.5), -time.Second},
	} {
		if off := c.calendar.off(c.told, c.at); off != c.off {
			t.Errorf("%+v: told %v at %v: %v off", c.calendar, c.told.Std(), c.at.Std(), off)
		}
	}
}

func TestARawClockThatStoodStillGoesOnAsItsCrystalDoes(t *testing.T) {
	w := locked(t, "seed=1 for=1h walk=1e-7 suspend@2m+10m")
	lacks := func(after time.Duration) hw.Raw {
		w.play(after)
		return w.crystal.Raw(w.now) - w.rawAt(w.now)
	}
	first := lacks(12*time.Minute + time.Second)
	if d := first.Sub(0) - 10*time.Minute; d.Abs() > 100*time.Millisecond {
		t.Fatalf("stood still for %v", first.Sub(0))
	}
	if last := lacks(40 * time.Minute); last != first {
		t.Errorf("moved by %v afterwards", last.Sub(first))
	}
}

func TestTheKernelMakesALeapSecondAtItsTickAndChangesItsRateThere(t *testing.T) {
	c, err := parse("seed=1 ppm=0 walk=0 tick=10ms clock=0s start=2026-06-30T23:59:50.003")
	if err != nil {
		t.Fatal(err)
	}
	w, err := newWorld(c)
	if err != nil {
		t.Fatal(err)
	}
	k := &w.clock
	after := func(d time.Duration) hw.Time {
		w.now = w.start.Add(d)
		return k.shows()
	}
	midnight := hw.Time(time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC).UnixNano())
	if err := k.Arm(hw.Leap{At: midnight, By: -time.Second}); err != nil {
		t.Fatal(err)
	}
	// Ticks are at whole 10 ms of the raw clock, which is 3 ms from those of UTC.
	for _, c := range [][2]time.Duration{{9996, -1}, {9999, 2}, {10001, -996}} {
		if got := after(c[0] * time.Millisecond).Sub(midnight); got != c[1]*time.Millisecond {
			t.Errorf("after %d ms: %v, want %d ms", c[0], got, c[1])
		}
	}
	w.now = w.start.Add(10005 * time.Millisecond)
	if err := k.SetFrequency(100 * hw.PPM); err != nil {
		t.Fatal(err)
	}
	if got := after(20010*time.Millisecond).Sub(midnight) - 9013*time.Millisecond; (got - time.Millisecond).Abs() > 10*time.Nanosecond {
		t.Errorf("gained %v in 10 s", got)
	}
}
