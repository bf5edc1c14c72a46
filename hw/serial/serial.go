// Package serial reads sentences from a serial port and stamps the arrival of
// their first byte.
package serial

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// DefaultBaud is what NMEA 0183 receivers for hobby boards start with.
const DefaultBaud = 9600

// patience is how long a read may last, and so how long Run outlives its
// context.
const patience = 250 * time.Millisecond

// Port is a serial port that a receiver writes to. It implements hw.Lines.
type Port struct {
	Paths []string // candidates; the first that opens is read
	Baud  int      // bits per second; 0 means DefaultBaud
	Clock hw.Clock // stamps the arrivals
}

// Run reads lines until ctx ends.
func (p *Port) Run(ctx context.Context, lines chan<- hw.Line, devices chan<- hw.Device) error {
	if len(p.Paths) == 0 {
		return errors.New("no serial port is named")
	}
	return hotplug.Run(ctx, p.Paths[0], devices, func(ctx context.Context, opened func(string)) error {
		f, err := p.open()
		if err != nil {
			return err
		}
		defer f.Close()
		opened(f.path)
		return p.read(ctx, f, lines)
	})
}

// open opens the first candidate that it can. Of the failures, that of a port
// which exists says more than those of ports which do not.
func (p *Port) open() (*file, error) {
	var missing, refused error
	for _, path := range p.Paths {
		f, err := openFile(path, cmp.Or(p.Baud, DefaultBaud))
		switch {
		case err == nil:
			return f, nil
		case !errors.Is(err, fs.ErrNotExist):
			refused = cmp.Or(refused, err)
		case missing == nil:
			missing = err
		default:
			missing = fmt.Errorf("%w; %w", missing, err)
		}
	}
	return nil, cmp.Or(refused, missing)
}

// read passes on the lines of f until it fails or ctx ends.
func (p *Port) read(ctx context.Context, f *file, lines chan<- hw.Line) error {
	var framer hw.Framer
	buf := make([]byte, 4096)
	for ctx.Err() == nil {
		n, err := f.Read(buf)
		at := p.Clock.Read().Time // first of all: every line of code here makes sentences late
		if err != nil {
			return &hotplug.Error{Path: f.path, Call: "read", Err: err}
		}
		if n == 0 { // nothing came within patience
			continue
		}
		for _, l := range framer.Feed(buf[:n], at) {
			select {
			case lines <- l:
			case <-ctx.Done():
				return nil
			}
		}
	}
	return nil
}

// file is an open port and the descriptor that holds the lock on it.
type file struct {
	serial.Port
	path string
	lock int
}

// openFile opens path for ourselves alone: flock keeps out another gpsntpd,
// and TIOCEXCL, which serial.Open sets, whoever is not root. What waited in
// the input buffer is discarded, since it would name a second long past.
func openFile(path string, baud int) (*file, error) {
	lock, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	if err := unix.Flock(lock, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		unix.Close(lock)
		return nil, &hotplug.Error{Path: path, Call: "flock", Err: err}
	}
	port, err := serial.Open(path, &serial.Mode{BaudRate: baud})
	if err != nil {
		unix.Close(lock)
		return nil, &hotplug.Error{Path: path, Call: fmt.Sprintf("set %d baud", baud), Err: err}
	}
	f := &file{Port: port, path: path, lock: lock}
	if err := errors.Join(f.SetReadTimeout(patience), f.ResetInputBuffer()); err != nil {
		f.Close()
		return nil, &hotplug.Error{Path: path, Call: "flush", Err: err}
	}
	return f, nil
}

// Close closes the port and gives up the lock.
func (f *file) Close() error { return errors.Join(f.Port.Close(), unix.Close(f.lock)) }
