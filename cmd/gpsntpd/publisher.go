package main

import (
	"context"
	"time"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/server/control"
)

// publisher does once a second what is not the loop's work: it packs the recorder, adds the
// second to the history, and sends the status to those who watch.
type publisher struct {
	daemon
	requests float64   // that the servers had taken by then
	at       time.Time // when it last was
}

func (b *publisher) run(ctx context.Context) error {
	b.at, b.requests = time.Now(), b.taken()
	for {
		select {
		case <-ctx.Done():
			return nil
		case m := <-b.moments:
			b.publish(ctx, m)
		}
	}
}

func (b *publisher) publish(ctx context.Context, m loop.Moment) {
	_ = b.recorder.Pack() // into memory: nothing can fail
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
func (b *publisher) rate() float64 {
	now, taken := time.Now(), b.taken()
	d, n := now.Sub(b.at).Seconds(), taken-b.requests
	b.at, b.requests = now, taken
	if d <= 0 {
		return 0
	}
	return n / d
}

func (b *publisher) taken() (n float64) {
	for _, c := range b.servers.Counters() {
		n += float64(c.Requests)
	}
	return n
}
