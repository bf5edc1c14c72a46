package main

import (
	"context"

	"gpsntpd/server/control"
)

// Scatter implements control.Daemon.
func (d daemon) Scatter(ctx context.Context) (control.Scatter, error) {
	p, err := ask(ctx, d.commands, d.loop.Pulses)
	return p.Scatter(), err
}
