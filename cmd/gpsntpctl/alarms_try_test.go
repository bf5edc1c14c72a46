package main

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"gpsntpd/server/control"
)

// tried is a daemon whose ways do what they do.
type tried struct {
	known
	all control.Tests
	err error
}

func (d tried) TestAlarms(_ context.Context, name string) (control.Tests, error) {
	var some control.Tests
	for _, t := range d.all {
		if name == "" || name == t.Way {
			some = append(some, t)
		}
	}
	return some, d.err
}

func TestATestOfAlarmsSaysWhatEachWayAnswered(t *testing.T) {
	socket := serve(t, tried{all: control.Tests{
		{Way: "dingtalk", Delivered: true, Answer: `200 OK {"errcode":0,"errmsg":"ok"}`, Seconds: 0.21},
		{Way: "syslog", Delivered: true, Seconds: 0.0001},
		{Way: "ops-mail", Error: new("535 5.7.8 authentication failed"), Seconds: 1.5},
	}})
	text, err := verb(socket, "alarms", "test")
	want := "dingtalk  delivered in 0.21 s\n  200 OK {\"errcode\":0,\"errmsg\":\"ok\"}\n" +
		"syslog    sent; it never answers\nops-mail  failed after 1.5 s\n  535 5.7.8 authentication failed\n"
	if f := (failure{}); text != want || !errors.As(err, &f) || f.status != exitUndelivered {
		t.Errorf("%v\n%s\nwant\n%s", err, text, want)
	}
	if text, err = verb(socket, "alarms", "test", "dingtalk", "--lang", "zh"); err != nil || !strings.HasPrefix(text, "dingtalk  已送达，用时 0.21 s\n") {
		t.Errorf("%v\n%s", err, text)
	}
	text, err = verb(socket, "alarms", "test", "--json")
	var first control.Test
	if e := json.Unmarshal([]byte(strings.Split(text, "\n")[0]), &first); e != nil || err == nil || first.Way != "dingtalk" || strings.Count(text, "\n") != 3 {
		t.Errorf("%v, %v\n%s", e, err, text)
	}
}

func TestATestThatCannotBeIsAFailureWithItsReason(t *testing.T) {
	socket := serve(t, tried{err: errors.New("no way to deliver alarms is configured")})
	_, err := verb(socket, "alarms", "test")
	if f := (failure{}); !errors.As(err, &f) || f.status != exitUndelivered || !strings.Contains(err.Error(), "configured") {
		t.Error(err)
	}
	_, err = verb(socket+".none", "alarms", "test")
	if f := (failure{}); !errors.As(err, &f) || f.status != exitUnreachable {
		t.Error(err)
	}
}
