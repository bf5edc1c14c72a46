package phc

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// Edges are the edges that a PTP hardware clock stamps on one of its pins, its external
// timestamps. It implements hw.Pulses.
type Edges struct {
	Source string   // the interface, or its clock (/dev/ptpN)
	Pin    string   // as sysfs calls it; "": one that is for this already, or the first that can
	Clock  hw.Clock // edges are given in its time

	open func() (stamper, error) // nil for the kernel's
}

// stamper is a clock whose external timestamps are on.
type stamper interface {
	clock
	// event waits for the next one, and returns false when there was none for so long.
	event(timeout time.Duration) (hw.PTP, bool, error)
}

const (
	eventTimeout = 1500 * time.Millisecond // longer than a second, and short enough for the end
	testTimeout  = 250 * time.Millisecond  // while the relation is not known yet
	widestRead   = 200 * time.Microsecond  // of a clock behind MDIO, which is read rarely and has a mean that is good
)

// Run reads edges until ctx ends.
func (e *Edges) Run(ctx context.Context, edges chan<- hw.Edge, devices chan<- hw.Device) error {
	open := e.open
	if open == nil {
		open = e.device
	}
	what := hw.Device{Via: hw.PathPHC, Path: "phc:" + e.Source, State: hw.Open}
	return hotplug.Run(ctx, what, devices, func(ctx context.Context, report func(hw.Device)) error {
		s, err := open()
		if err != nil {
			return err
		}
		defer s.Close()
		report(what)
		return e.read(ctx, s, edges)
	})
}

// read passes on edges until the clock fails or ctx ends. Both clocks are compared right
// after an event, since the reading of some loses what comes meanwhile; but not after each of
// two that are close, since too short a time says nothing of a rate.
func (e *Edges) read(ctx context.Context, s stamper, edges chan<- hw.Edge) error {
	relation := Relation{Widest: widestRead}
	var (
		side  side
		seq   uint32
		c     Comparison // the newest
		state hw.StampState
	)
	timeout := testTimeout
	for ctx.Err() == nil {
		at, came, err := s.event(timeout)
		if err != nil {
			return err
		}
		if !came || at.Sub(c.PTP) >= testTimeout-testTimeout/4 {
			if c, err = s.Compare(); err != nil {
				return err
			}
			state = relation.Take(c)
		}
		if timeout = testTimeout; state == hw.StampsUsable {
			timeout = eventTimeout
		}
		if !came || !side.begins(at) || state != hw.StampsUsable {
			continue
		}
		kernel, ok := near(c, relation.Line().Rate).KernelTime(at)
		if !ok {
			continue
		}
		seq++
		edge := hw.Edge{At: e.Clock.FromKernel(kernel), Seq: seq, Path: hw.PathPHC, Within: c.Width / 2, Width: side.width}
		select {
		case edges <- edge:
		case <-ctx.Done():
		}
	}
	return nil
}

// near is the relation by one comparison that an edge is near to. What was smoothed over many
// is late when the kernel's clock is steered, and who steers it by such edges never ends.
func near(c Comparison, rate hw.Frequency) hw.Relation {
	return hw.Relation{PTP: c.PTP, Kernel: c.Kernel, Rate: rate}
}

// side tells the edges that begin a pulse from those that end it, where a clock stamps
// both: a pulse is shorter than the pause after it.
type side struct {
	last  hw.PTP
	begin hw.PTP        // the newest that was known to begin one; 0: none yet
	width time.Duration // of the last pulse; 0: only one of its edges is stamped
}

const (
	shortest = 20 * time.Microsecond  // a pulse; what is nearer to the edge before is the same event again
	even     = 50 * time.Millisecond  // a pulse and the pause after it that differ by less are alike
	samePart = 500 * time.Microsecond // of the second, for two edges some seconds apart
	forgets  = 10 * time.Second       // without an edge that was known to begin a pulse, nothing is known of it
)

// begins reports whether the edge at p is to be taken for the beginning of a pulse. Until
// the two can be told apart, and where they are alike, both are: what is known of the
// second decides.
func (s *side) begins(p hw.PTP) bool {
	gap := p.Sub(s.last)
	if s.last != 0 && gap > -forgets && gap < shortest {
		return false // twice, or out of order
	}
	before := s.last
	s.last = p
	if s.begin != 0 && p.Sub(s.begin) < forgets {
		part := p.Sub(s.begin) % time.Second
		switch {
		case min(part, time.Second-part) < samePart:
			s.begin = p
			return true
		case part < time.Second/2-even:
			s.width = part
			return false
		}
	}
	s.begin, s.width = 0, 0
	switch {
	case before == 0:
		return true
	case gap < time.Second/2-even: // it ends the one that the edge before began
		s.begin, s.width = before, gap
		return false
	case gap > time.Second/2+even && gap < time.Second-samePart:
		s.begin = p
	}
	return true
}

