// Package clock is the clocks: the host's, read or steered, and one in
// software that steers nothing.
package clock

import (
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// Host is the host's clock, read only: CLOCK_REALTIME beside
// CLOCK_MONOTONIC_RAW.
type Host struct{}

// Read returns both clocks at one moment.
func (Host) Read() hw.Reading {
	now, raw := hw.Together(Realtime, monotonicRaw)
	return hw.Reading{Time: now, Raw: raw}
}

// FromKernel returns t: the kernel stamps with this clock.
func (Host) FromKernel(t hw.Time) hw.Time { return t }

// Realtime reads CLOCK_REALTIME, as the runtime does: without a system call,
// which takes up to a microsecond on a virtual machine.
func Realtime() hw.Time { return hw.Time(time.Now().UnixNano()) }

// MonotonicRaw returns what CLOCK_MONOTONIC_RAW showed ago before now. The
// kernel may run CLOCK_REALTIME, by which ago is reckoned, up to 500 ppm off
// the raw clock, so ago is worth a nanosecond only while it is microseconds.
func MonotonicRaw(ago time.Duration) hw.Raw { return monotonicRaw() - hw.Raw(ago) }

func monotonicRaw() hw.Raw { return hw.Raw(gettime(unix.CLOCK_MONOTONIC_RAW)) }

// gettime reads a clock, which takes no time: the scheduler need not know.
func gettime(id int32) int64 {
	var t unix.Timespec
	if _, _, err := unix.RawSyscall(unix.SYS_CLOCK_GETTIME, uintptr(id), uintptr(unsafe.Pointer(&t)), 0); err != 0 {
		panic("clock_gettime: " + err.Error()) // every kernel since 2.6.28 has both
	}
	return t.Nano()
}
