package clock

import (
	"errors"
	"math"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

var (
	_ hw.Clock     = Host{}
	_ hw.Steerable = (*Kernel)(nil)
)

// tries plays attempts of such widths to Together, and returns how many it made and in
// which of them the clocks were read that it returned.
func tries(t *testing.T, widths ...hw.Raw) (made, chosen int) {
	const each = 1_000_000 // ns
	var now hw.Raw
	outer := func() hw.Raw {
		if now%each == 0 {
			return now
		}
		now += widths[made-1] / 2
		defer func() { now = hw.Raw(made) * each }()
		return now
	}
	inner := func() hw.Time {
		now += widths[made] / 2
		made++
		return hw.Time(now)
	}
	raw, within := Together(outer, inner)
	chosen = int(raw / each)
	if want := hw.Raw(chosen)*each + widths[chosen]/2; raw != want || within != hw.Time(want) {
		t.Errorf("%v: got %d and %d, want %d twice", widths, raw, within, want)
	}
	return made, chosen
}

func TestTheNarrowestAttemptCounts(t *testing.T) {
	for _, c := range []struct {
		widths       []hw.Raw
		made, chosen int
	}{
		{[]hw.Raw{900_000, 20_000, 2_000, 50_000}, 4, 2},
		{[]hw.Raw{900, 1, 1, 1}, 1, 0},
		{[]hw.Raw{2_000, 2_100, 1, 1}, 2, 0},             // it takes no less
		{[]hw.Raw{60_000, 2_100, 2_000, 1}, 3, 2},        // likewise
		{[]hw.Raw{60_000, 60_000, 2_000, 50_000}, 4, 2},  // both were interrupted
		{[]hw.Raw{60_000, 61_000, 62_000, 59_000}, 4, 3}, // as were all
	} {
		if made, chosen := tries(t, c.widths...); made != c.made || chosen != c.chosen {
			t.Errorf("%v: number %d of %d attempts, want %d of %d", c.widths, chosen, made, c.chosen, c.made)
		}
	}
}

func TestTheHostsClockIsTheOneThatTheKernelStampsWith(t *testing.T) {
	before := hw.Time(time.Now().UnixNano())
	r := Host{}.Read()
	after := hw.Time(time.Now().UnixNano())
	if r.Time < before || r.Time > after {
		t.Errorf("%v is not between %v and %v", r.Time, before, after)
	}
	if got := (Host{}).FromKernel(r.Time); got != r.Time {
		t.Errorf("FromKernel changes %v to %v", r.Time, got)
	}
	if later := MonotonicRaw(0); later < r.Raw {
		t.Errorf("the raw clock went back by %v", r.Raw.Sub(later))
	}
}

func TestTheKernelsClockIsNeverSteeredUnderTest(t *testing.T) {
	if _, err := OpenKernel(); !errors.Is(err, ErrUnderTest) {
		t.Errorf("OpenKernel: %v", err)
	}
	var k Kernel
	if err := k.SetFrequency(0); !errors.Is(err, ErrUnderTest) {
		t.Errorf("SetFrequency: %v", err)
	}
	if err := k.Step(0); !errors.Is(err, ErrUnderTest) {
		t.Errorf("Step: %v", err)
	}
}

func TestTheKernelIsAskedInItsOwnUnits(t *testing.T) {
	if got := int64(frequency(-500 * hw.PPM).Freq); got != -500<<16 {
		t.Errorf("−500 ppm is %d", got)
	}
	for _, c := range []struct {
		step              time.Duration
		seconds, nanosecs int64
	}{{0, 0, 0}, {1500 * time.Millisecond, 1, 5e8}, {-1, -1, 999_999_999}, {-2 * time.Second, -2, 0}} {
		tx := step(c.step)
		if int64(tx.Time.Sec) != c.seconds || int64(tx.Time.Usec) != c.nanosecs {
			t.Errorf("%v is %d s and %d ns", c.step, tx.Time.Sec, tx.Time.Usec)
		}
	}
}

func TestTimexHasTheKernelsSize(t *testing.T) {
	want := map[uintptr]uintptr{4: 128, 8: 208}[unsafe.Sizeof(uintptr(0))]
	if got := unsafe.Sizeof(unix.Timex{}); got != want {
		t.Errorf("%d bytes, want %d", got, want)
	}
}

func TestAnErrorIsNotClaimedSmallerThanItIsUpToTheKernelsGreatest(t *testing.T) {
	for is, want := range map[time.Duration]int64{
		0: 0, 1: 1, time.Millisecond: 1000, time.Millisecond + 1: 1001, greatest: 16_000_000,
		40 * time.Minute: 16_000_000, 56 * 365 * 24 * time.Hour: 16_000_000, math.MaxInt64: 16_000_000,
	} {
		var k Kernel
		if tx := k.claim(hw.Claim{MaxError: is, EstError: is}); int64(tx.Maxerror) != want || int64(tx.Esterror) != want {
			t.Errorf("%v is claimed as %d µs and %d µs, want %d", is, tx.Maxerror, tx.Esterror, want)
		}
	}
}
