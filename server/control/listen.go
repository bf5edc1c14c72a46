package control

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// ErrTaken says that a living daemon holds the socket.
var ErrTaken = errors.New("another gpsntpd answers there")

// socketMode lets the group ask: to connect is to write.
const socketMode = 0o660

// listener is the socket and the lock that keeps other daemons from it.
type listener struct {
	net.Listener
	lock *os.File
}

// Listen opens the control socket at path. What a daemon that died left there
// is replaced; a living daemon's socket, and anything else, is not touched.
func Listen(path string) (net.Listener, error) {
	l, err := listen(path)
	if err != nil {
		return nil, fmt.Errorf("control socket %s: %w", path, err)
	}
	return l, nil
}

func listen(path string) (net.Listener, error) {
	if limit := len(unix.RawSockaddrUnix{}.Path) - 1; len(path) > limit {
		return nil, fmt.Errorf("the path is longer than %d bytes", limit)
	}
	lock, err := lock(path + ".lock")
	if err != nil {
		return nil, err
	}
	l, err := replace(path)
	if err != nil {
		return nil, errors.Join(err, unlock(lock))
	}
	return &listener{l, lock}, nil
}

// Close removes the socket, too. Only the first call does: by the second the
// lock may be another daemon's.
func (l *listener) Close() error {
	if err := l.Listener.Close(); err != nil {
		return err
	}
	return unlock(l.lock)
}

// lock holds the file at path until unlock, or until the process ends.
func lock(path string) (*os.File, error) {
	for {
		f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
		if err != nil {
			return nil, err
		}
		if err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB); err != nil {
			f.Close()
			if errors.Is(err, unix.EWOULDBLOCK) {
				return nil, ErrTaken
			}
			return nil, fmt.Errorf("flock: %w", err)
		}
		// A daemon that ended between open and flock has removed what we hold.
		ours, err := f.Stat()
		if there, e := os.Lstat(path); err == nil && e == nil && os.SameFile(ours, there) {
			return f, nil
		}
		f.Close()
	}
}

// unlock removes the file first: whoever opened it meanwhile finds that out.
func unlock(f *os.File) error {
	return errors.Join(os.Remove(f.Name()), f.Close())
}

// replace opens the socket at path, in place of one where no one answers.
func replace(path string) (net.Listener, error) {
	f, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case f.Mode().Type() != fs.ModeSocket:
		return nil, errors.New("there is something that is no socket; remove it, or choose another path")
	default:
		if err := removeStale(path); err != nil {
			return nil, err
		}
	}
	// The mode is set before the socket can be seen, and once more without the umask.
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		var chmod error
		err := c.Control(func(fd uintptr) { chmod = unix.Fchmod(int(fd), socketMode) })
		return errors.Join(err, chmod)
	}}
	l, err := config.Listen(context.Background(), "unix", path)
	if err != nil {
		return nil, cause(err)
	}
	if err := os.Chmod(path, socketMode); err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

func removeStale(path string) error {
	conn, err := net.DialTimeout("unix", path, time.Second)
	switch {
	case err == nil:
		conn.Close()
		return ErrTaken
	case errors.Is(err, unix.ECONNREFUSED):
		return os.Remove(path)
	}
	return cause(err)
}

// cause takes the address off an error of package net: it is named already.
func cause(err error) error {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return op.Err
	}
	return err
}
