package pps

import (
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// modem is a serial port of a kernel that makes a PPS device of it.
type modem struct {
	device         string // in sysfs
	path           string // of the port, as the kernel calls it; "": no device comes of it
	reset          bool   // someone else changed the line discipline
	opened, closed int
}

func (m *modem) open(string) (lineDiscipline, error) {
	m.opened++
	m.reset = false
	if m.path == "" {
		return m, nil
	}
	return m, errors.Join(os.MkdirAll(m.device, 0o755), os.WriteFile(filepath.Join(m.device, "path"), []byte(m.path+"\n"), 0o644))
}

func (m *modem) attached() bool { return !m.reset }

func (m *modem) Close() error {
	m.closed++
	return os.RemoveAll(m.device)
}

func TestASerialPortIsHeldForAsLongAsItsPulseIsWanted(t *testing.T) {
	folder := t.TempDir()
	tty, link := filepath.Join(folder, "ttyS0"), filepath.Join(folder, "serial0")
	if err := errors.Join(os.WriteFile(tty, nil, 0o600), os.Symlink("ttyS0", link)); err != nil {
		t.Fatal(err)
	}
	m := &modem{device: filepath.Join(folder, "sys", "pps3"), path: tty}
	p := port{sys: filepath.Join(folder, "sys"), attach: m.open}
	for i, reset := range []bool{false, false, true, false} {
		m.reset = reset
		if got, err := p.make(link); got != "/dev/pps3" || err != nil {
			t.Errorf("attempt %d: %q, %v", i, got, err)
		}
	}
	if m.opened != 2 || m.closed != 1 {
		t.Errorf("opened %d times and closed %d times", m.opened, m.closed)
	}
	if p.release(); m.closed != 2 {
		t.Error("not given back at the end")
	}
}

func TestAPortThatNoDeviceComesOfIsGivenBack(t *testing.T) {
	m := &modem{}
	p := port{sys: t.TempDir(), attach: m.open}
	_, err := p.make(os.DevNull)
	if d := hotplug.Refused("", err); !errors.Is(err, ErrRegistered) || d.Path != os.DevNull || d.State != hw.Failed {
		t.Errorf("got %v", d)
	}
	if m.opened != 1 || m.closed != 1 {
		t.Errorf("opened %d times and closed %d times", m.opened, m.closed)
	}
}

func TestWhatIsNoSerialPortIsNamedWithItsCall(t *testing.T) {
	for path, want := range map[string]string{
		"/dev/tty-none": "/dev/tty-none: open: no such file or directory",
		os.DevNull:      "/dev/null: TIOCGETD: inappropriate ioctl for device",
	} {
		if _, err := (&port{}).make(path); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
	}
}

// Root is let in everywhere; this shows something for everybody else.
func TestAPortThatThisProcessHasForItselfCanStillBeOpenedBesideIt(t *testing.T) {
	device, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer device.Close()
	defer tty.Close()
	if err := unix.IoctlSetInt(int(tty.Fd()), unix.TIOCEXCL, 0); err != nil {
		t.Fatal(err)
	}
	fd, err := openBeside(tty.Name())
	if err != nil {
		t.Fatal(err)
	}
	unix.Close(fd)
	if exclusive, err := unix.IoctlGetInt(int(tty.Fd()), unix.TIOCGEXCL); exclusive != 1 || err != nil {
		t.Errorf("it is no longer exclusive: %d, %v", exclusive, err)
	}
	if own, ok := openedHere(tty.Name()); !ok {
		t.Error("our own descriptor is not found")
	} else {
		unix.Close(own)
	}
	if _, ok := openedHere("/dev/full"); ok {
		t.Error("a descriptor is found on a device that is not open")
	}
}
