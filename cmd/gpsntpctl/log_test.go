package main

import (
	"context"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func TestTheLogReadsLikeItsGoldenFile(t *testing.T) {
	socket := serve(t, known{log: fromJSON[control.Log](t, "testdata/log/start.json")})
	for file, args := range map[string][]string{
		"all":  {"log"},
		"warn": {"log", "--level", "warn", "-n", "1"},
		"json": {"log", "--json", "--level", "warn"},
	} {
		got, err := verb(socket, args...)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/log/"+file+".golden", got)
		if file != "json" {
			narrow(t, file, got)
		}
	}
	if _, err := verb(socket, "log", "--level", "loud"); err == nil {
		t.Error("there is no such level")
	}
}

// growing is a daemon that logs: each question finds the next log.
type growing struct {
	control.Daemon
	logs chan control.Log
	end  context.CancelFunc // when there are no more
}

func (g growing) Log(context.Context) (control.Log, error) {
	l := <-g.logs
	if len(g.logs) == 0 {
		g.end()
	}
	return l, nil
}

func TestFollowingPrintsEachEntryOnceAlsoOverARestart(t *testing.T) {
	all := fromJSON[control.Log](t, "testdata/log/start.json")
	restarted := control.Log{{Time: all[4].Time, Level: "info", Message: "hello again", Fields: control.Fields{}}}
	ctx, end := context.WithCancel(t.Context())
	g := growing{logs: make(chan control.Log, 8), end: end}
	for _, l := range []control.Log{all[:2], all[:4], all[1:], restarted, restarted} {
		g.logs <- l
	}
	tick := make(chan time.Time, 8)
	for range 6 {
		tick <- time.Time{}
	}
	var b strings.Builder
	r := reading{level: "info"}
	client := control.Environ().Client(serve(t, g))
	if err := r.goOn(ctx, client, &b, nil, tick); err != nil {
		t.Error(err)
	}
	want := logText(r.wanted(all, 0), screen.Style{}) + logText(restarted, screen.Style{})
	if got := b.String(); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}
