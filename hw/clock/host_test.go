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
