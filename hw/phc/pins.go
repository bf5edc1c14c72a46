package phc

import (
	"errors"
	"fmt"

	"golang.org/x/sys/unix"
)

// ErrNoPin is why a clock stamps no edges.
var ErrNoPin = errors.New("no pin of this clock can be an input for timestamps")

// pins are those of a clock.
type pins interface {
	get(i int) (*unix.PtpPinDesc, error)
	set(*unix.PtpPinDesc) error
}

// input has one of n pins be an input for timestamps, and returns its channel: the one of
// that name, or, with "", one that is an input already, or else the first that does nothing
// and that the driver lets become one. Some drivers list pins that can only be outputs.
func input(name string, n int, all pins) (uint32, error) {
	var free []*unix.PtpPinDesc
	for i := range n {
		pin, err := all.get(i)
		if err != nil {
			return 0, fmt.Errorf("PTP_PIN_GETFUNC %d: %w", i, err)
		}
		switch {
		case name != "" && name != called(pin):
		case pin.Func == unix.PTP_PF_EXTTS:
			return pin.Chan, nil
		case name != "" || pin.Func == unix.PTP_PF_NONE:
			free = append(free, pin)
		}
	}
	refused := []error{ErrNoPin}
	for _, pin := range free {
		pin.Func, pin.Chan = unix.PTP_PF_EXTTS, 0
		err := all.set(pin)
		if err == nil {
			return pin.Chan, nil
		}
		refused = append(refused, fmt.Errorf("PTP_PIN_SETFUNC %s: %w", called(pin), err))
	}
	return 0, errors.Join(refused...)
}

func called(pin *unix.PtpPinDesc) string { return unix.ByteSliceToString(pin.Name[:]) }

// descriptor is an open clock of the kernel.
type descriptor int

func (fd descriptor) get(i int) (*unix.PtpPinDesc, error) {
	return unix.IoctlPtpPinGetfunc(int(fd), uint(i))
}

func (fd descriptor) set(pin *unix.PtpPinDesc) error { return unix.IoctlPtpPinSetfunc(int(fd), pin) }
