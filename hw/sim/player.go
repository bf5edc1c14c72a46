package sim

import (
	"context"
	"errors"
	"fmt"
	"os"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/creack/pty"
	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

// Player plays a source in real time: sentences onto a pseudo-terminal, edges
// to whoever runs it, stamped by a software clock of its own.
type Player struct {
	Clock       *clock.Software
	Thermometer hw.Thermometer // nil when the scenario has no sensor

	pulse      Pulse
	polled     atomic.Int64 // the newest second that a path is polled in, as Truth
	shown      chan hw.Temperature
	oscillator *Oscillator
	now        func() Truth
	source     Source
	master     *os.File
	slave      *os.File // kept open: the terminal must outlive those who open it
	line       syscall.RawConn
}

// NewPlayer plays source, where now is the truth that passes in real time.
func NewPlayer(s Scenario, now func() Truth, source Source) (*Player, error) {
	master, slave, err := pty.Open()
	if err != nil {
		return nil, fmt.Errorf("pseudo-terminal: %w", err)
	}
	p := &Player{now: now, source: source, master: master, slave: slave}
	if p.line, err = transparent(master, slave); err != nil {
		return nil, errors.Join(fmt.Errorf("%s: %w", slave.Name(), err), p.Close())
	}
	start := now()
	p.oscillator, p.pulse = NewOscillator(s, start), s.Pulse
	if s.Sensor.Present {
		shown := make(chan hw.Temperature, 1)
		p.shown, p.Thermometer = shown, thermometer(shown)
	}
	p.Clock = clock.NewSoftware(
		func(ago time.Duration) hw.Raw { return p.oscillator.Raw(now().Add(-ago)) },
		clock.Realtime,
		s.Clock.at(start))
	return p, nil
}

// transparent makes the terminal pass every byte as it is, and its master
// never wait for a reader.
func transparent(master, slave *os.File) (syscall.RawConn, error) {
	line, err := master.SyscallConn()
	if err != nil {
		return nil, err
	}
	tty := int(slave.Fd())
	mode, err := unix.IoctlGetTermios(tty, unix.TCGETS)
	if err != nil {
		return nil, fmt.Errorf("TCGETS: %w", err)
	}
	mode.Iflag, mode.Oflag, mode.Lflag = 0, 0, 0
	mode.Cflag = mode.Cflag&^(unix.CSIZE|unix.PARENB) | unix.CS8
	mode.Cc[unix.VMIN], mode.Cc[unix.VTIME] = 1, 0
	if err := unix.IoctlSetTermios(tty, unix.TCSETS, mode); err != nil {
		return nil, fmt.Errorf("TCSETS: %w", err)
	}
	var failed error
	err = line.Control(func(fd uintptr) { failed = unix.SetNonblock(int(fd), true) })
	return line, errors.Join(err, failed)
}

// Path is the serial port on which the receiver is heard.
func (p *Player) Path() string { return p.slave.Name() }

// Run plays the source until ctx ends, once. A source that ends leaves silence.
func (p *Player) Run(ctx context.Context, edges chan<- hw.Edge, devices chan<- hw.Device) error {
	select {
	case devices <- hw.Device{Path: "sim", State: hw.Open}:
	case <-ctx.Done():
		return nil
	}
	var seq uint32
	next, stop := p.next(ctx)
	defer stop()
	for {
		e, ok := next()
		if !ok {
			<-ctx.Done()
			return nil
		}
		p.show(e)
		if e.Edge {
			seq++
			edge, seen := e.edge(Truth(p.polled.Load()), seq, p.stamp)
			if !seen {
				continue
			}
			select {
			case edges <- edge:
			case <-ctx.Done():
				return nil
			}
		}
		if err := p.write(p.onWire(e)); err != nil {
			return fmt.Errorf("%s: write: %w", p.Path(), err)
		}
	}
}

// Poll has the path that is polled looked at when a pulse is due.
func (p *Player) Poll(d hw.Due) {
	p.polled.Store(int64(nearestSecond(p.now().Add(d.At.Sub(p.Clock.Read().Time)))))
}

// stamp is what the clock showed at t, however late we woke up.
func (p *Player) stamp(t Truth) hw.Time { return p.pulse.stamp(p.Clock.TimeAt(p.oscillator.Raw(t))) }

// write sends bytes. What finds no room is lost, as on a serial line that
// no one reads.
func (p *Player) write(bytes []byte) error {
	if len(bytes) == 0 {
		return nil
	}
	var failed error
	err := p.line.Write(func(fd uintptr) bool {
		_, failed = unix.Write(int(fd), bytes)
		return true
	})
	if errors.Is(failed, unix.EAGAIN) {
		failed = nil
	}
	return errors.Join(err, failed)
}

// Close removes the pseudo-terminal.
func (p *Player) Close() error { return errors.Join(p.master.Close(), p.slave.Close()) }
