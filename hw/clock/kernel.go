package clock

import (
	"errors"
	"flag"
	"fmt"
	"math"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// ErrUnderTest says that a test tried to steer the clock of the machine it
// runs on.
var ErrUnderTest = errors.New("the host's clock is not touched under go test")

// Kernel is the host's clock, steered with adjtimex(2).
type Kernel struct{ Host }

// OpenKernel returns the host's clock if this process may steer it.
func OpenKernel() (*Kernel, error) {
	var now unix.Timex // no mode bits: reads
	if err := adjtimex(&now); err != nil {
		return nil, fmt.Errorf("read the kernel clock: %w", err)
	}
	// Setting the kernel's own estimate of its error to what it is changes
	// nothing, and is refused to those who may not steer.
	probe := unix.Timex{Modes: unix.ADJ_MAXERROR, Maxerror: now.Maxerror}
	err := adjtimex(&probe)
	if errors.Is(err, unix.EPERM) {
		return nil, fmt.Errorf("steer the kernel clock: %w (CAP_SYS_TIME is missing)", err)
	}
	if err != nil {
		return nil, fmt.Errorf("steer the kernel clock: %w", err)
	}
	return &Kernel{}, nil
}

// SetFrequency makes the clock run by f faster than its oscillator.
func (k *Kernel) SetFrequency(f hw.Frequency) error {
	if err := takes(f); err != nil {
		return err
	}
	tx := frequency(f)
	return adjtimex(&tx)
}

// Step moves the clock by d at once.
func (k *Kernel) Step(d time.Duration) error {
	tx := step(d)
	return adjtimex(&tx)
}

// frequency asks for f, which the kernel takes in units of 2^-16 ppm.
func frequency(f hw.Frequency) unix.Timex {
	tx := unix.Timex{Modes: unix.ADJ_FREQUENCY}
	set(&tx.Freq, int64(math.Round(f.PPM()*(1<<16))))
	return tx
}

// step asks for a jump by d. ADJ_NANO makes the field of microseconds one of
// nanoseconds, which is never negative: −1 ns is −1 s + 999999999 ns.
func step(d time.Duration) unix.Timex {
	seconds, rest := d/time.Second, d%time.Second
	if rest < 0 {
		seconds, rest = seconds-1, rest+time.Second
	}
	tx := unix.Timex{Modes: unix.ADJ_SETOFFSET | unix.ADJ_NANO}
	set(&tx.Time.Sec, int64(seconds))
	set(&tx.Time.Usec, int64(rest))
	return tx
}

// set bridges the width of the kernel's long, which differs by architecture.
func set[T int32 | int64](field *T, v int64) { *field = T(v) }

// adjtimex is the only way to the system call.
func adjtimex(tx *unix.Timex) error {
	if flag.Lookup("test.v") != nil {
		return ErrUnderTest
	}
	if _, err := unix.Adjtimex(tx); err != nil {
		return fmt.Errorf("adjtimex: %w", err)
	}
	return nil
}
