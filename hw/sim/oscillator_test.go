package sim

import (
	"math"
	"math/big"
	"sync"
	"testing"
	"time"

	"gpsntpd/hw"
)

// start is 2026-11-22 08:00:00.
const start Truth = 1795334400e9

const second = Truth(time.Second)

func oscillator(c Crystal, seed uint64) *Oscillator {
	return NewOscillator(Scenario{Seed: seed, Oscillator: c}, start)
}

func TestTheOscillatorIsExactOverADay(t *testing.T) {
	o := oscillator(Crystal{Offset: Rate{11.8e-6}, Walk: Walk{1e-9}, Cycles: []Cycle{{Rate{1e-6}, Span{time.Hour}}}}, 1)
	exact := new(big.Rat) // the sum of the rates, in ns
	for range 86400 {
		o.Raw(start.Add(time.Duration(o.newest+1) * time.Second))
		rate := o.knots[(o.newest-1)%remembered].rate
		exact.Add(exact, new(big.Rat).SetFloat64(rate*1e9))
	}
	gain, _ := exact.Float64()
	last := o.knots[o.newest%remembered]
	got := float64(last.raw-origin-86400e9) + last.frac
	if math.Abs(got-gain) > 1e-3 {
		t.Errorf("gained %v ns in a day, want %v", got, gain)
	}
}

func TestTheOscillatorFollowsItsConstantRateAndItsCycle(t *testing.T) {
	const day = 24 * time.Hour
	o := oscillator(Crystal{Offset: Rate{12e-6}, Cycles: []Cycle{{Rate{1e-6}, Span{day}}}}, 1)
	for _, c := range []struct {
		after time.Duration
		cycle float64 // integral of sin(2πt/T) from 0, in T
	}{{day / 4, 1 / (2 * math.Pi)}, {day / 2, 1 / math.Pi}, {day, 0}} {
		want := c.after.Seconds()*12e-6 + c.cycle*day.Seconds()*1e-6
		got := o.Raw(start.Add(c.after)).Sub(origin) - c.after
		if math.Abs(float64(got)-want*1e9) > 2 {
			t.Errorf("gained %v in %v, want %v s", got, c.after, want)
		}
	}
}

func TestTheWalkHasTheStepsOfItsParameter(t *testing.T) {
	const n, sigma = 20_000, 2e-9
	o := oscillator(Crystal{Walk: Walk{sigma}}, 7)
	sum, last := 0.0, 0.0
	for i := range n {
		o.Raw(start + Truth(i+1)*second)
		sum += (o.walk - last) * (o.walk - last)
		last = o.walk
	}
	if rms := math.Sqrt(sum / n); math.Abs(rms/sigma-1) > 0.03 {
		t.Errorf("rms of a step is %v, want %v", rms, sigma)
	}
}

func TestAJumpStays(t *testing.T) {
	o := oscillator(Crystal{Jumps: []Jump{{At: Span{10 * time.Second}, By: Rate{1e-6}}}}, 1)
	for after, want := range map[time.Duration]time.Duration{10 * time.Second: 0, 110 * time.Second: 100 * time.Microsecond} {
		if got := o.Raw(start.Add(after)).Sub(origin) - after; got != want {
			t.Errorf("gained %v in %v, want %v", got, after, want)
		}
	}
}

func TestAJumpThatRepeatsGoesThereAndBackInTurn(t *testing.T) {
	o := oscillator(Crystal{Jumps: []Jump{{At: Span{10 * time.Second}, By: Rate{1e-6}, Every: Span{20 * time.Second}}}}, 1)
	for _, c := range []struct{ after, want time.Duration }{
		{10 * time.Second, 0}, {30 * time.Second, 20 * time.Microsecond}, {50 * time.Second, 20 * time.Microsecond}, {60 * time.Second, 30 * time.Microsecond},
	} {
		if got := o.Raw(start.Add(c.after)).Sub(origin) - c.after; got != c.want {
			t.Errorf("gained %v in %v, want %v", got, c.after, c.want)
		}
	}
}

func TestTheRecentPastReadsTheSameLater(t *testing.T) {
	c := Crystal{Offset: Rate{-40e-6}, Walk: Walk{1e-7}}
	o, again := oscillator(c, 3), oscillator(c, 3)
	again.Raw(start.Add(time.Hour))
	for t0 := start.Add(time.Hour - 2*time.Minute); t0 <= start.Add(time.Hour); t0 += 333_333_333 {
		if a, b := o.Raw(t0), again.Raw(t0); a != b {
			t.Fatalf("%v: %d at first, %d later", t0.Std(), a, b)
		}
	}
}

func TestTheRawClockNeverGoesBack(t *testing.T) {
	o := oscillator(Crystal{Offset: Rate{-999e-6}, Walk: Walk{1e-8}}, 3)
	last := o.Raw(start.Add(-time.Second))
	for t0 := start; t0 < start+5*second; t0 += 99_991 {
		now := o.Raw(t0)
		if now < last {
			t.Fatalf("went back by %v", last.Sub(now))
		}
		last = now
	}
}

func TestManyMayReadTheOscillator(t *testing.T) {
	o := oscillator(Crystal{Walk: Walk{1e-9}}, 3)
	var readers sync.WaitGroup
	seen := make([]hw.Raw, 4)
	for i := range seen {
		readers.Go(func() {
			for k := range Truth(1000) {
				seen[i] = o.Raw(start + k*second/10)
			}
		})
	}
	readers.Wait()
	for _, raw := range seen {
		if raw != seen[0] {
			t.Errorf("readers saw %v", seen)
		}
	}
}
