package gpio

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// Flags of a line request, as in linux/gpio.h (uAPI v2).
const (
	flagInput    = 1 << 2
	flagRising   = 1 << 4
	flagFalling  = 1 << 5
	flagRealtime = 1 << 11
)

// Events are the kernel's events of a GPIO line: edges of a pin that no overlay makes a PPS
// device of. It implements hw.Pulses.
type Events struct {
	Line  int           // of the header's controller
	Edge  hw.Transition // the one that marks the second; "" means hw.Assert
	Clock hw.Clock      // edges are given in its time

	dev string // where devices are; "" for /dev
}

// Run reads edges until ctx ends.
func (e *Events) Run(ctx context.Context, edges chan<- hw.Edge, devices chan<- hw.Device) error {
	what := hw.Device{Via: hw.PathEvent, Path: fmt.Sprintf("gpio:%d", e.Line), State: hw.Open}
	return hotplug.Run(ctx, what, devices, func(ctx context.Context, report func(hw.Device)) error {
		line, err := e.request()
		if err != nil {
			return err
		}
		defer line.Close()
		report(what)
		stop := context.AfterFunc(ctx, func() { line.SetReadDeadline(time.Unix(1, 0)) })
		defer stop()
		return e.read(ctx, line, edges)
	})
}

// read passes on events until the line fails or ctx ends.
func (e *Events) read(ctx context.Context, line *os.File, edges chan<- hw.Edge) error {
	var events [16]unix.GPIOV2LineEvent // as many as the kernel keeps
	const size = int(unsafe.Sizeof(events[0]))
	b := unsafe.Slice((*byte)(unsafe.Pointer(&events)), len(events)*size)
	var f follower
	for ctx.Err() == nil {
		n, err := line.Read(b)
		if err != nil {
			return err
		}
		for i := range n / size {
			edge, ok := f.take(&events[i], e.Edge)
			if !ok {
				continue
			}
			edge.At = e.Clock.FromKernel(edge.At)
			select {
			case edges <- edge:
			case <-ctx.Done():
			}
		}
	}
	return nil
}

// follower makes edges of events.
type follower struct {
	count    uint32 // of the events of this line, lost ones too
	last     hw.Time
	opposite hw.Time
	seq      uint32
}

// take returns the edge of an event, if it is of the transition that marks the second.
// Events that the kernel counted and had no room for are missed.
func (f *follower) take(ev *unix.GPIOV2LineEvent, marks hw.Transition) (hw.Edge, bool) {
	at, count := hw.Time(ev.Timestamp_ns), ev.Line_seqno
	rising := ev.Id == unix.GPIO_V2_LINE_EVENT_RISING_EDGE
	lost := f.count != 0 && count != f.count+1
	missed := uint32(0)
	if lost {
		missed = (count - f.count) / 2 // each pulse has two
	}
	f.count = count
	if rising == (marks == hw.Clear) {
		f.opposite = at
		return hw.Edge{}, false
	}
	f.seq += 1 + missed
	e := hw.Edge{At: at, Seq: f.seq, Missed: missed, Path: hw.PathEvent}
	if !lost && f.last != 0 && f.opposite > f.last {
		e.Width = f.opposite.Sub(f.last)
	}
	f.last = at
	return e, true
}

// errNoChip says that no controller has the lines of a header.
var errNoChip = errors.New("no GPIO controller has that line")

// headers are the labels of controllers whose lines are a header's pins.
var headers = []string{"pinctrl-rp1", "pinctrl-bcm2711", "pinctrl-bcm2835"}

// request asks for the events of the line from the controller of the header, or from the
// only one that has this many lines.
func (e *Events) request() (*os.File, error) {
	dev := e.dev
	if dev == "" {
		dev = "/dev"
	}
	chips, _ := filepath.Glob(filepath.Join(dev, "gpiochip*")) // fails for a bad pattern only
	var fit []string
	var failed error
	for _, path := range chips {
		label, lines, err := describe(path)
		if err != nil {
			failed = err
			continue
		}
		if e.Line >= lines {
			continue
		}
		for _, header := range headers {
			if strings.HasPrefix(label, header) {
				return e.from(path)
			}
		}
		fit = append(fit, path)
	}
	switch {
	case len(fit) > 0:
		return e.from(fit[0])
	case failed != nil:
		return nil, failed
	case len(chips) == 0:
		return nil, &hotplug.Error{Path: filepath.Join(dev, "gpiochip0"), Call: "open", Err: os.ErrNotExist}
	}
	return nil, &hotplug.Error{Path: chips[0], Call: "GPIO_GET_CHIPINFO", Err: errNoChip}
}

// chipIoctl is GPIO_GET_CHIPINFO_IOCTL of linux/gpio.h.
const chipIoctl = 0x8044b401

func describe(path string) (label string, lines int, err error) {
	file, err := os.Open(path)
	if err != nil {
		return "", 0, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	defer file.Close()
	var info unix.GPIOChipInfo
	if err := ioctl(file, chipIoctl, unsafe.Pointer(&info)); err != nil {
		return "", 0, &hotplug.Error{Path: path, Call: "GPIO_GET_CHIPINFO", Err: err}
	}
	return unix.ByteSliceToString(info.Label[:]), int(info.Lines), nil
}

func (e *Events) from(path string) (*os.File, error) {
	chip, err := os.Open(path)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	defer chip.Close()
	r := unix.GPIOV2LineRequest{Num_lines: 1, Config: unix.GPIOV2LineConfig{Flags: flagInput | flagRising | flagFalling | flagRealtime}}
	r.Offsets[0] = uint32(e.Line)
	copy(r.Consumer[:], "gpsntpd")
	if err := ioctl(chip, unix.GPIO_V2_GET_LINE_IOCTL, unsafe.Pointer(&r)); err != nil {
		return nil, &hotplug.Error{Path: path, Call: "GPIO_V2_GET_LINE", Err: err}
	}
	if err := unix.SetNonblock(int(r.Fd), true); err != nil {
		unix.Close(int(r.Fd))
		return nil, &hotplug.Error{Path: path, Call: "fcntl", Err: err}
	}
	return os.NewFile(uintptr(r.Fd), path), nil
}

func ioctl(file *os.File, request uint, argument unsafe.Pointer) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, file.Fd(), uintptr(request), uintptr(argument))
	if errno != 0 {
		return errno
	}
	return nil
}
