// Package serial reads sentences from a serial port and stamps the arrival of
// their first byte. Which port and which speed it finds by listening alone. It
// sends what it is given to send, and nothing else.
package serial

import (
	"cmp"
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/holders"
	"gpsntpd/hw/hotplug"
)

// Port is a serial port that a receiver writes to, or several on one of which
// it is looked for. It delivers hw.Frames.
type Port struct {
	Paths    []string                                  // candidates, the likeliest first; patterns as of filepath.Match
	Baud     int                                       // bits per second; 0 finds out
	Clock    hw.Clock                                  // stamps the arrivals
	Open     func(path string, baud int) (UART, error) // nil for the kernel's
	Received func(b []byte, at hw.Reading)             // hears all that arrives, after it was dealt with; nil: no one

	Outputs <-chan hw.Output // what is sent, once the port is understood; nil: nothing ever

	// Named is whether the operator chose Paths: then one without a pattern is
	// opened even if it serves for something else.
	Named bool
	Root  holders.Root                 // where that is looked up
	Left  *atomic.Pointer[[]hw.Device] // shows the ports that are left alone; nil: to no one
}

// Run reads frames until ctx ends.
func (p *Port) Run(ctx context.Context, frames chan<- hw.Frame, devices chan<- hw.Device) error {
	if len(p.Paths) == 0 {
		return errors.New("no serial port is named")
	}
	s := search{Port: *p, frames: frames, understood: map[string]int{}}
	if s.Open == nil {
		s.Open = openFile
	}
	return hotplug.Run(ctx, hw.Device{Path: p.Paths[0]}, devices, s.use)
}

// search goes from port to port until a receiver is understood. What is said
// of it to the outside is one port at a time: one that is understood, else one
// that refuses to be opened, else the first that opened.
type search struct {
	Port
	frames     chan<- hw.Frame
	report     func(hw.Device)
	shown      hw.Device
	understood map[string]int // speed at which each port last was, by device
}

// station is a port in use.
type station struct {
	UART
	candidate
	Line
	beside hotplug.Taken // what the port serves for as well
}

func (in *station) opened() hw.Device {
	return hw.Device{Path: in.path, State: hw.Open, Baud: in.baud, Beside: in.beside.For, Holder: in.beside.Holder}
}

// use reads a port until it fails, and leaves one that yields no sentence for
// the next one that opens.
func (s *search) use(ctx context.Context, report func(hw.Device)) error {
	s.report, s.shown = report, hw.Device{}
	in, err := s.next("")
	if in == nil {
		return err
	}
	defer func() { in.Close() }()
	s.meet(in, err)
	for {
		if err := s.listen(ctx, in); !errors.Is(err, errUnheard) {
			return err
		}
		if next, err := s.next(in.device); next != nil {
			in.Close()
			in = next
			s.meet(in, err)
		}
	}
}

// next opens the first candidate that it can, beginning after the device
// current. The error is the first refusal on the way: that of a port which
// exists says more than those of ports which do not, and of one that was tried
// more than of one that is left alone.
func (s *search) next(current string) (*station, error) {
	var refused, console error
	var left []hw.Device
	defer func() { s.leave(left) }()
	for _, c := range candidates(s.Paths, current) {
		beside := c.taken(s.Root)
		if beside != nil && !(s.Named && c.exact) {
			err := error(&hotplug.Error{Path: c.path, Call: "open", Err: beside})
			left = append(left, hotplug.Refused(c.path, err))
			if beside.For == hw.Busy {
				refused = cmp.Or(refused, err)
			} else {
				console = cmp.Or(console, err)
			}
			continue
		}
		t := newTuner(s.Baud, s.understood[c.device], time.Now())
		u, err := s.Open(c.path, t.baud)
		if err == nil {
			in := &station{UART: u, candidate: c, Line: Line{tuner: t}}
			if beside != nil {
				in.beside = *beside
			}
			return in, refused
		}
		d := hotplug.Refused(c.path, err)
		if d.State == hw.Busy {
			left = append(left, d)
		}
		if d.State != hw.Missing {
			refused = cmp.Or(refused, err)
		}
	}
	return nil, cmp.Or[error](refused, console, &hotplug.Error{Path: strings.Join(s.Paths, ", "), Call: "open", Err: unix.ENOENT})
}

// leave shows which ports are left alone.
func (s *search) leave(left []hw.Device) {
	if s.Left != nil {
		s.Left.Store(&left)
	}
}

// meet shows a port that was just opened, unless there is more to say.
func (s *search) meet(in *station, refused error) {
	switch {
	case refused != nil:
		s.show(hotplug.Refused(in.path, refused))
	case s.shown.State != hw.Open:
		s.show(in.opened())
	}
}

func (s *search) show(d hw.Device) {
	s.shown = d
	s.report(d)
}

// listen passes on the frames of in until it fails, ctx ends, or it is not
// worth while any more.
func (s *search) listen(ctx context.Context, in *station) error {
	defer context.AfterFunc(ctx, func() { in.Close() })()
	buf := make([]byte, 4096)
	timeout := readTimeout
	for ctx.Err() == nil {
		if err := s.send(in); err != nil {
			return err
		}
		if wanted := in.timeout(); wanted != timeout { // each return without a byte is a wake-up for nothing
			timeout = wanted
			if err := in.SetReadTimeout(timeout); err != nil {
				return &hotplug.Error{Path: in.path, Call: "set the timeout", Err: err}
			}
		}
		n, err := in.Read(buf)
		at := s.Clock.Read() // first of all: every line of code here makes sentences late
		if err != nil {
			s.show(in.opened()) // so that the failure is that of this port
			return &hotplug.Error{Path: in.path, Call: "read", Err: err}
		}
		err = s.heard(ctx, in, buf[:n], at.Time)
		if s.Received != nil && n > 0 {
			s.Received(buf[:n], at)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// timeout is how long a read may last now.
func (in *station) timeout() time.Duration {
	if in.understood {
		return restTimeout
	}
	return readTimeout
}

// send sends what there is to be sent. What was meant for a port that is not
// understood any more is thrown away.
func (s *search) send(in *station) error {
	var o hw.Output
	select {
	case o = <-s.Outputs:
	default:
		return nil
	}
	if !in.Understood() || in.beside.For != "" { // two masters would fight
		return nil
	}
	if len(o.Bytes) > 0 {
		if _, err := in.Write(o.Bytes); err != nil {
			return &hotplug.Error{Path: in.path, Call: "write", Err: err}
		}
	}
	if !in.Move(time.Now(), o.Baud) {
		return nil
	}
	if err := in.SetBaud(o.Baud); err != nil {
		return &hotplug.Error{Path: in.path, Call: "set the speed", Err: err}
	}
	return nil
}

// heard takes what in delivered, which may be nothing.
func (s *search) heard(ctx context.Context, in *station, b []byte, at hw.Time) error {
	baud := in.baud
	frames, found := in.hear(time.Now(), b, at)
	if found == tuned {
		s.understood[in.device] = baud
		s.show(in.opened())
	}
	if s.shown.State == hw.Open && s.shown.Path == in.path {
		for _, f := range frames {
			select {
			case s.frames <- f:
			case <-ctx.Done():
				return nil
			}
		}
	}
	if in.baud != baud {
		if err := in.SetBaud(in.baud); err != nil {
			return &hotplug.Error{Path: in.path, Call: "set the speed", Err: err}
		}
	}
	if found == unheard {
		return errUnheard
	}
	return nil
}
