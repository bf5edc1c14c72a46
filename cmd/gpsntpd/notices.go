package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"sync"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/alarm"
	"gpsntpd/server/control"
	"gpsntpd/server/notice"
	"gpsntpd/server/why"
)

// notices delivers alarms by the ways of the configuration.
type notices struct {
	*notice.Post
	host     string
	language why.Language
	testing  *sync.Mutex // one test at a time
}

// newNotices reads the files of services. One that is wrong is logged, and fails with
// each notice: the time is served all the same.
func newNotices(c config.Alarms, log zerolog.Logger) notices {
	var ways []notice.Way
	if len(c.Exec) > 0 {
		ways = append(ways, notice.Exec{Command: c.Exec})
	}
	if c.Webhook != "" {
		ways = append(ways, notice.Webhook{URL: c.Webhook, Language: c.Language})
	}
	for _, path := range c.Services {
		way, err := config.LoadService(path, c.Language)
		if err != nil {
			log.Error().Err(err).Msg("no alarms go to a service, whose file is not as it should be")
			way = closed{config.ServiceName(path), err}
		}
		if config.Exposed(path) {
			log.Warn().Str("file", path).Msg("everybody on this host may read the secrets of a service: chmod 640, chgrp _gpsntp")
		}
		ways = append(ways, way)
	}
	if c.Syslog != (notice.Syslog{}) {
		ways = append(ways, c.Syslog)
	}
	host, _ := os.Hostname() // a host without a name tells of its alarms all the same
	return notices{notice.New(log, ways...), host, c.Language, new(sync.Mutex)}
}

// closed is a way that the configuration names, and that leads nowhere.
type closed struct {
	name string
	err  error
}

// String implements notice.Way.
func (c closed) String() string { return c.name }

// Try implements notice.Way.
func (c closed) Try(context.Context, notice.Notice) (string, error) { return "", c.err }

// tasks deliver what was raised.
func (n notices) tasks() []task {
	if len(n.Ways()) == 0 {
		return nil
	}
	return []task{{"alarms", n.Run}}
}

// reach lists the URLs that notices go to.
func (n notices) reach() (all []string) {
	for _, w := range n.Ways() {
		if r, ok := w.(interface{ Reach() string }); ok {
			all = append(all, r.Reach())
		}
	}
	return all
}

// raised queues what the loop has raised or cleared: one for each cause, not what
// follows from it.
func (n notices) raised(a alarm.Alarm) {
	if !a.Told {
		return
	}
	text, remedy := a.Notice(n.language)
	told := notice.Notice{
		Host: n.host, Code: string(a.Code), Severity: string(a.Severity), State: notice.Raised,
		Time: a.Raised, Text: text, Remedy: remedy,
	}
	if !a.Cleared.IsZero() {
		told.State, told.Time = notice.Cleared, a.Cleared
	}
	n.Send(told)
}

// test sends a notice of nothing by each way of that name, or by all, once.
func (n notices) test(ctx context.Context, name string, now time.Time) (control.Tests, error) {
	if !n.testing.TryLock() {
		return nil, errors.New("another test is on its way")
	}
	defer n.testing.Unlock()
	var some []notice.Way
	var names []string
	for _, way := range n.Ways() {
		called, _, _ := strings.Cut(way.String(), " ")
		if names = append(names, called); name == "" || name == called {
			some = append(some, way)
		}
	}
	switch {
	case len(names) == 0:
		return nil, errors.New("no way to deliver alarms is configured: see alarms.services, webhook, exec and syslog")
	case len(some) == 0:
		return nil, fmt.Errorf("no way to deliver alarms is called %q; there are %s", name, strings.Join(names, ", "))
	}
	all := make(control.Tests, len(some))
	var at sync.WaitGroup
	for i, way := range some {
		at.Go(func() { all[i] = try(ctx, way, notice.Test(n.host, now, n.language)) })
	}
	at.Wait()
	return all, nil
}

// try tells what comes of a notice by a way.
func try(ctx context.Context, way notice.Way, told notice.Notice) control.Test {
	start := time.Now()
	answer, err := way.Try(ctx, told)
	called, _, _ := strings.Cut(way.String(), " ")
	t := control.Test{Way: called, Delivered: err == nil, Answer: answer, Seconds: time.Since(start).Seconds()}
	if err != nil {
		t.Error = new(err.Error())
	}
	return t
}
