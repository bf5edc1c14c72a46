package main

import (
	"flag"
	"testing"

	"gpsntpd/cmd/internal/man"
)

var update = flag.Bool("update", false, "write the manual page")

func TestTheManualPageIsOfTheseFlags(t *testing.T) {
	var o options
	man.Held(t, "../../docs/man/gpsntpd.8", man.Daemon(o.flags()), *update)
}
