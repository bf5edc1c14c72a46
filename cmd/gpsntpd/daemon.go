package main

import (
	"context"
	"errors"
	"fmt"
	"sync/atomic"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/cmd/internal/loop"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

// daemon answers the control socket: what the loop knows, asked between two of
// its events, and what the servers counted.
type daemon struct {
	loop     *loop.Loop
	commands chan<- func()
	servers  answering
	nts      *ntsService
	archive
	notices notices
	running *atomic.Pointer[config.Config]
}

// Status implements control.Daemon.
func (d daemon) Status(ctx context.Context) (control.Status, error) {
	s, err := ask(ctx, d.commands, d.loop.Status)
	return d.whole(s), err
}

// Moment implements web.Daemon.
func (d daemon) Moment(ctx context.Context, language string) (control.Moment, error) {
	l := d.spoken(language)
	m, err := ask(ctx, d.commands, func() control.Moment { return d.loop.Everything(l) })
	m.Status = d.whole(m.Status)
	return m, err
}

// whole is a status of the loop with what the servers know.
func (d daemon) whole(s control.Status) control.Status {
	s.Servers = []control.Listener{}
	for _, c := range d.servers.Counters() {
		s.Servers = append(s.Servers, control.Listener{
			Listen: c.Listen, Requests: c.Requests, Answers: c.Answers, Dropped: c.Dropped,
			Timestamps: string(c.Stamps), TimestampsReason: named(string(c.WhyStamps)),
		})
	}
	s.FastPath = d.servers.fastPathStatus()
	s.NTS = d.nts.status(s.Now.Time)
	return s
}

// Counters implements control.Daemon.
func (d daemon) Counters(ctx context.Context) (control.Counters, error) {
	all, err := ask(ctx, d.commands, d.loop.Counters)
	if err != nil {
		return nil, err
	}
	verdicts := map[string]uint64{}
	for _, c := range d.servers.Counters() {
		for v, n := range c.Verdicts {
			verdicts[ntp.Verdict(v).String()] += n
		}
		verdicts["unstamped"] += c.Unstamped
		verdicts["hardware_stamped"] += c.Hardware
		verdicts["hardware_doubted"] += c.Doubted
		verdicts["receive_failed"] += c.Failures
		verdicts["receive_overflow"] += c.Lost
	}
	verdicts["broadcast"], verdicts["broadcast_failed"] = d.servers.Broadcasts()
	all["ntp"] = verdicts
	return all, nil
}

// Leap implements control.Daemon.
func (d daemon) Leap(ctx context.Context) (control.Leap, error) {
	return ask(ctx, d.commands, d.loop.Leap)
}

// Satellites implements control.Daemon.
func (d daemon) Satellites(ctx context.Context) (control.Satellites, error) {
	return ask(ctx, d.commands, d.loop.Satellites)
}

// Receiver implements control.Daemon.
func (d daemon) Receiver(ctx context.Context) (control.ReceiverSetup, error) {
	return ask(ctx, d.commands, d.loop.ReceiverSetup)
}

// Order implements control.Daemon.
func (d daemon) Order(ctx context.Context, order, text string) (control.ReceiverSetup, error) {
	refused, err := ask(ctx, d.commands, func() error { return d.loop.Order(order, text) })
	if err := errors.Join(refused, err); err != nil {
		return control.ReceiverSetup{}, err
	}
	return d.Receiver(ctx)
}

// Settings implements control.Daemon.
func (d daemon) Settings(context.Context) (control.Settings, error) {
	return d.running.Load().Settings(), nil
}

// ask has the loop compute an answer. The channel has room for it, so that the
// loop never waits for a question that was given up.
func ask[T any](ctx context.Context, commands chan<- func(), question func() T) (T, error) {
	answer := make(chan T, 1)
	var none T
	select {
	case commands <- func() { answer <- question() }:
	case <-ctx.Done():
		return none, fmt.Errorf("the loop does not answer: %w", ctx.Err())
	}
	select {
	case a := <-answer:
		return a, nil
	case <-ctx.Done():
		return none, fmt.Errorf("the loop does not answer: %w", ctx.Err())
	}
}
