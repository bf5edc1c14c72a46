package pps

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// ErrRegistered says that no PPS device came of a line discipline.
var ErrRegistered = errors.New("no pulse device hangs on this port")

// lineDiscipline is a serial port that the kernel takes pulses from until it is
// closed.
type lineDiscipline interface {
	io.Closer
	attached() bool // false when the port was pulled out, or someone changed it
}

// port finds PPS devices, and makes one of a serial port. What it has made
// stays while the device is tried again: it takes udev a moment to let us open
// a new one.
type port struct {
	sys    string
	attach func(path string) (lineDiscipline, error)
	held   lineDiscipline // nil: none
}

// device returns the path of the device to read, and makes it if it must.
func (p *port) device(d *Device) (string, error) {
	if d.Port != "" {
		return p.make(d.Port)
	}
	return p.find(d.Path), nil
}

// find returns the path of the device that the operator calls name. The
// numbers of PPS devices move when the kernel finds them in another order, so
// what sysfs says of one counts first: its name (the driver's), or its path
// (the serial port that it hangs on).
func (p *port) find(name string) string {
	if path := listed(p.sys, name, "name", "path"); path != "" {
		return path
	}
	if filepath.IsAbs(name) {
		return name
	}
	return "/dev/" + name
}

// make returns the path of the device that hangs on the serial port at path.
func (p *port) make(path string) (string, error) {
	if p.held != nil && !p.held.attached() {
		p.release()
	}
	if p.held == nil {
		attach := p.attach
		if attach == nil {
			attach = openTerminal
		}
		held, err := attach(path)
		if err != nil {
			return "", err
		}
		p.held = held
	}
	name, err := filepath.EvalSymlinks(path)
	if err != nil {
		return "", &hotplug.Error{Path: path, Call: "readlink", Err: err}
	}
	if device := listed(p.sys, name, "path"); device != "" {
		return device, nil
	}
	p.release()
	return "", &hotplug.Error{Path: path, Call: "TIOCSETD", Err: ErrRegistered}
}

// open describes the device at path, which has been opened.
func (p *port) open(path string) hw.Device {
	attribute := func(name string) string {
		b, _ := os.ReadFile(filepath.Join(p.sys, filepath.Base(path), name)) // what sysfs does not say is unknown
		return strings.TrimSpace(string(b))
	}
	return hw.Device{Path: path, State: hw.Open, Name: attribute("name"), Port: attribute("path")}
}

func (p *port) release() {
	if p.held != nil {
		p.held.Close() // of a port that is gone, it fails
		p.held = nil
	}
}

// listed returns the path of the device one of whose attributes in sysfs is
// text, "" when there is none.
func listed(sys, text string, attributes ...string) string {
	devices, _ := os.ReadDir(sys) // none, when the kernel has no PPS
	for _, device := range devices {
		for _, attribute := range attributes {
			got, err := os.ReadFile(filepath.Join(sys, device.Name(), attribute))
			if err == nil && strings.TrimSpace(string(got)) == text {
				return "/dev/" + device.Name()
			}
		}
	}
	return ""
}
