package pps

import (
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/hotplug"
)

// source is the kernel's side of RFC 2783, section 3.4.
type source interface {
	capabilities() (int32, error)
	params() (unix.PPSKParams, error)
	setParams(unix.PPSKParams) error
	// fetch waits for the next edge, at most so long, and returns the latest
	// edges, also when none came.
	fetch(timeout time.Duration) (unix.PPSKInfo, error)
	Close() error
}

// kernel is an open PPS device.
type kernel struct {
	path string
	fd   int
}

func openKernel(path string) (source, error) {
	fd, err := unix.Open(path, unix.O_RDWR|unix.O_CLOEXEC, 0)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	return &kernel{path, fd}, nil
}

func (k *kernel) Close() error { return unix.Close(k.fd) }

func (k *kernel) capabilities() (mode int32, err error) {
	err = k.ioctl("PPS_GETCAP", unix.PPS_GETCAP, unsafe.Pointer(&mode))
	return mode, err
}

func (k *kernel) params() (p unix.PPSKParams, err error) {
	err = k.ioctl("PPS_GETPARAMS", unix.PPS_GETPARAMS, unsafe.Pointer(&p))
	return p, err
}

func (k *kernel) setParams(p unix.PPSKParams) error {
	return k.ioctl("PPS_SETPARAMS", unix.PPS_SETPARAMS, unsafe.Pointer(&p))
}

// fetch asks once more without waiting when the time is up or a signal came:
// the kernel says nothing else then, and an edge between two calls would be
// lost. Silence may also mean that the device is gone, of which its descriptor
// never learns.
func (k *kernel) fetch(timeout time.Duration) (unix.PPSKInfo, error) {
	var f unix.PPSFData
	within(&f, timeout)
	err := k.ioctl("PPS_FETCH", unix.PPS_FETCH, unsafe.Pointer(&f))
	if timeout > 0 && (errors.Is(err, unix.ETIMEDOUT) || errors.Is(err, unix.EINTR)) {
		if err := k.present(); err != nil {
			return unix.PPSKInfo{}, err
		}
		return k.fetch(0)
	}
	return f.Info, err
}

// present returns an error when the path no longer leads to the open device.
func (k *kernel) present() error {
	var open, named unix.Stat_t
	err := errors.Join(unix.Fstat(k.fd, &open), unix.Stat(k.path, &named))
	if err == nil && open.Rdev != named.Rdev {
		err = unix.ENODEV
	}
	if err != nil {
		return &hotplug.Error{Path: k.path, Call: "stat", Err: err}
	}
	return nil
}

func (k *kernel) ioctl(name string, request uint, argument unsafe.Pointer) error {
	_, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(k.fd), uintptr(request), uintptr(argument))
	if errno != 0 {
		return &hotplug.Error{Path: k.path, Call: name, Err: errno}
	}
	return nil
}
