package xdp

import (
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// scales is what the kernel's clocks showed. Programs in the kernel can read
// CLOCK_TAI, which leap seconds do not disturb, and CLOCK_MONOTONIC, which
// no one can step; both run at the rate of CLOCK_REALTIME.
type scales struct {
	ahead    int64   // CLOCK_TAI − CLOCK_MONOTONIC, ns, nearly: the same until someone steps the clock
	tai      int64   // CLOCK_TAI, ns, …
	realtime hw.Time // … and CLOCK_REALTIME at the same moment, exactly
}

// apart is how much time may pass between the looks at two clocks.
const apart = 20 * time.Microsecond

// clocks reads a clock of the kernel, in ns.
type clocks func(clock int32) int64

// scales reads the clocks. It fails when it is interrupted for long, or
// someone steps the clock while it looks.
func (c clocks) scales() (k scales, ok bool) {
	var monotonic, before int64
	k.ahead, monotonic, ok = c.between(unix.CLOCK_MONOTONIC, unix.CLOCK_TAI)
	k.ahead -= monotonic
	if !ok {
		return k, false
	}
	k.tai, before, ok = c.between(unix.CLOCK_REALTIME, unix.CLOCK_TAI)
	if !ok {
		return k, false
	}
	seconds := time.Duration(k.tai - before).Round(time.Second) // TAI − UTC, as the kernel has it
	if (time.Duration(k.tai-before) - seconds).Abs() > apart {
		return k, false
	}
	k.realtime = hw.Time(k.tai - int64(seconds))
	return k, true
}

// between reads the inner clock between two looks at the outer one, whose middle
// is the second result.
func (c clocks) between(outer, inner int32) (within, middle int64, ok bool) {
	const (
		attempts = 4
		narrow   = 1000 // ns; not worth another attempt
	)
	best := int64(apart)
	for i := 0; i < attempts && best > narrow; i++ {
		before := c(outer)
		read := c(inner)
		width := c(outer) - before
		if before > 0 && read > 0 && width >= 0 && width < best {
			within, middle, best, ok = read, before+width/2, width, true
		}
	}
	return within, middle, ok
}

// now is the clocks of this machine.
func now(clock int32) int64 {
	var t unix.Timespec
	if err := unix.ClockGettime(clock, &t); err != nil {
		return 0 // and between finds no moment
	}
	return t.Nano()
}

// pace is how fast the kernel's clock runs against the oscillator of the clock
// that is served, when that is not the kernel's: someone else may steer it.
type pace struct{ from, last instant }

// instant is what both showed at one moment.
type instant struct {
	raw       hw.Raw
	monotonic int64 // CLOCK_MONOTONIC, ns
}

// From when on a rate is worth something, and how long one is trusted: the
// clocks are read to some ten nanoseconds.
const (
	paceAfter = 500 * time.Millisecond
	paceOver  = time.Second
)

// take returns the rate of CLOCK_MONOTONIC against the oscillator, minus 1, once
// it is known.
func (p *pace) take(now instant) (hw.Frequency, bool) {
	if p.from.raw == 0 || now.raw.Sub(p.from.raw) > 2*paceOver {
		p.from, p.last = now, now
		return 0, false
	}
	if now.raw.Sub(p.last.raw) > paceOver/2 {
		p.from, p.last = p.last, now
	}
	elapsed := now.raw.Sub(p.from.raw)
	return hw.Frequency(float64(now.monotonic-p.from.monotonic)/float64(elapsed) - 1), elapsed >= paceAfter
}
