package main

import (
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/leaps"
	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
)

// leapSeconds returns the newest table of the built-in one, the system's and
// the operator's, and where it is from. A list of the system's may be missing,
// the operator's may not. Whether it has expired is judged by what the clock
// shows at the start, now, which a sample has still to put right.
func leapSeconds(configured string, now hw.Time, log zerolog.Logger) (leap.Table, string) {
	newest, source := leaps.Newest("", configured, func(path string, err error) {
		e := log.Warn()
		if path == configured {
			e = log.Error()
		}
		e.Err(err).Str("file", path).Msg("leap second list not used")
	})
	e, message := log.Info(), "leap second list"
	if now.Std().Unix() >= newest.Expires {
		e, message = log.Warn(), "the leap second list has expired, if the clock is right: the next leap second is not known"
	}
	e.Str("source", source).Str("expires", time.Unix(newest.Expires, 0).UTC().Format(time.DateOnly)).Msg(message)
	return newest, source
}
