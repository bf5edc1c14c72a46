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
	now, raw := Together(Realtime, monotonicRaw)
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

// Together reads two clocks at one moment: inner between two looks at outer,
// in the narrowest of a few attempts, so that being descheduled in between
// does not tear them apart. The first result is the middle of those looks.
func Together[A, B ~int64](outer func() A, inner func() B) (A, B) {
	const (
		attempts = 4
		narrow   = 1000 // ns; not worth another attempt
		usual    = 5000 // ns; two of about the same width up to this are what it takes here, and not two interruptions
	)
	var (
		middle A
		within B
		best   A = 1<<63 - 1
	)
	for range attempts {
		before := outer()
		read := inner()
		width := outer() - before
		alike := width <= usual && width > best/4*3 && width < best/4*5
		if width >= 0 && width < best {
			middle, within, best = before+width/2, read, width
		}
		if best <= narrow || alike {
			break
		}
	}
	return middle, within
}
