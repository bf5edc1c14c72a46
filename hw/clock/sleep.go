package clock

import (
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// asleep is how far CLOCK_REALTIME leaves the raw clock at once when the machine
// has been suspended: it is set forward then, and the raw clock has stood still.
const asleep = 5 * time.Millisecond

// Sleep tells for how long the machine has been suspended since it was started.
// The kernel is asked for that only when CLOCK_REALTIME has left the raw clock:
// each question is a system call, and every answer to a client needs a reading.
// Any number of goroutines may ask. The zero value is ready for use.
type Sleep struct {
	apart atomic.Int64 // CLOCK_REALTIME less the raw clock, at about the last reading
	total atomic.Int64
}

// Total returns it for the moment at which the two clocks showed this.
func (s *Sleep) Total(now hw.Time, raw hw.Raw) time.Duration { return s.at(now, raw, suspended) }

func (s *Sleep) at(now hw.Time, raw hw.Raw, suspended func() time.Duration) time.Duration {
	apart := int64(now) - int64(raw)
	switch moved := time.Duration(apart - s.apart.Load()).Abs(); {
	case moved > asleep:
		s.total.Store(int64(suspended()))
		s.apart.Store(apart)
	case moved > asleep/8: // the clock is slewed
		s.apart.Store(apart)
	}
	return time.Duration(s.total.Load())
}

// suspended asks the kernel: CLOCK_BOOTTIME goes on while the machine is suspended,
// CLOCK_MONOTONIC does not, and there is no other difference.
func suspended() time.Duration {
	awake, boot := hw.Together(
		func() hw.Raw { return hw.Raw(gettime(unix.CLOCK_MONOTONIC)) },
		func() hw.Raw { return hw.Raw(gettime(unix.CLOCK_BOOTTIME)) })
	return boot.Sub(awake)
}
