package main

import (
	"context"
	"time"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/server/control"
)

// beat does what is to be done once a second with what the loop tells: it is
// remembered, and told to those who watch. Neither is the loop's work.
type beat struct {
	daemon
	requests float64   // that the servers had taken by then
	at       time.Time // when it last was
}

func (b *beat) run(ctx context.Context) error {
	b.at, b.requests = time.Now(), b.taken()
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-b.moments:
			b.once(ctx, m)
		}
	}
}

func (b *beat) once(ctx context.Context, m loop.Moment) {
	_ = b.tape.Pack() // into memory: nothing can fail
	m.Requests = b.rate()
	b.history.Add(m.Second, m.Clock, m.Moment)
	if !b.watchers.Watched() {
		return
	}
	if s, err := b.Status(ctx); err == nil {
		if e, err := control.NewEvent("status", s); err == nil {
			b.watchers.Publish(e)
		}
	}
}

// rate is how many requests came each second since it was last asked for.
func (b *beat) rate() float64 {
	now, taken := time.Now(), b.taken()
	d, n := now.Sub(b.at).Seconds(), taken-b.requests
	b.at, b.requests = now, taken
	if d <= 0 {
		return 0
	}
	return n / d
}

func (b *beat) taken() (n float64) {
	for _, c := range b.servers.Counters() {
		n += float64(c.Requests)
	}
	return n
}
