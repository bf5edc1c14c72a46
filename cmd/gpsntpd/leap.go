package main

import (
	"os"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/discipline/leap"
)

// leapLists is where systems keep the list that the IERS publishes.
var leapLists = [...]string{
	"/usr/share/zoneinfo/leap-seconds.list",
	"/var/lib/ntp/leap-seconds.list",
	"/etc/ntp.leapseconds",
}

// leapSeconds returns the newest table of the built-in one, the system's and
// the operator's. What it can't read it leaves out, and says so.
func leapSeconds(configured string, log zerolog.Logger) leap.Table {
	newest, source := leap.Builtin(), "built in"
	for _, path := range append(leapLists[:], configured) {
		text, err := os.ReadFile(path)
		if err != nil && path != configured {
			continue
		}
		var t leap.Table
		if err == nil {
			t, err = leap.Parse(string(text))
		}
		switch {
		case err != nil && path != "":
			log.Warn().Err(err).Str("file", path).Msg("leap second list not used")
		case t.Updated > newest.Updated:
			newest, source = t, path
		}
	}
	expires := time.Unix(newest.Expires, 0).UTC().Format(time.DateOnly)
	log.Info().Str("source", source).Str("expires", expires).Msg("leap second list")
	return newest
}
