package serial

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"go.bug.st/serial"
	"golang.org/x/sys/unix"

	"gpsntpd/hw/hotplug"
)

// UART is an open serial port.
type UART interface {
	// Read waits for bytes, but no longer than SetReadTimeout says: then it returns none
	// and no error. Close ends it at once, with an error.
	Read(b []byte) (int, error)
	// SetReadTimeout says how long a read may last; a fraction of a second at first.
	SetReadTimeout(d time.Duration) error
	// Write sends bytes.
	Write(b []byte) (int, error)
	// SetBaud sets the speed, once all is sent, and discards what was heard at
	// another one.
	SetBaud(baud int) error
	// Close may be called again, and while Read waits.
	Close() error
}

// How long a read may last.
const (
	readTimeout = 200 * time.Millisecond // while a pause between two bursts of garbage is to be noticed
	restTimeout = time.Second            // of a port that is understood: this long what is to be sent may wait, if nothing comes meanwhile
)

// file is an open port of the kernel and the descriptor that holds the lock on
// it.
type file struct {
	serial.Port
	lock   int
	closed sync.Once
}

// openFile opens path for ourselves alone: flock keeps out another gpsntpd,
// and TIOCEXCL, which serial.Open sets, whoever is not root. What waited in
// the input buffer is discarded, since it would name a second long past.
func openFile(path string, baud int) (UART, error) {
	lock, err := unix.Open(path, unix.O_RDWR|unix.O_NOCTTY|unix.O_NONBLOCK|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	f := &file{lock: lock}
	if call, err := f.open(path, baud); err != nil {
		f.Close()
		return nil, &hotplug.Error{Path: path, Call: call, Err: err}
	}
	return f, nil
}

// open returns the call that failed, and why.
func (f *file) open(path string, baud int) (string, error) {
	// Names exist for ports that the board does not have: they open, and fail
	// in every other respect.
	if _, err := unix.IoctlGetTermios(f.lock, unix.TCGETS); errors.Is(err, unix.EIO) {
		return "TCGETS", unix.ENODEV
	} else if err != nil {
		return "TCGETS", err
	}
	if err := unix.Flock(f.lock, unix.LOCK_EX|unix.LOCK_NB); err != nil {
		return "flock", err
	}
	port, err := serial.Open(path, &serial.Mode{BaudRate: baud})
	if err != nil {
		return fmt.Sprintf("set %d baud", baud), err
	}
	f.Port = port
	return "flush", errors.Join(f.SetReadTimeout(readTimeout), f.ResetInputBuffer())
}

// SetBaud implements UART.
func (f *file) SetBaud(baud int) error {
	return errors.Join(f.Drain(), f.SetMode(&serial.Mode{BaudRate: baud}), f.ResetInputBuffer())
}

// Close closes the port and gives up the lock.
func (f *file) Close() (err error) {
	f.closed.Do(func() {
		if f.Port != nil {
			err = f.Port.Close()
		}
		err = errors.Join(err, unix.Close(f.lock))
	})
	return err
}
