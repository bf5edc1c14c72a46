package clock

import (
	"time"

	"golang.org/x/sys/unix"
)

// Once sets the kernel's clock a single time, for a host on which nothing steers it.
type Once struct{}

// SlewRate is how fast the kernel works off what Slew has asked for, seconds per second
// (adjtime(3) on Linux).
const SlewRate = 500e-6

// Step makes the clock jump by d.
func (Once) Step(d time.Duration) error {
	tx := step(d)
	return adjtimex(&tx)
}

// Slew has the kernel move the clock by d, to the µs, at SlewRate; what was asked for before
// and is not done yet is forgotten.
func (Once) Slew(d time.Duration) error {
	tx := slew(d)
	return adjtimex(&tx)
}

func slew(d time.Duration) unix.Timex {
	tx := unix.Timex{Modes: unix.ADJ_OFFSET_SINGLESHOT}
	set(&tx.Offset, d.Round(time.Microsecond).Microseconds())
	return tx
}
