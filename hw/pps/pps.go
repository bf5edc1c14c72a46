// Package pps reads pulses from the kernel's PPS devices (RFC 2783): the kernel
// stamps each edge when it interrupts, and keeps the last one for us.
package pps

import (
	"cmp"
	"context"
	"errors"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/hotplug"
)

// timeout is how long one fetch waits: longer than the second between two
// pulses, so that it never ends in between, and short enough that Run returns
// within 2 s of its context's end.
const timeout = 1500 * time.Millisecond

// read returns what info says of a transition: the kernel's count and stamp.
func read(t hw.Transition, info unix.PPSKInfo) (uint32, hw.Time) {
	seq, at := info.Assert_sequence, info.Assert_tu
	if t == hw.Clear {
		seq, at = info.Clear_sequence, info.Clear_tu
	}
	return seq, hw.Time(at.Sec*int64(time.Second) + int64(at.Nsec))
}

// Device is a kernel PPS device. It implements hw.Pulses.
type Device struct {
	Path  string        // "/dev/pps0", "pps0", or what sysfs says of it: its name, or the port it hangs on
	Port  string        // the serial port whose DCD line carries the pulse: a device is made of it, and Path is what it is called until then; "" for none
	Edge  hw.Transition // the one that marks the second; "" means hw.Assert
	Clock hw.Clock      // the edges are given in its time

	sys    string                                    // where sysfs lists the devices; "" for the usual place
	open   func(path string) (source, error)         // nil for the kernel's
	attach func(path string) (lineDiscipline, error) // nil for the kernel's
}

// Run reads edges until ctx ends.
func (d *Device) Run(ctx context.Context, edges chan<- hw.Edge, devices chan<- hw.Device) error {
	open := d.open
	if open == nil {
		open = openKernel
	}
	p := port{sys: cmp.Or(d.sys, "/sys/class/pps"), attach: d.attach}
	defer p.release()
	return hotplug.Run(ctx, hw.Device{Path: d.Path}, devices, func(ctx context.Context, report func(hw.Device)) error {
		path, err := p.device(d)
		if err != nil {
			return err
		}
		s, err := open(path)
		if err != nil {
			return err
		}
		defer s.Close()
		if err := capture(s, path, d.Edge); err != nil {
			return err
		}
		report(p.open(path))
		return d.fetch(ctx, s, edges)
	})
}

// fetch passes on each new edge until s fails or ctx ends. The first one that
// the kernel remembers may be from long ago and is only counted from.
func (d *Device) fetch(ctx context.Context, s source, edges chan<- hw.Edge) error {
	info, err := s.fetch(0)
	l := line{edge: d.Edge}
	l.take(info)
	for err == nil && ctx.Err() == nil {
		if info, err = s.fetch(timeout); err != nil {
			break
		}
		e, isNew := l.take(info)
		if !isNew {
			continue
		}
		e.At = d.Clock.FromKernel(e.At)
		select {
		case edges <- e:
		case <-ctx.Done():
		}
	}
	return err
}

// Mode bits of RFC 2783, section 3.3, as in linux/pps.h.
const (
	captureAssert = 0x01
	captureClear  = 0x02
	canWait       = 0x100
)

func mode(t hw.Transition) int32 {
	if t == hw.Clear {
		return captureClear
	}
	return captureAssert
}

// Why a device that is there cannot serve.
var (
	ErrEdge = errors.New("the device does not capture this edge")
	ErrWait = errors.New("the device cannot wait for an edge")
)

// capture makes s, the device at path, capture the edge, and if it can, the
// opposite one too, which tells how long the pulse is. Parameters that suit
// already are left alone: changing them needs CAP_SYS_TIME, reading them does
// not, so that without it one edge must do.
func capture(s source, path string, edge hw.Transition) error {
	can, err := s.capabilities()
	switch {
	case err != nil:
		return err
	case can&mode(edge) == 0:
		return &hotplug.Error{Path: path, Call: "PPS_GETCAP", Err: ErrEdge}
	case can&canWait == 0:
		return &hotplug.Error{Path: path, Call: "PPS_GETCAP", Err: ErrWait}
	}
	p, err := s.params()
	both := can & (captureAssert | captureClear)
	if err != nil || p.Mode&both == both {
		return err
	}
	had := p.Mode & mode(edge)
	p.Mode |= both
	if err := s.setParams(p); had == 0 {
		return err
	}
	return nil
}
