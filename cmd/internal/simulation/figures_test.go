package simulation

import (
	"math"
	"testing"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
)

func load(t *testing.T, name string) sim.Scenario {
	t.Helper()
	s, err := sim.Load(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func span(d time.Duration) sim.Span { return sim.Span{Duration: d} }

// told is a run of a minute, of which the last half counts: starting for five
// seconds, then locked; errors of ±100 ns around a bias of 10 ns, and before
// second 20 of 5 µs.
func told(t *testing.T) (sim.Scenario, []Second) {
	s := load(t, "white-300ns-1e-9")
	s.Simulate = sim.Simulate{For: span(time.Minute), Steady: span(30 * time.Second)}
	run := make([]Second, 60)
	for i := range run {
		x := Second{Served: 10 - 100, Clock: 40, Bound: time.Microsecond, State: discipline.Locked, Known: true}
		switch {
		case i < 5:
			x = Second{Served: 1e9, Clock: 1e9, Bound: discipline.MaxDispersion}
		case i < 19:
			x.Served = 5 * time.Microsecond
		case i%2 == 0:
			x.Served, x.Clock = 10+100, 60
		}
		run[i] = x
	}
	return s, run
}

func expect(t *testing.T, f Figures, want map[Figure]float64) {
	t.Helper()
	for figure, v := range want {
		if got := f[figure]; math.Abs(got-v) > 1e-9*math.Abs(v) && !(math.IsNaN(got) && math.IsNaN(v)) {
			t.Errorf("%s: %v, want %v", Keys[figure].Name, got, v)
		}
	}
}

func TestFiguresAreWhatTheirNamesSay(t *testing.T) {
	s, run := told(t)
	none := math.NaN()
	expect(t, Measure(s, run), map[Figure]float64{
		Std: 100, Mean: 10, RMS: math.Hypot(100, 10), P99: 110, Max: 110,
		ClockStd: 10, ClockMax: 60, RateError: 20,
		Within1ms: 6, Within10us: 6, Within1us: 20,
		LockedSeconds: 55, LockedHeld: 41.0 / 55, HoldoverSeconds: 0, HoldoverHeld: none,
		Bound: 1000, Lies: 0, TheLimit: Limit(300, 1), Ratio: 100 / Limit(300, 1), LossError: none, LossBound: none,
	})
}

func TestAFaultEndsConvergenceAndDeceptionExcusesTheBound(t *testing.T) {
	s, run := told(t)
	s.Faults = []sim.Fault{{Kind: sim.Spikes, At: span(18 * time.Second), By: sim.Shift{Duration: time.Millisecond}}}
	for i := 5; i < 19; i++ {
		run[i].Deceived = true
	}
	run[40].Lie, run[50].State = true, discipline.Unsynchronized
	expect(t, Measure(s, run), map[Figure]float64{Ratio: math.NaN(), Within10us: 6, Within1us: math.NaN(), LockedSeconds: 40, LockedHeld: 1, Lies: 1})
}

func TestALongLossIsJudgedAtItsEnd(t *testing.T) {
	s := load(t, "loss-hour")
	run := make([]Second, s.Simulate.For.Duration/time.Second)
	run[3*3600-1] = Second{Served: -50 * time.Microsecond, Bound: time.Millisecond, Known: true}
	expect(t, Measure(s, run), map[Figure]float64{LossError: -50e3, LossBound: 1e6})
}

func TestWithoutAnEstimateThereIsNothingToJudge(t *testing.T) {
	s := load(t, "nofix")
	f := Measure(s, make([]Second, s.Simulate.For.Duration/time.Second))
	for _, figure := range []Figure{Std, P99, Max, RateError, Within1ms, Bound, LockedHeld} {
		if !math.IsNaN(f[figure]) {
			t.Errorf("%s: %v", Keys[figure].Name, f[figure])
		}
	}
}

func TestSeedsAreJoinedByTheirMedianButLiesAddUp(t *testing.T) {
	all := make([]Figures, 3)
	for i, v := range []float64{3, 1, math.NaN()} {
		all[i] = unknown()
		all[i][Std], all[i][Lies] = v, float64(i)
		all[i][LossError] = []float64{-3, 5, 4}[i]
	}
	expect(t, Median(all), map[Figure]float64{Std: 3, Lies: 3, LossError: math.Sqrt(50.0 / 3), Max: math.NaN()})
}

func TestTheSameScenarioAndSeedYieldTheSameFigures(t *testing.T) {
	s := load(t, "white-300ns-1e-9")
	s.Simulate = sim.Simulate{For: span(5 * time.Minute), Steady: span(2 * time.Minute)}
	a, b := Measure(s, Run(s)), Measure(s, Run(s))
	expect(t, a, map[Figure]float64{Std: b[Std], Bound: b[Bound], Within1us: b[Within1us], LockedSeconds: b[LockedSeconds], Lies: 0})
	if a[Std] > 300 || a[LockedHeld] < 0.99 {
		t.Errorf("std %v ns, bound held in %v", a[Std], a[LockedHeld])
	}
	s.Seed++
	if c := Measure(s, Run(s)); c[Std] == a[Std] {
		t.Error("the seed changes nothing")
	}
}
