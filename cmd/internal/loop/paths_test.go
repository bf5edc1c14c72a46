package loop

import (
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
)

// boarded is a calm machine on a board, whose receiver is a good one.
func boarded(t *testing.T, board string, seed uint64, faults ...sim.Fault) *Virtual {
	t.Helper()
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Board.UnmarshalText([]byte(board)); err != nil {
		t.Fatal(err)
	}
	s.Seed, s.Faults = seed, faults
	s.Pulse.Jitter, s.Pulse.Sawtooth = sim.Span{Duration: 5 * time.Nanosecond}, sim.Span{Duration: 21 * time.Nanosecond}
	const begins = sim.Truth(1_790_000_000_995_000_000)
	return NewVirtual(s, sim.NewMachine(s, begins), begins)
}

// minutes lets time pass, and returns the mean error of the served time in it, and how
// many seconds were locked or outside of the bound then.
func (v *Virtual) minutes(n int) (mean time.Duration, locked, outside int) {
	var sum time.Duration
	for range n * 60 {
		v.Play(time.Second)
		s, r := v.Latest.Load(), v.World.Clock.Read()
		if !s.StateAt(r.Time).Synchronized() {
			continue
		}
		off := time.Duration(int64(v.World.Now) - int64(refclock.At(r.Time, s.OffsetAt(r.Time))))
		sum, locked = sum+off, locked+1
		if off.Abs() > s.BoundAt(r.Time) {
			outside++
		}
	}
	return sum / time.Duration(max(locked, 1)), locked, outside
}

func (v *Virtual) constant(path hw.Path) refclock.Path {
	for _, p := range v.paths.All() {
		if p.Path == path {
			return p
		}
	}
	return refclock.Path{}
}

// exact is how well a board's paths can tell its constant.
var exact = map[string]time.Duration{
	"pi4": 500 * time.Nanosecond, "pi5": 500 * time.Nanosecond,
	"cm4": 100 * time.Nanosecond, "timehat": 100 * time.Nanosecond,
	"pc": 5 * time.Microsecond, // a look at DCD takes 6 µs there
}

// seeds are fewer in short tests.
func seeds() uint64 {
	if testing.Short() {
		return 3
	}
	return 20
}

func TestTheConstantOfThePulsesInputIsFoundWithinFiveMinutes(t *testing.T) {
	for board, limit := range exact {
		for seed := range seeds() {
			v := boarded(t, board, seed)
			_, locked, outside := v.minutes(6)
			mean, more, too := v.minutes(20)
			if mean.Abs() > limit {
				t.Errorf("%s, seed %d: %v off after six minutes", board, seed, mean)
			}
			if n := outside + too; n > (locked+more)/1000 {
				t.Errorf("%s, seed %d: %d of %d s outside of the bound", board, seed, n, locked+more)
			}
			if p := v.constant(hw.PathKernel); p.Edges > 0 && board != "pc" && (!p.Known || (p.Late-sim.Board(board).Constant()).Abs() > limit) {
				t.Errorf("%s, seed %d: the kernel's stamps are %v late, found %v", board, seed, sim.Board(board).Constant(), p.Late)
			}
		}
	}
}

func TestAConstantThatChangesIsNoticedWithinTwoMinutesAndRightAgainWithinFive(t *testing.T) {
	const by = 5 * time.Microsecond
	for _, board := range []string{"pi4", "pi5", "cm4"} {
		for seed := range seeds() {
			v := boarded(t, board, seed, sim.Fault{Kind: sim.Constant, At: sim.Span{Duration: 20 * time.Minute}, By: sim.Shift{Duration: by}})
			_, locked, outside := v.minutes(22)
			if p := v.constant(hw.PathKernel); p.Feeds && p.Changed == 0 {
				t.Errorf("%s, seed %d: nothing was noticed in two minutes", board, seed)
			}
			_, some, few := v.minutes(3)
			mean, more, too := v.minutes(10)
			if mean.Abs() > exact[board] {
				t.Errorf("%s, seed %d: %v off five minutes after the change", board, seed, mean)
			}
			if n := outside + few + too; n > (locked+some+more)/1000 {
				t.Errorf("%s, seed %d: %d of %d s outside of the bound", board, seed, n, locked+some+more)
			}
			if p := v.constant(hw.PathKernel); (p.Late - by - sim.Board(board).Constant()).Abs() > exact[board] {
				t.Errorf("%s, seed %d: found %v", board, seed, p.Late)
			}
		}
	}
}

func TestAConstantIsKeptForTheSameMachineAndMeasuredAnewWhenItHasChanged(t *testing.T) {
	conditions := "powersave"
	v := boarded(t, "pi5", 1)
	v.Conditions = func() string { return conditions }
	v.minutes(10)
	kept := v.Keep().Edge
	if kept.Conditions != "powersave" || seconds(kept.LatencySeconds-11.8e-6).Abs() > exact["pi5"] {
		t.Fatalf("kept %+v", kept)
	}
	for then, known := range map[string]bool{"powersave": true, "performance": false} {
		w := boarded(t, "pi5", 2)
		w.KeptEdge, w.Conditions = kept, func() string { return then }
		w.recall()
		w.minutes(1)
		mean, _, outside := w.minutes(1)
		if good := mean.Abs() < time.Microsecond; good != known || outside > 0 {
			t.Errorf("%s: %v off in the second minute, %d s outside of the bound", then, mean, outside)
		}
	}
	conditions = "performance"
	v.minutes(1)
	if p := v.constant(hw.PathKernel); p.Left < 10*time.Microsecond {
		t.Errorf("the machine has changed: %+v", p)
	}
	v.minutes(4)
	if p := v.constant(hw.PathKernel); p.Left > 2*time.Microsecond {
		t.Errorf("four minutes later: %+v", p)
	}
}

// Some network cards hand out what they have stamped a quarter of a second later.
func TestANetworkCardThatIsLateDoesNotMakeTheProcessorBusy(t *testing.T) {
	late := func(board string, path hw.Path) time.Duration {
		v := boarded(t, board, 1)
		v.Play(time.Minute)
		for range 30 {
			v.Edge(hw.Edge{At: v.World.Clock.Read().Time.Add(-250 * time.Millisecond), Path: path})
		}
		return v.late
	}
	if d := late("timehat", hw.PathPHC); d > 50*time.Millisecond {
		t.Errorf("phc: %v", d)
	}
	if d := late("pi4", hw.PathKernel); d < 100*time.Millisecond {
		t.Errorf("pps: %v", d)
	}
}
