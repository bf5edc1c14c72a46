package main

import (
	"context"
	"net"
	"os"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
	"gpsntpd/server/metrics"
)

// openDoor listens on address for HTTP; nil when it is "", or when it cannot: the
// log says why, and the time is served all the same.
func openDoor(name, address string, log zerolog.Logger) net.Listener {
	if address == "" {
		return nil
	}
	l, err := net.Listen("tcp", address)
	if err != nil {
		log.Error().Err(err).Str("door", name).Msg("not opened; time is served without it")
		return nil
	}
	log.Info().Str("door", name).Stringer("address", l.Addr()).Msg("opened")
	return l
}

// showMetrics answers Prometheus until ctx ends.
func showMetrics(ctx context.Context, c config.Config, d control.Daemon, log zerolog.Logger) error {
	l := openDoor("metrics", c.Metrics.Listen, log)
	if l == nil {
		<-ctx.Done()
		return nil
	}
	host, _ := os.Hostname() // without one there is one name less
	return metrics.Server{Daemon: d, Names: ownNames(c.Web, host)}.Run(ctx, l)
}
