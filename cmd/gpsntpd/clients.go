package main

import (
	"context"

	"gpsntpd/cmd/internal/loop"
	"gpsntpd/server/control"
)

// Clients implements control.Daemon.
func (d daemon) Clients(context.Context) (control.Clients, error) {
	return loop.Clients(d.servers.Clients()), nil
}
