// Package gpio sees the edges of a pulse on a pin of the board itself: by looking at the
// pin's level in a short window, where no interrupt delays the look, and by the events of a
// GPIO line, where no overlay makes a PPS device of the pin.
package gpio

import (
	"context"
	"os"
	"runtime"
	"sync/atomic"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// Registers is where the levels of a board's pins can be read.
type Registers struct {
	Device string // whose memory that is, such as "/dev/gpiomem"
	Offset int64  // of the 32-bit register that pin 0 is the lowest bit of; the next one has pin 32
	Bank   int    // pins in a register
	Next   int64  // from a register to the one of the next pins
}

// Level looks at a pin when a pulse is due. It implements hw.Poller.
type Level struct {
	Registers Registers
	Pin       func() (n int, low bool, err error) // which pin, and whether it is low while the pulse is on
	Clock     hw.Clock                            // edges are given in its time

	open func() (pin, error) // nil for the board's
}

// pin is a pin that can be looked at.
type pin interface {
	high() bool
	Close() error
}

// early is how long before its window a look begins to wait for it: a sleep may end this
// much too late.
const early = 300 * time.Microsecond

// Run looks at the pin around each moment of due until ctx ends.
func (l *Level) Run(ctx context.Context, due <-chan hw.Due, edges chan<- hw.Edge, devices chan<- hw.Device) error {
	open := l.open
	if open == nil {
		open = l.memory
	}
	what := hw.Device{Via: hw.PathLevel, Path: l.Registers.Device, State: hw.Open}
	return hotplug.Run(ctx, what, devices, func(ctx context.Context, report func(hw.Device)) error {
		p, err := open()
		if err != nil {
			return err
		}
		defer p.Close()
		report(what)
		for {
			select {
			case <-ctx.Done():
				return nil
			case d := <-due:
				e, ok := l.at(ctx, p, d)
				if !ok {
					continue
				}
				select {
				case edges <- e:
				case <-ctx.Done():
				}
			}
		}
	})
}

// at looks at p around one moment.
func (l *Level) at(ctx context.Context, p pin, d hw.Due) (hw.Edge, bool) {
	wait := d.At.Add(-d.Within - early).Sub(l.Clock.Read().Time)
	if wait < 0 || wait > 2*time.Second {
		return hw.Edge{}, false
	}
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
		return hw.Edge{}, false
	}
	runtime.LockOSThread() // a thread that only looks is not given to another goroutine meanwhile
	defer runtime.UnlockOSThread()
	left := d.At.Add(d.Within).Sub(l.Clock.Read().Time)
	if left <= 0 {
		return hw.Edge{}, false
	}
	seen, ok := look(realtime, p.high, realtime().Add(left))
	return hw.Edge{At: l.Clock.FromKernel(seen.at), Path: hw.PathLevel, Within: seen.within}, ok
}

// realtime is CLOCK_REALTIME by way of the vDSO, which a system call would not be.
func realtime() hw.Time { return hw.Time(time.Now().UnixNano()) }

// register is a pin in memory.
type register struct {
	page []byte
	word *uint32
	mask uint32
	low  bool
}

// memory opens the registers of the board.
func (l *Level) memory() (pin, error) {
	n, low, err := l.Pin()
	if err != nil {
		return nil, err
	}
	r := l.Registers
	at := r.Offset + int64(n/r.Bank)*r.Next
	file, err := os.OpenFile(r.Device, os.O_RDONLY|os.O_SYNC, 0)
	if err != nil {
		return nil, &hotplug.Error{Path: r.Device, Call: "open", Err: err}
	}
	defer file.Close()
	size := int64(os.Getpagesize())
	page, err := unix.Mmap(int(file.Fd()), at/size*size, int(size), unix.PROT_READ, unix.MAP_SHARED)
	if err != nil {
		return nil, &hotplug.Error{Path: r.Device, Call: "mmap", Err: err}
	}
	return &register{page, (*uint32)(unsafe.Pointer(&page[at%size])), 1 << (n % r.Bank), low}, nil
}

func (r *register) high() bool { return atomic.LoadUint32(r.word)&r.mask != 0 != r.low }

func (r *register) Close() error { return unix.Munmap(r.page) }
