package main

import (
	"context"

	"github.com/rs/zerolog"

	"gpsntpd/server/control"
	"gpsntpd/server/history"
)

// records is what is kept of the past, and told of the present.
type records struct {
	log      *logRing
	history  *history.History
	past     pastFile // of history
	watchers *control.Watchers
}

// recordsIn continues what was kept in folders, which is as systemd passes
// $STATE_DIRECTORY.
func recordsIn(folders string, lines *logRing, log zerolog.Logger) records {
	past := pastIn(folders, log)
	return records{log: lines, history: past.load(), past: past, watchers: new(control.Watchers)}
}

// tasks keeps them for d.
func (k records) tasks(d daemon) []task {
	b := beat{daemon: d}
	return []task{
		{"history", func(ctx context.Context) error { return k.past.run(ctx, k.history) }},
		{"beat", b.run},
	}
}

// save keeps what is to be there at the next start.
func (k records) save() { k.past.save(k.history) }

// Watch implements control.Daemon.
func (d daemon) Watch(ctx context.Context) (<-chan control.Event, error) {
	return d.watchers.Watch(ctx)
}
