package clock

import (
	"fmt"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// KernelStatus is all that the kernel says of its clock: adjtimex(2), decoded,
// and CLOCK_TAI.
type KernelStatus struct {
	State     LeapState
	Status    StatusBits
	Realtime  hw.Time       // CLOCK_REALTIME …
	TAI       hw.Time       // … and CLOCK_TAI at the same moment
	TAIOffset int           // TAI − UTC in seconds; 0 while no one has set it
	Offset    time.Duration // that the kernel's own loop still has to work off
	Frequency hw.Frequency
	MaxError  time.Duration
	EstError  time.Duration
	Constant  int64         // time constant of the loop, log2 seconds
	Precision time.Duration // resolution of the clock
	Tolerance hw.Frequency  // greatest frequency that the kernel takes
	Tick      time.Duration // length of each of 100 ticks in a second
	PPS       KernelPPS
}

// KernelPPS is what the kernel says when it disciplines its clock by a pulse
// itself; kernels without CONFIG_NTP_PPS leave it zero.
type KernelPPS struct {
	Frequency         hw.Frequency
	Jitter            time.Duration
	Interval          time.Duration // of one calibration of the frequency
	Stability         hw.Frequency
	JitterExceeded    int64 // pulses that came too far off
	Calibrations      int64
	CalibrationErrors int64
	StabilityExceeded int64
}

// LeapState is the return value of adjtimex.
type LeapState int

// leapStates are the kernel's names of its states. The last one means that the
// clock is not synchronized.
var leapStates = [...]string{"TIME_OK", "TIME_INS", "TIME_DEL", "TIME_OOP", "TIME_WAIT", "TIME_ERROR"}

// String returns the kernel's name of s.
func (s LeapState) String() string {
	if s < 0 || int(s) >= len(leapStates) {
		return fmt.Sprintf("LeapState(%d)", int(s))
	}
	return leapStates[s]
}

// StatusBits is the status word of adjtimex.
type StatusBits int32

// statusBits are the kernel's names of the bits, from the lowest on.
var statusBits = [...]string{
	"STA_PLL", "STA_PPSFREQ", "STA_PPSTIME", "STA_FLL", "STA_INS", "STA_DEL", "STA_UNSYNC", "STA_FREQHOLD",
	"STA_PPSSIGNAL", "STA_PPSJITTER", "STA_PPSWANDER", "STA_PPSERROR", "STA_CLOCKERR", "STA_NANO", "STA_MODE", "STA_CLK",
}

// Names returns the kernel's names of the bits that are set.
func (b StatusBits) Names() []string {
	names := []string{}
	for i, name := range statusBits {
		if b&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// ReadKernel reads the kernel's clock and changes nothing. Everybody may.
func ReadKernel() (KernelStatus, error) {
	var tx unix.Timex // no mode bits: reads
	state, err := unix.Adjtimex(&tx)
	if err != nil {
		return KernelStatus{}, fmt.Errorf("adjtimex: %w", err)
	}
	s := decode(state, &tx)
	s.Realtime, s.TAI = hw.Together(Realtime, func() hw.Time { return hw.Time(gettime(unix.CLOCK_TAI)) })
	return s, nil
}

// decode gives the kernel's numbers their units. Those that are in nanoseconds
// or microseconds depend on the mode that the clock is in.
func decode(state int, tx *unix.Timex) KernelStatus {
	fine := time.Microsecond
	if tx.Status&unix.STA_NANO != 0 {
		fine = time.Nanosecond
	}
	return KernelStatus{
		State:     LeapState(state),
		Status:    StatusBits(tx.Status),
		TAIOffset: int(tx.Tai),
		Offset:    time.Duration(tx.Offset) * fine,
		Frequency: scaled(int64(tx.Freq)),
		MaxError:  time.Duration(tx.Maxerror) * time.Microsecond,
		EstError:  time.Duration(tx.Esterror) * time.Microsecond,
		Constant:  int64(tx.Constant),
		Precision: time.Duration(tx.Precision) * time.Microsecond,
		Tolerance: scaled(int64(tx.Tolerance)),
		Tick:      time.Duration(tx.Tick) * time.Microsecond,
		PPS: KernelPPS{
			Frequency:         scaled(int64(tx.Ppsfreq)),
			Jitter:            time.Duration(tx.Jitter) * fine,
			Interval:          time.Second << tx.Shift,
			Stability:         scaled(int64(tx.Stabil)),
			JitterExceeded:    int64(tx.Jitcnt),
			Calibrations:      int64(tx.Calcnt),
			CalibrationErrors: int64(tx.Errcnt),
			StabilityExceeded: int64(tx.Stbcnt),
		},
	}
}

// scaled is a frequency in the kernel's unit, 2^-16 ppm.
func scaled(f int64) hw.Frequency { return hw.Frequency(f) / (1 << 16) * hw.PPM }
