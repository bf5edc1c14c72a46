package simulation

import (
	"math"
	"slices"
	"time"

	"gpsntpd/discipline"
	"gpsntpd/hw/sim"
)

// Figure is one of the things that are measured.
type Figure int

// The figures.
const (
	Std Figure = iota
	RMS
	Mean
	P99
	Max
	ClockStd
	ClockMax
	RateError
	Within1ms
	Within10us
	Within1us
	LockedSeconds
	LockedHeld
	HoldoverSeconds
	HoldoverHeld
	Bound
	Lies
	TheLimit
	Ratio
	LossError
	LossBound
	figures
)

// Keys names the figures in JSON, and says what each is.
var Keys = [figures]struct{ Name, Meaning string }{
	Std:             {"std_ns", "standard deviation of the served time's error"},
	RMS:             {"rms_ns", "its rms, bias included"},
	Mean:            {"mean_ns", "its mean: UTC − served"},
	P99:             {"p99_ns", "99 % of its absolute values are not above"},
	Max:             {"max_ns", "its greatest absolute value"},
	ClockStd:        {"clock_std_ns", "of the clock itself, without the estimate"},
	ClockMax:        {"clock_max_ns", "its greatest absolute value"},
	RateError:       {"rate_error_ppb", "rms of the clock's rate over 1 s, slews included"},
	Within1ms:       {"within_1ms_seconds", "until it stays within 1 ms up to the first fault"},
	Within10us:      {"within_10us_seconds", "the same for 10 µs"},
	Within1us:       {"within_1us_seconds", "the same for 1 µs"},
	LockedSeconds:   {"locked_seconds", "of the whole run, but not while deceived"},
	LockedHeld:      {"locked_held_ratio", "share of them in which the bound covered the error"},
	HoldoverSeconds: {"holdover_seconds", "the same in holdover"},
	HoldoverHeld:    {"holdover_held_ratio", "share of them in which the bound covered the error"},
	Bound:           {"bound_median_ns", "of the judged seconds that are synchronized"},
	Lies:            {"lies", "seconds with an error beyond the root distance"},
	TheLimit:        {"limit_ns", "least std that jitter and random walk allow"},
	Ratio:           {"std_to_limit_ratio", "std in units of that, when locked throughout"},
	LossError:       {"loss_error_ns", "at the end of a long loss of the pulse"},
	LossBound:       {"loss_bound_ns", "the bound there"},
}

// Figures are what was measured, in the units of Keys. NaN is what there is not.
type Figures [figures]float64

func unknown() (f Figures) {
	for i := range f {
		f[i] = math.NaN()
	}
	return f
}

// Measure works out the figures of a run of s.
func Measure(s sim.Scenario, run []Second) Figures {
	f := unknown()
	steady := run[s.Simulate.Steady.Duration/time.Second:]
	f.judge(steady)
	f.converge(run[:firstFault(s)/time.Second])
	f.claims(run)
	if jitter, walk := s.White(); jitter > 0 && walk > 0 {
		f[TheLimit] = Limit(float64(jitter), walk*1e9)
		if !slices.ContainsFunc(steady, func(x Second) bool { return x.State != discipline.Locked }) {
			f[Ratio] = f[Std] / f[TheLimit]
		}
	}
	if end := longLoss(s); end > 0 {
		if x := run[end/time.Second-1]; x.Known {
			f[LossError], f[LossBound] = float64(x.Served), float64(x.Bound)
		}
	}
	return f
}

// judge measures the steady part.
func (f *Figures) judge(run []Second) {
	var served, clock, rate, bound []float64
	for i, x := range run {
		if !x.Known {
			continue
		}
		served, clock = append(served, float64(x.Served)), append(clock, float64(x.Clock))
		if i > 0 {
			rate = append(rate, float64(x.Clock-run[i-1].Clock)) // ns in a second: ppb
		}
		if x.State.Synchronized() {
			bound = append(bound, float64(x.Bound))
		}
	}
	f[Mean], f[RMS], f[Std] = moments(served)
	_, f[RateError], _ = moments(rate)
	_, _, f[ClockStd] = moments(clock)
	f[P99], f[Max] = quantile(absolute(served), 0.99), quantile(absolute(served), 1)
	f[ClockMax] = quantile(absolute(clock), 1)
	f[Bound] = quantile(bound, 0.5)
}

// converge finds when the error has become small for good.
func (f *Figures) converge(run []Second) {
	limits := map[Figure]time.Duration{Within1ms: time.Millisecond, Within10us: 10 * time.Microsecond, Within1us: time.Microsecond}
	for figure, limit := range limits {
		n := len(run)
		for n > 0 && run[n-1].Known && run[n-1].Served.Abs() < limit {
			n--
		}
		if n < len(run) {
			f[figure] = float64(n + 1)
		}
	}
}

// claims compares the bound and the root distance with the truth.
func (f *Figures) claims(run []Second) {
	f[Lies] = 0
	seconds, held := map[discipline.State]float64{}, map[discipline.State]float64{}
	for _, x := range run {
		if x.Lie {
			f[Lies]++
		}
		if x.Deceived {
			continue
		}
		seconds[x.State]++
		if x.Served.Abs() <= x.Bound {
			held[x.State]++
		}
	}
	share := func(s discipline.State) (n, ratio float64) { return seconds[s], held[s] / seconds[s] } // 0/0 is NaN
	f[LockedSeconds], f[LockedHeld] = share(discipline.Locked)
	f[HoldoverSeconds], f[HoldoverHeld] = share(discipline.Holdover)
}

// firstFault is when the first fault begins, or the end.
func firstFault(s sim.Scenario) time.Duration {
	first := s.Simulate.For.Duration
	for _, f := range s.Faults {
		first = min(first, f.At.Duration)
	}
	return first
}

// long is a loss of the pulse that is worth a forecast.
const long = 15 * time.Minute

// longLoss is when the first long loss of the pulse ends, 0 when there is none.
func longLoss(s sim.Scenario) time.Duration {
	silent := []sim.Kind{sim.NoPulse, sim.Unplugged, sim.Restart}
	for _, f := range s.Faults {
		end := f.At.Duration + f.For.Duration
		if slices.Contains(silent, f.Kind) && f.For.Duration >= long && end <= s.Simulate.For.Duration {
			return end
		}
	}
	return 0
}
