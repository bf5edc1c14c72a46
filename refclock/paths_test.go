package refclock

import (
	"math/rand/v2"
	"testing"
	"time"

	"gpsntpd/hw"
)

// watched are paths that see the pulses of a right clock, and an estimate that follows
// the feed.
type watched struct {
	Paths
	second UTC
	late   time.Duration // of the estimate
	random *rand.Rand
}

func newWatched(seed uint64) *watched {
	return &watched{second: 1_790_000_000e9, random: rand.New(rand.NewPCG(seed, 1))}
}

// seen is one path in one second: how late it stamps, and within what it says so.
type seen struct {
	path         hw.Path
	late, within time.Duration
}

// pass lets a second pass, and returns what the feed's stamp was worth: how late it was
// with its constant taken off.
func (w *watched) pass(all ...seen) (fed hw.Path, left time.Duration) {
	w.second = w.second.Add(time.Second)
	for _, s := range all {
		at := hw.Time(w.second).Add(s.late)
		// The estimate is late, so that the clock is believed to be as much too fast.
		use := w.Take(hw.Edge{At: at, Path: s.path, Within: s.within}, -w.late, true)
		w.late -= w.Learn(at)
		path, late, _ := w.Feed()
		if use == UseSample {
			fed, left = path, s.late-late
			w.late += (left - w.late) / 16
		}
	}
	return fed, left
}

// within draws from anything in ±d.
func (w *watched) within(d time.Duration) time.Duration {
	return time.Duration((2*w.random.Float64() - 1) * float64(d))
}

func (w *watched) normal(d time.Duration) time.Duration {
	return time.Duration(w.random.NormFloat64() * float64(d))
}

func (w *watched) of(path hw.Path) Path {
	for _, p := range w.All() {
		if p.Path == path {
			return p
		}
	}
	return Path{}
}

func TestNothingIsCorrectedWhenThePathsAgree(t *testing.T) {
	for seed := range uint64(20) {
		w := newWatched(seed)
		for i := range 20 * 60 {
			all := []seen{{path: hw.PathKernel, late: w.normal(90 * time.Nanosecond)}}
			if i%2 == 0 {
				w.Polled(w.second.Add(time.Second))
				all = append(all, seen{hw.PathLevel, w.within(400 * time.Nanosecond), 400 * time.Nanosecond})
			}
			w.pass(all...)
		}
		if p := w.of(hw.PathKernel); !p.Known || p.Late.Abs() > 100*time.Nanosecond {
			t.Errorf("seed %d: %+v", seed, p)
		}
	}
}

func TestThePathOfTheNetworkCardAndTheKernelsFollowEachOtherWithoutAStep(t *testing.T) {
	const constant = 900 * time.Nanosecond
	w := newWatched(1)
	kernel := func() seen { return seen{hw.PathKernel, constant + w.normal(100*time.Nanosecond), 0} }
	card := func() seen { return seen{hw.PathPHC, w.normal(6 * time.Nanosecond), time.Microsecond} }
	play := func(seconds, after int, want hw.Path, all ...func() seen) {
		t.Helper()
		var sum time.Duration
		for i := range seconds {
			var now []seen
			for _, f := range all {
				now = append(now, f())
			}
			fed, left := w.pass(now...)
			if i > after && fed != want {
				t.Fatalf("after %d s the feed is %q, want %q", i, fed, want)
			}
			if i >= after {
				sum += left
			}
		}
		if mean := sum / time.Duration(seconds-after); mean.Abs() > 30*time.Nanosecond {
			t.Errorf("%s: %v late with its constant taken off", want, mean)
		}
	}
	play(300, 2*pathPairs, hw.PathPHC, kernel, card) // they are compared first
	play(300, pathReturns, hw.PathKernel, kernel)
	play(300, pathReturns, hw.PathPHC, kernel, card)
}

func TestAMoreExactPathTakesOverOnceItIsKnownHowLateTheOtherWas(t *testing.T) {
	for seed := range uint64(20) {
		w := newWatched(seed)
		w.late = 12 * time.Microsecond
		fed := hw.Path("")
		for i := range 300 {
			all := []seen{{path: hw.PathKernel, late: 12*time.Microsecond + w.normal(200*time.Nanosecond)}}
			if i > 0 { // it is there a second later
				all = append(all, seen{path: hw.PathPHC, late: w.normal(6 * time.Nanosecond)})
			}
			before := w.late
			path, left := w.pass(all...)
			if path == hw.PathPHC && fed == hw.PathKernel {
				if by := (left - before).Abs(); by > 300*time.Nanosecond {
					t.Errorf("seed %d: taken over after %d s with a step of %v", seed, i, by)
				}
			}
			if path != "" {
				fed = path
			}
		}
		if fed != hw.PathPHC {
			t.Errorf("seed %d: the more exact path has not taken over", seed)
		}
	}
}

