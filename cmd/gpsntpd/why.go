package main

import (
	"context"
	"time"

	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

// spoken is the language that a question asks for, else that of the configuration.
func (d daemon) spoken(language string) why.Language {
	if language == "" {
		language = string(d.running.Load().Language)
	}
	if why.Language(language) == why.Chinese {
		return why.Chinese
	}
	return why.English
}

// Why implements control.Daemon.
func (d daemon) Why(ctx context.Context, language string) (control.Why, error) {
	l := d.spoken(language)
	return ask(ctx, d.commands, func() control.Why { return d.loop.Why(l) })
}

// Alarms implements control.Daemon.
func (d daemon) Alarms(ctx context.Context, language string) (control.Alarms, error) {
	l := d.spoken(language)
	return ask(ctx, d.commands, func() control.Alarms { return d.loop.Alarms(l) })
}

// TestAlarms implements control.Daemon. Its time is the system's: no one is told more
// than that it is a test.
func (d daemon) TestAlarms(ctx context.Context, name string) (control.Tests, error) {
	return d.notices.test(ctx, name, time.Now())
}
