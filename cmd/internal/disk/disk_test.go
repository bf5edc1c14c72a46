package disk

import (
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"

	"gpsntpd/server/why"
)

func TestAFileSystemIsJudgedWhoeverWritesThere(t *testing.T) {
	room := unix.Statfs_t{Blocks: 10, Bavail: 1, Files: 10, Ffree: 1}
	locked, full, crowded := room, room, room
	locked.Flags, full.Bavail, crowded.Ffree = unix.ST_RDONLY, 0, 0
	for _, c := range []struct {
		err  error
		seen unix.Statfs_t
		want why.Disk
	}{
		{nil, room, "ok"}, {nil, locked, "read_only"}, {nil, full, "full"}, {nil, crowded, "full"},
		{unix.ENOENT, room, "off"}, {unix.EACCES, room, "off"}, {unix.EIO, room, "failed"},
		{nil, unix.Statfs_t{}, "ok"}, // some file systems count nothing
	} {
		if got := word(c.err, c.seen); got != c.want {
			t.Errorf("%v, %+v: %s, want %s", c.err, c.seen, got, c.want)
		}
	}
	if got := Of(filepath.Join(t.TempDir(), "none")); got != why.DiskUnused {
		t.Error(got)
	}
}

func TestAFolderOfOursIsJudgedByWhetherWeMayWriteThere(t *testing.T) {
	folder := t.TempDir()
	for path, want := range map[string]why.Disk{"": why.DiskUnused, folder: why.DiskOK, filepath.Join(folder, "gone"): why.DiskFailed} {
		if got := Mine(path); got != want {
			t.Errorf("%q: %s, want %s", path, got, want)
		}
	}
	for err, want := range map[error]why.Disk{unix.EROFS: "read_only", unix.EACCES: "read_only", unix.EPERM: "read_only", unix.EIO: "failed"} {
		if got := mine(err, folder); got != want {
			t.Errorf("%v: %s, want %s", err, got, want)
		}
	}
}
