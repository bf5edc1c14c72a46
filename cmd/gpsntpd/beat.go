package main

import (
	"context"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/history"
)

// beat does what is to be done once a second with what the loop knows: it is
// remembered, and told to those who watch. Neither is the loop's work.
type beat struct {
	daemon
	requests float64   // that the servers had taken by then
	at       time.Time // when it last was
}

// moment is what the loop tells of one.
type moment struct {
	second int64
	clock  history.Clock
	history.Moment
}

func (b *beat) run(ctx context.Context) error {
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	b.at, b.requests = time.Now(), b.taken()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
			b.once(ctx)
		}
	}
}

func (b *beat) once(ctx context.Context) {
	_ = b.tape.Pack() // into memory: nothing can fail
	m, err := ask(ctx, b.commands, func() (m moment) {
		m.second, m.clock, m.Moment = b.loop.Moment()
		return m
	})
	if err != nil {
		return
	}
	m.Requests = b.rate()
	b.history.Add(m.second, m.clock, m.Moment)
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
