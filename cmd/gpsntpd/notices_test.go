package main

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/alarm"
	"gpsntpd/server/notice"
	"gpsntpd/server/why"
)

// sink is a way that hands on.
type sink struct{ got chan notice.Notice }

func (sink) String() string { return "sink" }

func (s sink) Try(_ context.Context, n notice.Notice) (string, error) {
	s.got <- n
	return "", nil
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

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// refusing is a way that is not there.
type refusing struct{ sink }

func (refusing) String() string { return "ops somewhere" }

func (refusing) Try(context.Context, notice.Notice) (string, error) {
	return "", errors.New("refused")
}

func TestATestGoesByEachWayOrByTheOneOfThatName(t *testing.T) {
	got := make(chan notice.Notice, 9)
	n := newNotices(config.Alarms{Language: why.Chinese}, zerolog.Nop())
	if all, err := n.test(t.Context(), "", noon); err == nil || all != nil {
		t.Errorf("%v, %v", all, err)
	}
	n.Post = notice.New(zerolog.Nop(), sink{got}, refusing{sink{got}})
	all, err := n.test(t.Context(), "", noon)
	if err != nil || len(all) != 2 || all[0].Way != "sink" || !all[0].Delivered || all[0].Error != nil ||
		all[1].Way != "ops" || all[1].Delivered || *all[1].Error != "refused" {
		t.Errorf("%+v, %v", all, err)
	}
	if told := <-got; told.Code != "test" || !strings.Contains(told.Text, "测试") || told.State != notice.Raised {
		t.Errorf("%+v", told)
	}
	if all, err = n.test(t.Context(), "ops", noon); err != nil || len(all) != 1 || len(got) != 0 {
		t.Errorf("%+v, %v", all, err)
	}
	if _, err = n.test(t.Context(), "no one", noon); err == nil || !strings.Contains(err.Error(), "sink, ops") {
		t.Error(err)
	}
}

func TestAServiceWhoseFileIsWrongFailsAloneAndItsAddressIsReached(t *testing.T) {
	good, bad := written(t, "format = \"slack\"\nurl = \"https://hooks.slack.com/services/s3cret\"\n"), written(t, "format = \"slack\"\nurl = \"s3cret\"\n")
	var log bytes.Buffer
	n := newNotices(config.Alarms{Services: []string{good, bad}, Webhook: "http://example.net/"}, zerolog.New(&log))
	if !slices.Equal(n.reach(), []string{"http://example.net/", "https://hooks.slack.com/services/s3cret"}) || strings.Contains(log.String(), "s3cret") {
		t.Errorf("%v\n%s", n.reach(), &log)
	}
	if _, err := n.Ways()[2].Try(t.Context(), notice.Notice{}); err == nil || !strings.Contains(log.String(), `key \"url\": want`) {
		t.Errorf("%v\n%s", err, &log)
	}
}
