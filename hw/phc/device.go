package phc

import (
	"cmp"
	"errors"
	"io/fs"
	"os"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// Device is a PTP hardware clock that is open.
type Device struct {
	file    *os.File
	precise bool   // it and the kernel's clock can be read by hardware at one moment
	plain   bool   // its driver only reads it between readings of the kernel's clock
	channel uint32 // of its external timestamps that are used
}

// Open opens the PTP hardware clock at path, /dev/ptpN. The error says what of it a user
// may mend.
func Open(path string) (*Device, error) {
	file, err := os.Open(path)
	if err != nil {
		state := hw.StampsFailed
		if errors.Is(err, fs.ErrPermission) {
			state = hw.StampsDenied
		}
		return nil, &failure{state, err}
	}
	caps, err := unix.IoctlPtpClockGetcaps(int(file.Fd()))
	if err != nil {
		file.Close()
		return nil, &failure{hw.StampsFailed, os.NewSyscallError("PTP_CLOCK_GETCAPS "+path, err)}
	}
	return &Device{file: file, precise: caps.Cross_timestamping != 0}, nil
}

// Close closes it; what its interface stamps stays on.
func (d *Device) Close() error { return d.file.Close() }

// readings is how often both clocks are read for one comparison: the bus is
// mostly free in one of them.
const readings = 5

// Compare reads both clocks.
func (d *Device) Compare() (Comparison, error) {
	fd := int(d.file.Fd())
	if d.precise {
		if p, err := unix.IoctlPtpSysOffsetPrecise(fd); err == nil {
			return Comparison{PTP: hw.PTP(nanoseconds(p.Device)), Kernel: hw.Time(nanoseconds(p.Realtime))}, nil
		}
		d.precise = false // while its link is down, for one
	}
	if !d.plain {
		e, err := unix.IoctlPtpSysOffsetExtended(fd, readings)
		if err == nil {
			return narrowest(brackets(e)), nil
		}
		if !errors.Is(err, unix.EOPNOTSUPP) && !errors.Is(err, unix.ENOTTY) {
			return Comparison{}, os.NewSyscallError("PTP_SYS_OFFSET_EXTENDED", err)
		}
		d.plain = true
	}
	e := unix.PtpSysOffset{Samples: readings}
	if _, _, errno := unix.Syscall(unix.SYS_IOCTL, uintptr(fd), unix.PTP_SYS_OFFSET, uintptr(unsafe.Pointer(&e))); errno != 0 {
		return Comparison{}, os.NewSyscallError("PTP_SYS_OFFSET", errno)
	}
	return narrowest(between(&e)), nil
}

// brackets are readings of a clock, each with the kernel's right before and after it.
func brackets(e *unix.PtpSysOffsetExtended) []Comparison {
	all := make([]Comparison, 0, readings)
	for _, ts := range e.Ts[:min(cmp.Or(e.Samples, readings), uint32(len(e.Ts)))] {
		all = append(all, bracket(ts[0], ts[1], ts[2]))
	}
	return all
}

// between are readings of a clock that take turns with those of the kernel's.
func between(e *unix.PtpSysOffset) []Comparison {
	all := make([]Comparison, 0, readings)
	for i := range min(cmp.Or(e.Samples, readings), uint32(len(e.Ts)/2)) {
		all = append(all, bracket(e.Ts[2*i], e.Ts[2*i+1], e.Ts[2*i+2]))
	}
	return all
}

func bracket(before, ptp, after unix.PtpClockTime) Comparison {
	b, a := nanoseconds(before), nanoseconds(after)
	return Comparison{PTP: hw.PTP(nanoseconds(ptp)), Kernel: hw.Time(b + (a-b)/2), Width: time.Duration(a - b)}
}

func nanoseconds(t unix.PtpClockTime) int64 { return t.Sec*1e9 + int64(t.Nsec) }
