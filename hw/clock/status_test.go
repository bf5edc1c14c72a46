package clock

import (
	"slices"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

func TestEveryFieldOfTheKernelsClockHasItsUnit(t *testing.T) {
	tx := unix.Timex{
		Offset: -1500, Freq: -12<<16 - 1<<15, Maxerror: 16_000_000, Esterror: 250,
		Status: unix.STA_PLL | unix.STA_INS | unix.STA_NANO, Constant: 6, Precision: 1, Tolerance: 500 << 16,
		Tick: 10_000, Ppsfreq: 3 << 16, Jitter: 900, Shift: 4, Stabil: 1 << 14,
		Jitcnt: 1, Calcnt: 2, Errcnt: 3, Stbcnt: 4, Tai: 37,
	}
	want := KernelStatus{
		State: unix.TIME_INS, Status: StatusBits(tx.Status), TAIOffset: 37,
		Offset: -1500, Frequency: -12.5 * hw.PPM, MaxError: 16 * time.Second, EstError: 250 * time.Microsecond,
		Constant: 6, Precision: time.Microsecond, Tolerance: 500 * hw.PPM, Tick: 10 * time.Millisecond,
		PPS: KernelPPS{
			Frequency: 3 * hw.PPM, Jitter: 900, Interval: 16 * time.Second, Stability: 0.25 * hw.PPM,
			JitterExceeded: 1, Calibrations: 2, CalibrationErrors: 3, StabilityExceeded: 4,
		},
	}
	if got := decode(unix.TIME_INS, &tx); got != want {
		t.Errorf("got  %+v\nwant %+v", got, want)
	}
	tx.Status &^= unix.STA_NANO
	if got := decode(unix.TIME_INS, &tx); got.Offset != -1500*time.Microsecond || got.PPS.Jitter != 900*time.Microsecond {
		t.Errorf("without STA_NANO the offset is %v and the jitter %v", got.Offset, got.PPS.Jitter)
	}
}

func TestStatesAndBitsHaveTheKernelsNames(t *testing.T) {
	for state, want := range map[LeapState]string{
		unix.TIME_OK: "TIME_OK", unix.TIME_INS: "TIME_INS", unix.TIME_DEL: "TIME_DEL", unix.TIME_OOP: "TIME_OOP",
		unix.TIME_WAIT: "TIME_WAIT", unix.TIME_ERROR: "TIME_ERROR", 6: "LeapState(6)", -1: "LeapState(-1)",
	} {
		if got := state.String(); got != want {
			t.Errorf("%d is %s, want %s", int(state), got, want)
		}
	}
	for bit, want := range map[StatusBits]string{
		unix.STA_PLL: "STA_PLL", unix.STA_PPSFREQ: "STA_PPSFREQ", unix.STA_PPSTIME: "STA_PPSTIME", unix.STA_FLL: "STA_FLL",
		unix.STA_INS: "STA_INS", unix.STA_DEL: "STA_DEL", unix.STA_UNSYNC: "STA_UNSYNC", unix.STA_FREQHOLD: "STA_FREQHOLD",
		unix.STA_PPSSIGNAL: "STA_PPSSIGNAL", unix.STA_PPSJITTER: "STA_PPSJITTER", unix.STA_PPSWANDER: "STA_PPSWANDER",
		unix.STA_PPSERROR: "STA_PPSERROR", unix.STA_CLOCKERR: "STA_CLOCKERR", unix.STA_NANO: "STA_NANO",
		unix.STA_MODE: "STA_MODE", unix.STA_CLK: "STA_CLK",
	} {
		if got := bit.Names(); !slices.Equal(got, []string{want}) {
			t.Errorf("%#x is %v, want %s", int32(bit), got, want)
		}
	}
	if got := StatusBits(0).Names(); got == nil || len(got) != 0 {
		t.Errorf("no bits are %v", got)
	}
}

func TestTheKernelsClockCanBeReadUnderTest(t *testing.T) {
	before := Realtime()
	s, err := ReadKernel()
	if err != nil {
		t.Fatal(err)
	}
	if s.Realtime < before || s.Realtime > Realtime() || s.Tick == 0 || s.Tolerance == 0 {
		t.Errorf("%+v", s)
	}
	if ahead := s.TAI.Sub(s.Realtime).Round(time.Second); ahead != time.Duration(s.TAIOffset)*time.Second {
		t.Errorf("CLOCK_TAI is %v ahead, the kernel says %d s", ahead, s.TAIOffset)
	}
}