func TestAMoreExactPathTakesOverInTheEndWhateverIsKnownOfTheOther(t *testing.T) {
	w := newWatched(1)
	fed := hw.Path("")
	for range 2 * pathWaits { // the other would be early, which is impossible
		fed, _ = w.pass(seen{path: hw.PathKernel, late: -12 * time.Microsecond}, seen{path: hw.PathPHC, late: w.normal(6 * time.Nanosecond)})
	}
	if fed != hw.PathPHC {
		t.Errorf("%s makes the samples", fed)
	}
}

func TestAPathThatTakesOverFromABetterOneSaysHowNoisyItIs(t *testing.T) {
	w := newWatched(1)
	kernel := func() seen { return seen{path: hw.PathKernel, late: w.normal(200 * time.Nanosecond)} }
	card := func() seen { return seen{path: hw.PathPHC, late: w.normal(6 * time.Nanosecond)} }
	play := func(all ...func() seen) {
		for range 200 {
			var now []seen
			for _, f := range all {
				now = append(now, f())
			}
			w.pass(now...)
		}
	}
	if play(kernel, card); w.Noise() != 0 {
		t.Errorf("%v beside a better path", w.Noise())
	}
	if play(kernel); w.Noise() < 100*time.Nanosecond || w.Noise() > 400*time.Nanosecond {
		t.Errorf("%v without it, of 200ns", w.Noise())
	}
	if play(kernel, card); w.Noise() != 0 {
		t.Errorf("%v when it is back", w.Noise())
	}
}

func TestAPathThatIsTooCoarseOrImpossibleCorrectsNothing(t *testing.T) {
	for name, test := range map[string]struct {
		kernel, level, within time.Duration
		want                  PathReason
	}{
		"coarse":     {10 * time.Microsecond, 0, 6 * time.Microsecond, PathImprecise},
		"impossible": {0, 10 * time.Microsecond, time.Microsecond, PathImpossible},
	} {
		w := newWatched(2)
		w.Table = 13 * time.Microsecond
		for i := range 300 {
			all := []seen{{path: hw.PathKernel, late: test.kernel}}
			if i%2 == 0 {
				w.Polled(w.second.Add(time.Second))
				all = append(all, seen{hw.PathLevel, test.level, test.within})
			}
			w.pass(all...)
		}
		if p := w.of(hw.PathKernel); p.Known || p.Why != test.want || p.Left != w.Table {
			t.Errorf("%s: %+v", name, p)
		}
	}
}

func TestInASecondThatIsPolledTheKernelsStampIsNotUsed(t *testing.T) {
	w := newWatched(3)
	w.pass(seen{path: hw.PathKernel})
	w.Polled(w.second.Add(time.Second))
	if fed, _ := w.pass(seen{path: hw.PathKernel, late: -5 * time.Microsecond}); fed != "" {
		t.Errorf("%q made a sample", fed)
	}
	if fed, _ := w.pass(seen{path: hw.PathKernel}); fed != hw.PathKernel {
		t.Errorf("%q made a sample", fed)
	}
}

func TestAPreemptedLookCountsForNothing(t *testing.T) {
	w := newWatched(4)
	for i := range 400 {
		all := []seen{{path: hw.PathKernel, late: 2 * time.Microsecond}}
		if i%2 == 0 {
			w.Polled(w.second.Add(time.Second))
			look := seen{hw.PathLevel, w.within(500 * time.Nanosecond), 500 * time.Nanosecond}
			if i%6 == 0 {
				look.late, look.within = 40*time.Microsecond, 50*time.Microsecond
			}
			all = append(all, look)
		}
		w.pass(all...)
	}
	if p := w.of(hw.PathKernel); !p.Known || (p.Late-2*time.Microsecond).Abs() > 150*time.Nanosecond {
		t.Errorf("%+v", p)
	}
}

func TestAConstantThatNoExactPathWatchesIsLessSure(t *testing.T) {
	w := newWatched(5)
	look := func() []seen {
		w.Polled(w.second.Add(time.Second))
		return []seen{{path: hw.PathKernel, late: 2 * time.Microsecond}, {hw.PathLevel, w.within(500 * time.Nanosecond), 500 * time.Nanosecond}}
	}
	kernel := seen{path: hw.PathKernel, late: 2 * time.Microsecond}
	for i := range 400 {
		if i%2 == 0 {
			w.pass(look()...)
		} else {
			w.pass(kernel)
		}
	}
	_, late, watched := w.Feed()
	for range 120 { // the poller has failed
		w.pass(kernel)
	}
	if _, kept, left := w.Feed(); kept != late || left != watched+pathUnwatched {
		t.Errorf("%v ± %v while it is watched, %v ± %v after", late, watched, kept, left)
	}
	var again Paths
	again.Recall(hw.PathKernel, late, watched)
	if _, kept, left := again.Feed(); kept != late || left != watched+pathUnwatched {
		t.Errorf("%v ± %v after a start", kept, left)
	}
}
