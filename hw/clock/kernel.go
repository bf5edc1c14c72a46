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
type Kernel struct {
	Host
	sleep   Sleep
	taken   unix.Timex // as it was when we took it over
	leap    int32      // bit of the leap second that is armed
	claimed hw.Claim
	tai     int
}

// OpenKernel takes over the host's clock if this process may steer it. Whatever
// other programs left to be worked off (the kernel's phase-locked loop, an
// adjtime(3), a changed tick) is ended; the frequency stays as it is.
func OpenKernel() (*Kernel, error) {
	k := &Kernel{claimed: hw.Claim{MaxError: greatest}}
	if err := adjtimex(&k.taken); err != nil { // no mode bits: reads
		return nil, fmt.Errorf("read the kernel clock: %w", err)
	}
	for _, tx := range calm(k.taken) {
		err := adjtimex(&tx)
		if errors.Is(err, unix.EPERM) {
			return nil, fmt.Errorf("steer the kernel clock: %w (CAP_SYS_TIME is missing)", err)
		}
		if err != nil {
			return nil, fmt.Errorf("steer the kernel clock: %w", err)
		}
	}
	return k, nil
}

// Read returns both clocks at one moment.
func (k *Kernel) Read() hw.Reading {
	r := k.Host.Read()
	r.Asleep = k.sleep.Total(r.Time, r.Raw)
	return r
}

// calm is what makes the kernel run at its frequency and nothing else. The
// offset that its loop still has to work off can be cleared only while the
// loop is on.
func calm(now unix.Timex) []unix.Timex {
	const ordinary = 10000 // µs for each of USER_HZ = 100 ticks
	unsync := now.Status & unix.STA_UNSYNC
	on := unix.Timex{Modes: unix.ADJ_STATUS | unix.ADJ_OFFSET | unix.ADJ_NANO, Status: unix.STA_PLL | unsync}
	off := unix.Timex{Modes: unix.ADJ_STATUS | unix.ADJ_FREQUENCY | unix.ADJ_TICK, Status: unsync, Freq: now.Freq, Tick: ordinary}
	return []unix.Timex{on, {Modes: unix.ADJ_OFFSET_SINGLESHOT}, off}
}

// Frequency returns the correction that was in force when we took over.
func (k *Kernel) Frequency() (hw.Frequency, bool) {
	return hw.Frequency(k.taken.Freq) / (1 << 16) * hw.PPM, k.taken.Status&unix.STA_UNSYNC == 0
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

// greatest is the error from which on the kernel calls itself not synchronized.
const greatest = 16 * time.Second

// Arm has the kernel make the leap second at the next midnight of its clock.
func (k *Kernel) Arm(l hw.Leap) error {
	k.leap = 0
	switch {
	case l.By < 0:
		k.leap = unix.STA_INS
	case l.By > 0:
		k.leap = unix.STA_DEL
	}
	// With the status alone the kernel would find its error too large, and
	// itself not synchronized, before the next claim.
	return k.Claim(k.claimed)
}

// Claim keeps adjtimex(2), and so ntptime and timedatectl, true. The kernel
// copies a synchronized clock to the real-time clock every 11 minutes.
func (k *Kernel) Claim(c hw.Claim) error {
	tx := k.claim(c)
	k.claimed = c
	return adjtimex(&tx)
}

func (k *Kernel) claim(c hw.Claim) unix.Timex {
	tx := unix.Timex{Modes: unix.ADJ_STATUS | unix.ADJ_MAXERROR | unix.ADJ_ESTERROR, Status: k.leap | unix.STA_UNSYNC}
	if c.Synchronized {
		tx.Status &^= unix.STA_UNSYNC
	}
	set(&tx.Maxerror, micros(c.MaxError))
	set(&tx.Esterror, micros(c.EstError))
	if c.TAIOffset != 0 && c.TAIOffset != k.tai {
		tx.Modes |= unix.ADJ_TAI
		set(&tx.Constant, int64(c.TAIOffset))
		k.tai = c.TAIOffset
	}
	return tx
}

// micros rounds up: an error is not claimed smaller than it is, up to the
// greatest that the kernel keeps. A long of 32 bits has room for 35 minutes.
func micros(d time.Duration) int64 {
	return int64((min(d, greatest) + time.Microsecond - 1) / time.Microsecond)
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
