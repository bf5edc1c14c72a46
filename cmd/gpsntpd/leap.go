package main

import (
	"errors"
	"io/fs"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline/leap"
	"gpsntpd/hw"
	"gpsntpd/server/regular"
)

// leapLists is where systems keep the list that the IERS publishes.
var leapLists = [...]string{
	"/usr/share/zoneinfo/leap-seconds.list",
	"/var/lib/ntp/leap-seconds.list",
	"/etc/ntp.leapseconds",
}

// leapSeconds returns the newest table of the built-in one, the system's and
// the operator's, and where it is from. A list of the system's may be missing,
// the operator's may not. Whether it has expired is judged by what the clock
// shows at the start, now, which a sample has still to put right.
func leapSeconds(configured string, now hw.Time, log zerolog.Logger) (leap.Table, string) {
	newest, source := leap.Builtin(), "built in"
	consider := func(path string) error {
		text, err := regular.Read(path, regular.Most)
		if err != nil {
			return err
		}
		t, err := leap.Parse(string(text))
		if err == nil && t.Updated > newest.Updated {
			newest, source = t, path
		}
		return err
	}
	for _, path := range leapLists {
		if err := consider(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			log.Warn().Err(err).Str("file", path).Msg("leap second list not used")
		}
	}
	if configured != "" {
		if err := consider(configured); err != nil {
			log.Error().Err(err).Str("file", configured).Msg("leap second list not used")
		}
	}
	e, message := log.Info(), "leap second list"
	if now.Std().Unix() >= newest.Expires {
		e, message = log.Warn(), "the leap second list has expired, if the clock is right: the next leap second is not known"
	}
	e.Str("source", source).Str("expires", time.Unix(newest.Expires, 0).UTC().Format(time.DateOnly)).Msg(message)
	return newest, source
}
