package main

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gpsntpd/server/why"
)

func TestWhatTheServersCountedIsKnownForTheLastMinute(t *testing.T) {
	var s surroundings
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

func TestTheStorageIsJudgedByItsFolder(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]why.Disk{"": why.DiskUnused, folder: why.DiskOK, filepath.Join(folder, "gone"): why.DiskFailed} {
		if got := writable(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
	room := unix.Statfs_t{Blocks: 10, Bavail: 1, Files: 10, Ffree: 1}
	locked, full, crowded := room, room, room
	locked.Flags, full.Bavail, crowded.Ffree = unix.ST_RDONLY, 0, 0
	for _, c := range []struct {
		err  error
		seen unix.Statfs_t
		want why.Disk
	}{
		{nil, room, "ok"}, {nil, locked, "read_only"}, {nil, full, "full"}, {nil, crowded, "full"},
		{unix.EROFS, room, "read_only"}, {unix.EACCES, room, "read_only"}, {unix.EIO, room, "failed"},
		{nil, unix.Statfs_t{}, "ok"}, // some file systems count nothing
	} {
		if got := writableWord(c.err, c.seen); got != c.want {
			t.Errorf("%v, %+v: %s, want %s", c.err, c.seen, got, c.want)
		}
	}
}
