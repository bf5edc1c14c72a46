package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/hw"
)

const (
	made    = 2_000_000_000 // of the list below: newer than any that a system may have today
	expires = 2_031_536_000
	newer   = "#$ 4208988800\n#@ 4240524800\n2272060800 10\n2287785600 11\n"
)

func TestTheNewestListIsUsedAndItsExpiryIsAWarning(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap-seconds.list")
	if err := os.WriteFile(path, []byte(newer), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		now  int64
		want string
	}{{made, `"info"`}, {expires - 1, `"info"`}, {expires, `"warn"`}} {
		var logged bytes.Buffer
		table, source := leapSeconds(path, hw.Time(c.now*1e9), zerolog.New(&logged))
		if source != path || table.Updated != made || table.Expires != expires {
			t.Errorf("%s: made %d, expires %d", source, table.Updated, table.Expires)
		}
		if lines := logged.String(); !strings.Contains(lines, `{"level":`+c.want+`,"source":"`+path+`","expires":"2034-05-18"`) {
			t.Errorf("at %d: %s", c.now, lines)
		}
	}
}

func TestAListThatCannotBeReadIsSaidAndAnotherIsUsed(t *testing.T) {
	path := filepath.Join(t.TempDir(), "leap-seconds.list")
	var logged bytes.Buffer
	_, source := leapSeconds(path, 0, zerolog.New(&logged))
	if source == path || !strings.Contains(logged.String(), `{"level":"error",`) || !strings.Contains(logged.String(), path) {
		t.Errorf("%s: %s", source, &logged)
	}
}
