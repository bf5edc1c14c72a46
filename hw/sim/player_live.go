package sim

import (
	"context"
	"slices"
	"time"

	"golang.org/x/sys/unix"
)

// next returns what waits for each event of the source, until ctx ends, and what
// ends that.
func (p *Player) next(ctx context.Context) (next func() (Event, bool), stop func()) {
	timer := time.NewTimer(0)
	live, ok := p.source.(Live)
	if !ok {
		return func() (Event, bool) {
			e, ok := p.source.Next()
			return e, ok && wait(ctx, timer, e.At.Sub(p.now()))
		}, func() { timer.Stop() }
	}
	told, deaf := p.listen()
	return func() (Event, bool) {
		for {
			timer.Reset(live.Due().Sub(p.now()))
			select {
			case text := <-told:
				live.Tell(p.now(), text, p.baud())
			case <-timer.C:
				return live.Next()
			case <-ctx.Done():
				return Event{}, false
			}
		}
	}, func() { timer.Stop(); deaf() }
}

func wait(ctx context.Context, timer *time.Timer, d time.Duration) bool {
	timer.Reset(d)
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// listen delivers what the host sends until it is stopped.
func (p *Player) listen() (<-chan []byte, func()) {
	told, done, ended := make(chan []byte), make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		buf := make([]byte, 1024)
		for {
			n, err := p.master.Read(buf)
			if err != nil {
				return
			}
			select {
			case told <- slices.Clone(buf[:n]):
			case <-done:
				return
			}
		}
	}()
	return told, func() {
		close(done)
		p.master.SetReadDeadline(time.Unix(1, 0)) // that of a terminal that is closed fails
		<-ended
	}
}

// baud is the speed that the host has set.
func (p *Player) baud() int {
	speed := uint32(0)
	p.line.Control(func(fd uintptr) { // without a terminal there is no one to set it
		if mode, err := unix.IoctlGetTermios(int(fd), unix.TCGETS2); err == nil {
			speed = mode.Ospeed
		}
	})
	return int(speed)
}

// onWire is what the host hears of e at its speed.
func (p *Player) onWire(e Event) []byte {
	if e.Baud == 0 || len(e.Bytes) == 0 {
		return e.Bytes
	}
	if baud := p.baud(); baud > 0 && baud != e.Baud {
		return Sent{e.Bytes, e.Baud}.Heard(baud)
	}
	return e.Bytes
}