// ErrNoStamps is why a clock stamps no edges.
var ErrNoStamps = errors.New("this clock has no external timestamps")

// device opens the clock and switches its timestamps on.
func (e *Edges) device() (stamper, error) {
	path, err := clockOf(e.Source)
	if err != nil {
		return nil, err
	}
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	d := &Device{file: os.NewFile(uintptr(fd), path)}
	caps, err := unix.IoctlPtpClockGetcaps(fd)
	switch {
	case err != nil:
		err = &hotplug.Error{Path: path, Call: "PTP_CLOCK_GETCAPS", Err: err}
	case caps.N_ext_ts == 0:
		err = &hotplug.Error{Path: path, Call: "PTP_CLOCK_GETCAPS", Err: ErrNoStamps}
	default:
		d.precise = caps.Cross_timestamping != 0
		d.channel, err = e.stamp(fd, path, int(caps.N_pins))
	}
	if err != nil {
		return nil, errors.Join(err, d.Close())
	}
	return d, nil
}

// stamp makes a pin an input for timestamps, and has it stamp the rising edge, or both where
// the clock cannot do otherwise. It returns the channel that its events come on.
func (e *Edges) stamp(fd int, path string, pins int) (uint32, error) {
	channel := uint32(0)
	if pins > 0 {
		var err error
		if channel, err = input(e.Pin, pins, descriptor(fd)); err != nil {
			return 0, &hotplug.Error{Path: path, Call: "pins", Err: err}
		}
	}
	rising := unix.PtpExttsRequest{Index: channel, Flags: unix.PTP_ENABLE_FEATURE | unix.PTP_RISING_EDGE | unix.PTP_STRICT_FLAGS}
	err := unix.IoctlPtpExttsRequest(fd, &rising)
	if errors.Is(err, unix.EOPNOTSUPP) || errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOTTY) {
		both := unix.PtpExttsRequest{Index: channel, Flags: unix.PTP_ENABLE_FEATURE | unix.PTP_EXTTS_EDGES}
		_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.PTP_EXTTS_REQUEST, uintptr(unsafe.Pointer(&both)))
		if err = nil; errno != 0 {
			err = errno
		}
	}
	if err != nil {
		return 0, &hotplug.Error{Path: path, Call: "PTP_EXTTS_REQUEST", Err: err}
	}
	// Since Linux 6.7 each descriptor has a queue and a mask of its own; before, there is nothing to mask.
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.PTP_MASK_CLEAR_ALL, 0)
	_, _, _ = unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.PTP_MASK_EN_SINGLE, uintptr(unsafe.Pointer(&channel)))
	return channel, nil
}

// clockOf is the path of the clock of an interface, or of the clock itself.
func clockOf(source string) (string, error) {
	if filepath.IsAbs(source) {
		return source, nil
	}
	all, _ := filepath.Glob(filepath.Join(linux.folder, source, "device/ptp/ptp*")) // fails for a bad pattern only
	if len(all) == 0 {
		return "", &hotplug.Error{Path: source, Call: "device/ptp", Err: fs.ErrNotExist}
	}
	return "/dev/" + filepath.Base(all[0]), nil
}

// event waits for the next event of the clock that is of our channel: before Linux 6.7 those
// of all channels come to each reader. Its file cannot be read without waiting.
func (d *Device) event(timeout time.Duration) (hw.PTP, bool, error) {
	for end := time.Now().Add(timeout); timeout > 0; timeout = time.Until(end) {
		fds := []unix.PollFd{{Fd: int32(d.file.Fd()), Events: unix.POLLIN}}
		n, err := unix.Poll(fds, int(timeout/time.Millisecond))
		switch {
		case errors.Is(err, unix.EINTR), err == nil && n == 0:
			return 0, false, nil
		case err != nil:
			return 0, false, &hotplug.Error{Path: d.file.Name(), Call: "poll", Err: err}
		case fds[0].Revents&unix.POLLIN == 0:
			return 0, false, &hotplug.Error{Path: d.file.Name(), Call: "poll", Err: unix.ENODEV}
		}
		var ev unix.PtpExttsEvent
		b := unsafe.Slice((*byte)(unsafe.Pointer(&ev)), unsafe.Sizeof(ev))
		n, err = unix.Read(int(d.file.Fd()), b)
		if err == nil && n < len(b) {
			err = fmt.Errorf("%d bytes of an event", n)
		}
		if err != nil {
			return 0, false, &hotplug.Error{Path: d.file.Name(), Call: "read", Err: err}
		}
		if ev.Index == d.channel {
			return hw.PTP(nanoseconds(ev.T)), true, nil
		}
	}
	return 0, false, nil
}
