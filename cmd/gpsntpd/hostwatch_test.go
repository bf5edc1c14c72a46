package main

import (
	"os"
	"path/filepath"
	"testing"

	"gpsntpd/server/why"
)

func TestWhatTheServersCountedIsKnownForTheLastMinute(t *testing.T) {
	var s hostWatch
	var got why.NTP
	for look := range uint64(10) { // 100 requests and 10 denials each time
		got = s.recent(why.NTP{Requests: 100 * (look + 1), Denied: 10 * (look + 1)})
		want := why.Recent{Requests: 100 * min(look+1, recentLooks), Denied: 10 * min(look+1, recentLooks)}
		if got.Recent != want {
			t.Errorf("look %d: %+v, want %+v", look, got.Recent, want)
		}
	}
	if got.Requests != 1000 {
		t.Errorf("%+v", got)
	}
}

func TestARivalIsSeenWhileItsGroupIsThere(t *testing.T) {
	groups := t.TempDir()
	if got := rival(groups); got != "" {
		t.Error(got)
	}
	if err := os.Mkdir(filepath.Join(groups, "chrony.service"), 0o755); err != nil {
		t.Fatal(err)
	}
	if got := rival(groups); got != "chrony" {
		t.Error(got)
	}
	if got := rival(""); got != "" {
		t.Error(got)
	}
}
