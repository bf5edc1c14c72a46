// Package hotplug keeps a device in use that may be missing, taken or pulled
// out at any moment: it opens it again with back-off and reports every change
// of its condition once.
package hotplug

import (
	"context"
	"errors"
	"io/fs"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// The wait before a device is tried again doubles from the one to the other:
// soon enough for a plug that bounced, rarely enough to cost nothing for years.
const (
	shortest = 100 * time.Millisecond
	longest  = 2 * time.Second
)

// Error is what went wrong with which device in which call.
type Error struct {
	Path, Call string
	Err        error
}

// Error names the device first, as the operator looks for it.
func (e *Error) Error() string { return e.Path + ": " + e.Call + ": " + e.Err.Error() }

// Unwrap returns the error of the call.
func (e *Error) Unwrap() error { return e.Err }

// Use opens a device, calls opened with its path as soon as it can be read,
// and reads it until it fails or the context ends.
type Use func(ctx context.Context, opened func(path string)) error

// Run calls use again and again until ctx ends, and reports to devices what
// became of it. A device that could not be opened goes by the name that the
// error carries, else by path.
func Run(ctx context.Context, path string, devices chan<- hw.Device, use Use) error {
	r := reporter{devices: devices}
	for wait := shortest; ctx.Err() == nil; wait = min(2*wait, longest) {
		began, open := time.Now(), hw.Device{}
		err := use(ctx, func(path string) {
			open = hw.Device{Path: path, State: hw.Open}
			r.report(ctx, open)
		})
		if ctx.Err() != nil {
			break
		}
		r.report(ctx, closed(open, path, err))
		if time.Since(began) > longest { // one that opens and fails at once stays slow
			wait = shortest
		}
		select {
		case <-ctx.Done():
		case <-time.After(wait):
		}
	}
	return nil
}

// closed is the condition of a device that was open, or of one by the name of
// path that did not open, after err.
func closed(open hw.Device, path string, err error) hw.Device {
	if open.State == hw.Open {
		return hw.Device{Path: open.Path, State: hw.Failed, Err: err}
	}
	if e, ok := errors.AsType[*Error](err); ok {
		path = e.Path
	}
	return hw.Device{Path: path, State: stateOf(err), Err: err}
}

// stateOf sorts the errors of opening a device.
func stateOf(err error) hw.State {
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, unix.ENXIO), errors.Is(err, unix.ENODEV):
		return hw.Missing
	case errors.Is(err, fs.ErrPermission):
		return hw.Denied
	case errors.Is(err, unix.EBUSY), errors.Is(err, unix.EWOULDBLOCK):
		return hw.Busy
	}
	return hw.Failed
}

// reporter passes on what differs from the report before it.
type reporter struct {
	devices chan<- hw.Device
	last    hw.Device
	reason  string // text of last.Err: errors themselves do not compare
}

func (r *reporter) report(ctx context.Context, d hw.Device) {
	reason := ""
	if d.Err != nil {
		reason = d.Err.Error()
	}
	if d.Path == r.last.Path && d.State == r.last.State && reason == r.reason {
		return
	}
	r.last, r.reason = d, reason
	select {
	case r.devices <- d:
	case <-ctx.Done():
	}
}
