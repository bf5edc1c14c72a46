package main

import (
	"context"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/clockbound"
	"gpsntpd/server/why"
)

// boundPage is the page that programs of this host take the clock's bound from.
type boundPage struct {
	page   *clockbound.Page // nil: there is none
	latest *discipline.Latest
	clock  hw.Clock
}

// openBoundPage opens the page at path; "" is for none. What it says is of the host's
// clock, so that there is none where that is not steered. Without it the time is served all
// the same.
func openBoundPage(path string, m machine, latest *discipline.Latest, log zerolog.Logger) boundPage {
	if path == "" {
		return boundPage{}
	}
	if m.operation != why.Steered {
		log.Warn().Str("path", path).Msg("no page of the clock's bound: the host's clock is not steered")
		return boundPage{}
	}
	page, err := clockbound.Open(path)
	if err != nil {
		log.Error().Err(err).Str("path", path).Msg("no page of the clock's bound")
	}
	return boundPage{page, latest, m.clock}
}

// boundEvery is how often the page is renewed: clients take a clock for free running whose
// bound is older than 5 s.
const boundEvery = time.Second

func (b boundPage) tasks() []task {
	if b.page == nil {
		return nil
	}
	return []task{{"bound page", func(ctx context.Context) error {
		defer b.page.Close()
		tick := time.NewTicker(boundEvery)
		defer tick.Stop()
		for {
			b.renew()
			select {
			case <-tick.C:
			case <-ctx.Done():
				return nil
			}
		}
	}}}
}

// renew reads the monotonic clock first: a pause between the two makes the bound wider.
func (b boundPage) renew() {
	var at unix.Timespec
	if unix.ClockGettime(unix.CLOCK_MONOTONIC_COARSE, &at) == nil {
		b.page.Write(clockbound.Of(b.latest.Load(), b.clock.Read(), clockbound.Monotonic(at.Nano())))
	}
}
