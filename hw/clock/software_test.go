package clock

import (
	"math"
	"math/big"
	"sync"
	"testing"
	"time"

	"gpsntpd/hw"
)

var _ hw.Steerable = (*Software)(nil)

// bench is a software clock on a table: both hands are ours.
type bench struct {
	raw    hw.Raw
	kernel hw.Time
	*Software
}

func newBench(start hw.Time) *bench {
	b := &bench{raw: 1000, kernel: 5_000_000_000}
	b.Software = NewSoftware(
		func(ago time.Duration) hw.Raw { return b.raw - hw.Raw(ago) },
		func() hw.Time { return b.kernel }, start)
	return b
}

func (b *bench) pass(d time.Duration) {
	b.raw += hw.Raw(d)
	b.kernel = b.kernel.Add(d)
}

func (b *bench) set(t *testing.T, f hw.Frequency) {
	t.Helper()
	if err := b.SetFrequency(f); err != nil {
		t.Fatal(err)
	}
}

func (b *bench) step(t *testing.T, d time.Duration) {
	t.Helper()
	if err := b.Step(d); err != nil {
		t.Fatal(err)
	}
}

func TestItRunsAsFastAsItIsTold(t *testing.T) {
	b := newBench(0)
	b.set(t, 100*hw.PPM)
	b.pass(time.Hour)
	b.set(t, -250*hw.PPM)
	b.pass(time.Hour)
	want := hw.Time(2*time.Hour) + hw.Time((100-250)*3600*time.Microsecond)
	if got := b.Read().Time; got.Sub(want).Abs() > 1 {
		t.Errorf("shows %d, want %d", got, want)
	}
}

func TestAStepMovesItAtOnceAndNothingElse(t *testing.T) {
	b := newBench(7)
	b.pass(time.Second)
	b.step(t, -3*time.Second)
	if got, want := b.Read(), (hw.Reading{Time: 7 - 2e9, Raw: 1000 + 1e9}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestNothingIsRoundedAwayInTenDaysOfCorrections(t *testing.T) {
	b := newBench(0)
	exact := new(big.Int) // the sum of rate × raw time, in 2^-64 ns
	const second = 999_999_937
	for i := range 864_000 {
		f := hw.Frequency(math.Sin(float64(i))) * MaxFrequency
		b.set(t, f)
		b.pass(second)
		gain := big.NewInt(int64(math.Ldexp(float64(f), 64)))
		exact.Add(exact, gain.Mul(gain, big.NewInt(second)))
	}
	want := exact.Rsh(exact, 64).Int64() + second*864_000 // Rsh rounds down
	if got := int64(b.Read().Time); got != want {
		t.Errorf("off by %d ns", got-want)
	}
}

func TestAMomentBeforeACorrectionIsReadOffTheLineOfThatTime(t *testing.T) {
	b := newBench(0)
	b.pass(time.Second)
	stamped := b.kernel
	b.pass(time.Second)
	b.step(t, time.Hour)
	b.set(t, MaxFrequency)
	b.pass(time.Second)
	if got, want := b.FromKernel(stamped), hw.Time(time.Second); got != want {
		t.Errorf("shows %v, want %v", got, want)
	}
	if got, want := b.TimeAt(b.raw-1e9), hw.Time(2*time.Second+time.Hour); got != want {
		t.Errorf("shows %v at the step, want %v", got, want)
	}
}

func TestAStampThatCannotBeRightIsTakenForTheNearestThatCan(t *testing.T) {
	b := newBench(0)
	b.pass(time.Minute)
	now := b.Read().Time
	if got := b.FromKernel(b.kernel.Add(time.Hour)); got != now {
		t.Errorf("a stamp of the future maps to %v, want now, %v", got, now)
	}
	if got := b.FromKernel(b.kernel.Add(-time.Hour)); got != now.Add(-oldest) {
		t.Errorf("a stamp of an hour ago maps to %v, want %v", got, now.Add(-oldest))
	}
}

func TestHistoryIsBounded(t *testing.T) {
	b := newBench(0)
	for range 1000 {
		b.pass(time.Second)
		b.step(t, 1)
	}
	if n := len(*b.lines.Load()); n != remembered {
		t.Errorf("%d lines are kept, want %d", n, remembered)
	}
}

func TestAFrequencyBeyondTheLimitIsRefused(t *testing.T) {
	b := newBench(0)
	for _, f := range []hw.Frequency{500.001 * hw.PPM, -1, hw.Frequency(math.NaN()), hw.Frequency(math.Inf(1))} {
		if err := b.SetFrequency(f); err == nil {
			t.Errorf("%v was taken", f)
		}
	}
}

func TestReadingAllocatesNothing(t *testing.T) {
	s := NewSoftware(MonotonicRaw, Realtime, Realtime())
	stamp := Realtime()
	if n := testing.AllocsPerRun(1000, func() { s.Read(); s.FromKernel(stamp) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func TestItMayBeReadWhileItIsCorrected(t *testing.T) {
	s := NewSoftware(MonotonicRaw, Realtime, 0)
	var readers sync.WaitGroup
	for range 4 {
		readers.Go(func() {
			last := s.Read().Time
			for range 10_000 {
				now := s.Read().Time
				if now < last {
					t.Errorf("went back by %v although it is only stepped forward", last.Sub(now))
					return
				}
				last = now
			}
		})
	}
	for i := range 1000 {
		if err := s.Step(time.Duration(i) * time.Microsecond); err != nil {
			t.Error(err)
		}
	}
	readers.Wait()
}

func FuzzMultiply(f *testing.F) {
	f.Add(int64(-1), int64(1)<<53)
	f.Add(int64(math.MinInt64), int64(math.MinInt64))
	f.Fuzz(func(t *testing.T, a, b int64) {
		high, low := multiply(a, b)
		got := new(big.Int).Lsh(big.NewInt(high), 64)
		got.Add(got, new(big.Int).SetUint64(low))
		if want := new(big.Int).Mul(big.NewInt(a), big.NewInt(b)); got.Cmp(want) != 0 {
			t.Errorf("%d × %d = %d, want %d", a, b, got, want)
		}
	})
}
