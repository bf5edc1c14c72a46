package ntp

import (
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// gaps asks n times, and returns the times in between; answer takes each request.
func (w *world) gaps(n int, answer func(i int)) (all []time.Duration) {
	for i := range n {
		before := w.now
		w.ask()
		if i > 0 {
			all = append(all, w.now.Sub(before))
		}
		answer(i)
	}
	return all
}

func (w *world) answered(int) {
	w.t.Helper()
	if _, err := w.take(w.basic()); err != nil {
		w.t.Fatal(err)
	}
}

func equal(t *testing.T, got []time.Duration, want ...int) {
	t.Helper()
	if len(got) != len(want) {
		t.Fatalf("%v, want %v", got, want)
	}
	for i, d := range got {
		if d != time.Duration(want[i])*time.Second {
			t.Fatalf("%v, want %v s", got, want)
		}
	}
}

func TestTheStartIsQuickAndThenThePollIsKept(t *testing.T) {
	w := newWorld(t, lan)
	equal(t, w.gaps(7, w.answered), 2, 2, 2, 16, 16, 16)
	w.a.Want(64 * time.Second)
	equal(t, w.gaps(3, w.answered), 64, 64)
	w.a.Want(time.Hour)
	equal(t, w.gaps(2, w.answered), 64)
	w.a.Want(time.Millisecond)
	w.ask()
	w.answered(0)
	equal(t, w.gaps(3, w.answered), 16, 16)
}

func TestAPublicServerIsNeverAskedMoreOftenThanEvery64Seconds(t *testing.T) {
	w := newWorld(t, Options{Shortest: time.Second, Longest: time.Second, Public: true})
	equal(t, w.gaps(6, w.answered), 2, 2, 2, 64, 64)
	equal(t, w.gaps(4, func(int) {}), 64, 64, 64) // nor when it does not answer
}

func TestTheSpreadIsUpwardOnly(t *testing.T) {
	w := newWorld(t, lan)
	w.gaps(4, w.answered)
	for _, c := range []struct {
		spread uint16
		want   time.Duration
	}{{0, 16 * time.Second}, {1 << 15, 16*time.Second + 250*time.Millisecond}, {1<<16 - 1, 16*time.Second + 499992370}} {
		if got := w.a.gap(c.spread); got != c.want {
			t.Errorf("%d: %v, want %v", c.spread, got, c.want)
		}
	}
}

func kiss(w *world, code refclock.RefID) {
	p := w.basic()
	p.Stratum, p.RefID = 0, code
	_, _ = w.take(p)
}

func TestRateDoublesTheIntervalAndEndsTheStart(t *testing.T) {
	w := newWorld(t, lan)
	w.ask()
	kiss(w, codeRate)
	before := w.now
	w.ask()
	if gap := w.now.Sub(before); gap < 16*time.Second {
		t.Error("after a kiss in the start:", gap)
	}
	w.answered(0)
	equal(t, w.gaps(3, w.answered), 32, 32)
	for range 30 {
		w.ask()
		kiss(w, codeRate)
	}
	if p := w.a.Poll(); p != LongestPoll {
		t.Error("after many:", p)
	}
}

func TestDenyStops(t *testing.T) {
	for _, code := range []refclock.RefID{codeDeny, codeRstr} {
		w := newWorld(t, lan)
		w.ask()
		kiss(w, code)
		if _, ok := w.a.Due(); ok || !w.a.Stopped() || !w.a.Dead(w.now) {
			t.Errorf("%s does not stop", code)
		}
	}
}

func TestADeadServerIsLeftWithinFivePollsOrAMinute(t *testing.T) {
	for _, poll := range []time.Duration{time.Second, 4 * time.Second, 16 * time.Second, 64 * time.Second} {
		w := newWorld(t, Options{Shortest: poll, Longest: poll})
		w.gaps(10, w.answered)
		last := w.a.Heard()
		for !w.a.Dead(w.now) {
			if due, _ := w.a.Due(); due <= w.now {
				w.ask()
			}
			w.now += second / 4
			if gone := w.now.Sub(last); gone > max(5*poll, time.Minute)+poll {
				t.Fatalf("poll %v: still relied on after %v", poll, gone)
			}
		}
		if gone := w.now.Sub(last); gone < 2*poll {
			t.Errorf("poll %v: given up after %v", poll, gone)
		}
		w.ask()
		w.answered(0)
		if w.a.Dead(w.now) {
			t.Errorf("poll %v: an answer does not bring it back", poll)
		}
	}
}

func TestReachIsTheLastEightRequests(t *testing.T) {
	w := newWorld(t, lan)
	for i := range 12 {
		w.ask()
		if i%4 != 3 {
			w.answered(0)
		}
	}
	if r := w.a.Reach(); r != 0b11101110 {
		t.Errorf("%08b", r)
	}
}

func TestAnHourOfSilenceIsNoBusyLoop(t *testing.T) {
	w := newWorld(t, Options{Shortest: 16 * time.Second, Longest: 16 * time.Second})
	n := 0
	for end := w.now + hw.Raw(time.Hour); w.now < end; n++ {
		w.ask()
	}
	if n > 250 { // 225 polls and the start
		t.Error(n, "requests")
	}
}
