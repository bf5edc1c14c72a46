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

// Taken is why a device is left alone: it serves for something else.
type Taken struct {
	For    hw.State // hw.Console, hw.Login or hw.Busy
	Holder string   // the program or unit that uses it; "" when that is not known
}

// Error says what for.
func (t *Taken) Error() string {
	text := map[hw.State]string{
		hw.Console: "it is the console of this machine",
		hw.Login:   "a login waits on it",
		hw.Busy:    "another program has it open",
	}[t.For]
	if t.Holder != "" {
		text += ": " + t.Holder
	}
	return text
}

// Use opens a device, reports it as soon as it can be read, and reads it until
// it fails or the context ends.
type Use func(ctx context.Context, report func(hw.Device)) error

// Run calls use again and again until ctx ends, and reports to devices what
// became of it. Of what it is, only the Path may be another one than is given: the
// one that use has reported, or, when it could not be opened, that of the error.
func Run(ctx context.Context, what hw.Device, devices chan<- hw.Device, use Use) error {
	r := reporter{devices: devices}
	for wait := shortest; ctx.Err() == nil; wait = min(2*wait, longest) {
		began, last := time.Now(), hw.Device{}
		err := use(ctx, func(d hw.Device) {
			last = d
			r.report(ctx, d)
		})
		if ctx.Err() != nil {
			break
		}
		if last.State == hw.Open {
			r.report(ctx, hw.Device{Via: what.Via, Path: last.Path, State: hw.Failed, Err: err})
		} else {
			d := Refused(what.Path, err)
			d.Via = what.Via
			r.report(ctx, d)
		}
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

// Refused is the condition of a device that could not be opened because of
// err. It goes by the name that the error carries, else by path.
func Refused(path string, err error) hw.Device {
	if e, ok := errors.AsType[*Error](err); ok {
		path = e.Path
	}
	if t, ok := errors.AsType[*Taken](err); ok {
		return hw.Device{Path: path, State: t.For, Holder: t.Holder, Err: err}
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
	last    hw.Device // without its error
	reason  string    // text of that: errors themselves do not compare
}

func (r *reporter) report(ctx context.Context, d hw.Device) {
	reason := ""
	if d.Err != nil {
		reason = d.Err.Error()
	}
	shown := d
	shown.Err = nil
	if shown == r.last && reason == r.reason {
		return
	}
	r.last, r.reason = shown, reason
	select {
	case r.devices <- d:
	case <-ctx.Done():
	}
}
