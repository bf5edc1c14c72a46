package pps

import (
	"errors"
	"fmt"
	"os"
	"strconv"

	"golang.org/x/sys/unix"

	"gpsntpd/hw/hotplug"
)

// nPPS is the number of the line discipline that stamps changes of DCD, N_PPS
// of linux/tty.h. All else it leaves to the ordinary one, so that sentences can
// be read from the port as ever.
const nPPS = 18

// ErrDiscipline says that the kernel can't take pulses from a serial port.
var ErrDiscipline = errors.New("the kernel has no line discipline for pulses: load the module pps_ldisc (sudo modprobe pps_ldisc)")

// terminal is a serial port with the line discipline N_PPS.
type terminal struct {
	path   string
	fd     int
	before int // the line discipline that it had
}

// openTerminal attaches N_PPS to the port at path.
func openTerminal(path string) (lineDiscipline, error) {
	fd, err := openBeside(path)
	if err != nil {
		return nil, &hotplug.Error{Path: path, Call: "open", Err: err}
	}
	t := &terminal{path: path, fd: fd}
	if err := t.attach(); err != nil {
		unix.Close(fd)
		return nil, err
	}
	return t, nil
}

func (t *terminal) attach() (err error) {
	if t.before, err = unix.IoctlGetInt(t.fd, unix.TIOCGETD); err != nil {
		return &hotplug.Error{Path: t.path, Call: "TIOCGETD", Err: err}
	}
	if err := quiet(t.fd); err != nil {
		return &hotplug.Error{Path: t.path, Call: "TCSETS", Err: err}
	}
	err = unix.IoctlSetPointerInt(t.fd, unix.TIOCSETD, nPPS)
	switch {
	case errors.Is(err, unix.EINVAL):
		err = ErrDiscipline
	case errors.Is(err, unix.EPERM):
		err = fmt.Errorf("%w: %w", err, ErrDiscipline)
	case err == nil:
		return nil
	}
	return &hotplug.Error{Path: t.path, Call: "TIOCSETD", Err: err}
}

// quiet stops a port from sending back what the receiver says, as a fresh one
// does, and from waiting for a carrier.
func quiet(fd int) error {
	mode, err := unix.IoctlGetTermios(fd, unix.TCGETS)
	if err != nil {
		return err
	}
	mode.Lflag &^= unix.ECHO | unix.ECHONL
	mode.Cflag |= unix.CLOCAL
	return unix.IoctlSetTermios(fd, unix.TCSETS, mode)
}

func (t *terminal) attached() bool {
	now, err := unix.IoctlGetInt(t.fd, unix.TIOCGETD)
	return err == nil && now == nPPS
}

// Close gives the port the line discipline back that it had.
func (t *terminal) Close() error {
	return errors.Join(unix.IoctlSetPointerInt(t.fd, unix.TIOCSETD, t.before), unix.Close(t.fd))
}

// openBeside opens the port at path although this process may have it open for
// itself alone, to read the sentences: then it lets itself in.
func openBeside(path string) (int, error) {
	const mode = unix.O_RDWR | unix.O_NOCTTY | unix.O_NONBLOCK | unix.O_CLOEXEC
	fd, err := unix.Open(path, mode, 0)
	if !errors.Is(err, unix.EBUSY) {
		return fd, err
	}
	own, ok := openedHere(path)
	if !ok {
		return fd, err
	}
	defer unix.Close(own)
	if err := unix.IoctlSetInt(own, unix.TIOCNXCL, 0); err != nil {
		return fd, err
	}
	fd, err = unix.Open(path, mode, 0)
	return fd, errors.Join(err, unix.IoctlSetInt(own, unix.TIOCEXCL, 0))
}

// openedHere returns a duplicate of a descriptor that this process has on the
// device at path.
func openedHere(path string) (int, bool) {
	var device, open unix.Stat_t
	if unix.Stat(path, &device) != nil {
		return -1, false
	}
	entries, _ := os.ReadDir("/proc/self/fd")
	for _, entry := range entries {
		n, _ := strconv.Atoi(entry.Name())
		fd, err := unix.FcntlInt(uintptr(n), unix.F_DUPFD_CLOEXEC, 0)
		if err != nil {
			continue
		}
		if unix.Fstat(fd, &open) == nil && open.Mode&unix.S_IFMT == unix.S_IFCHR && open.Rdev == device.Rdev {
			return fd, true
		}
		unix.Close(fd)
	}
	return -1, false
}
