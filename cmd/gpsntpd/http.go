package main

import (
	"context"
	"net"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/admission"
	"gpsntpd/server/control"
	"gpsntpd/server/httpd"
	"gpsntpd/server/metrics"
)

// listenHTTP listens on address for HTTP; nil when it is "", or when it cannot: the
// log says why, and the time is served all the same.
func listenHTTP(name, address string, log zerolog.Logger) net.Listener {
	if address == "" {
		return nil
	}
	l, err := admission.Listen(address)
	if err != nil {
		log.Error().Err(err).Str("service", name).Msg("not opened; time is served without it")
		return nil
	}
	log.Info().Str("service", name).Stringer("address", l.Addr()).Msg("opened")
	return l
}

// metricsTasks listen for Prometheus, and answer it.
func metricsTasks(c config.Metrics, d control.Daemon, guard *httpd.Guard, log zerolog.Logger) []task {
	l := listenHTTP("metrics", c.Listen, log)
	if l == nil {
		return nil
	}
	return []task{{"metrics", func(ctx context.Context) error { return metrics.Server{Daemon: d, Guard: guard}.Run(ctx, l) }}}
}
