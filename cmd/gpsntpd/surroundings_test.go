package main

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/alarm"
	"gpsntpd/server/notice"
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
	for path, want := range map[string]string{"": "off", folder: "ok", filepath.Join(folder, "gone"): "failed"} {
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
		want string
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

// sink is a way that hands on.
type sink struct{ got chan notice.Notice }

func (sink) String() string { return "sink" }

func (s sink) Send(_ context.Context, n notice.Notice) error {
	s.got <- n
	return nil
}

func TestEveryWayOfTheConfigurationDeliversInItsLanguage(t *testing.T) {
	c := config.Alarms{Exec: []string{"/bin/true"}, Webhook: "http://127.0.0.1:1", Syslog: notice.Syslog{Facility: 3, Network: "udp", Address: "127.0.0.1:9"}, Language: why.Chinese}
	got := make(chan notice.Notice, 2)
	n := newNotices(c, zerolog.Nop())
	if names := n.Ways(); len(names) != 3 {
		t.Errorf("%v", names)
	}
	n.Post = notice.New(zerolog.Nop(), sink{got})
	ctx, end := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- n.Run(ctx) }()
	raised := time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)
	a := alarm.Alarm{
		Code: alarm.NoPulse, Severity: alarm.Critical, Raised: raised, Told: true,
		English: alarm.Said{Clause: "No pulse.", Text: "No pulse.", Remedy: "Look."},
		Chinese: alarm.Said{Clause: "没有秒脉冲。", Text: "没有秒脉冲。", Remedy: "请检查。"},
	}
	n.raised(a)
	a.Ended, a.Cleared = raised.Add(50*time.Second), raised.Add(time.Minute)
	n.raised(a)
	n.raised(alarm.Alarm{Code: alarm.HoldoverBegan, Because: alarm.NoPulse}) // follows from it, and is no news
	first, second := <-got, <-got
	if first.Text != "没有秒脉冲。" || first.State != notice.Raised || first.Time != raised || first.Code != "no_pulse" ||
		second.State != notice.Cleared || second.Time != a.Cleared || !strings.HasPrefix(second.Text, "已于") || second.Remedy != "" || len(got) > 0 {
		t.Errorf("%+v\n%+v", first, second)
	}
	end()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}
