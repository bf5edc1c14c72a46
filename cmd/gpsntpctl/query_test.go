package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/beevik/ntp"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	responder "gpsntpd/server/ntp"
	"gpsntpd/server/udp"
)

// goodAnswer is an answer by a synchronized server that is 12 µs ahead.
func goodAnswer() *ntp.Response {
	at := time.Date(2026, 11, 22, 12, 0, 0, 123456789, time.UTC)
	return &ntp.Response{
		ClockOffset: 12 * time.Microsecond, RTT: 68 * time.Microsecond, RootDistance: 49259,
		Stratum: 1, ReferenceID: 0x53494d00, Version: 4,
		Time: at, ReferenceTime: at.Add(-time.Second), Timestamps: ntp.ProtocolTimestamps{ServerXmit: at},
	}
}

func unsynchronized() *ntp.Response {
	r := goodAnswer()
	r.Stratum, r.Leap, r.ReferenceID, r.RootDistance = 0, ntp.LeapNotInSync, 0, 16*time.Second
	return r
}

func outcomes() []outcome {
	second := goodAnswer()
	second.ClockOffset, second.RTT, second.RootDistance = -1530*time.Millisecond, 21*time.Millisecond, 31*time.Millisecond
	second.Stratum, second.ReferenceID, second.Leap = 2, 0xc0000201, ntp.LeapAddSecond
	replay := unsynchronized()
	replay.ClockOffset = -4238 * 24 * time.Hour
	refuses := unsynchronized()
	refuses.ReferenceID, refuses.KissCode = 0x52415445, "RATE"
	return []outcome{
		{server: "127.0.0.1:11123", best: goodAnswer(), samples: 4},
		{server: "[2001:db8:1234:5678:9abc:def0:1234:5678]:11123", best: second, samples: 3},
		{server: "ntp.example", best: replay, samples: 4},
		{server: "busy.example", best: refuses, samples: 1},
		{server: "192.0.2.1", err: errors.New("no answer within 1s")},
	}
}

func TestQueryJSONIsTheContract(t *testing.T) {
	var b bytes.Buffer
	if err := printQueryLines(&b, outcomes(), screen.Style{}); err != nil {
		t.Fatal(err)
	}
	const want = `{"server":"127.0.0.1:11123","offset_seconds":0.000012,"bound_seconds":0.000049259,"delay_seconds":0.000068,"stratum":1,"refid":"SIM","leap":0,"version":4,"time":"2026-11-22T12:00:00.123456789Z","samples":4,"error":null}
{"server":"[2001:db8:1234:5678:9abc:def0:1234:5678]:11123","offset_seconds":-1.53,"bound_seconds":0.031,"delay_seconds":0.021,"stratum":2,"refid":"192.0.2.1","leap":1,"version":4,"time":"2026-11-22T12:00:00.123456789Z","samples":3,"error":null}
{"server":"ntp.example","offset_seconds":-366163200,"bound_seconds":null,"delay_seconds":0.000068,"stratum":0,"refid":null,"leap":3,"version":4,"time":"2026-11-22T12:00:00.123456789Z","samples":4,"error":null}
{"server":"busy.example","offset_seconds":0.000012,"bound_seconds":null,"delay_seconds":0.000068,"stratum":0,"refid":"RATE","leap":3,"version":4,"time":"2026-11-22T12:00:00.123456789Z","samples":1,"error":null}
{"server":"192.0.2.1","offset_seconds":null,"bound_seconds":null,"delay_seconds":null,"stratum":null,"refid":null,"leap":null,"version":null,"time":null,"samples":0,"error":"no answer within 1s"}
`
	if b.String() != want {
		t.Errorf("got\n%swant\n%s", &b, want)
	}
}

func TestQuerySaysInWordsWhoIsAhead(t *testing.T) {
	var b bytes.Buffer
	if err := printQueryTable(&b, outcomes(), screen.Style{}); err != nil {
		t.Fatal(err)
	}
	const want = `
SERVER                              OFFSET    BOUND    DELAY ST REFID
127.0.0.1:11123                     +12 µs    50 µs    68 µs  1 SIM
[2001:db8:1234:5678:9abc:…          −1.5 s    31 ms    21 ms  2 192.0.2.1
ntp.example                     −4238 days        -    68 µs  0 not synchronized
busy.example                        +12 µs        -    68 µs  0 refuses: RATE
192.0.2.1                  no answer within 1s

127.0.0.1:11123 is 12 µs ahead of this host, ± 50 µs.
`
	if got := "\n" + b.String(); got != want {
		t.Errorf("got%swant%s", got, want)
	}
	for l := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(l) - 1; n > 80 {
			t.Errorf("%d columns: %s", n, l)
		}
	}
}

func TestTheConclusionFitsTheOutcome(t *testing.T) {
	all := outcomes()
	for _, c := range []struct {
		outcomes []outcome
		text     string
		status   int
	}{
		{all[:1], "127.0.0.1:11123 is 12 µs ahead of this host, ± 50 µs.", 0},
		{all[1:2], "[2001:db8:1234:5678:9abc:… is 1.5 s behind this host, ± 31 ms.\nIt announces a leap second.", 0},
		{all[1:3], "[2001:db8:1234:5678:9abc:… is 1.5 s behind this host, ± 31 ms.\nIt announces a leap second.", 1},
		{all[2:4], "No server is synchronized: set no clock by these answers.", 1},
		{all[2:], "No server is synchronized: set no clock by these answers.", 2},
		{all[4:], "No server answered.", 2},
	} {
		if got := conclusion(c.outcomes, screen.Style{}); got != c.text {
			t.Errorf("got %q, want %q", got, c.text)
		}
		var f failure
		errors.As(queryStatus(c.outcomes), &f)
		if f.status != c.status {
			t.Errorf("%q: exit status %d, want %d", c.text, f.status, c.status)
		}
	}
}

func TestAServerIsNamedWithOrWithoutPort(t *testing.T) {
	for arg, want := range map[string]string{
		"ntp.example":          "ntp.example:123",
		"ntp.example:11123":    "ntp.example:11123",
		"192.0.2.1":            "192.0.2.1:123",
		"192.0.2.1:11123":      "192.0.2.1:11123",
		"::1":                  "[::1]:123",
		"[::1]":                "[::1]:123",
		"[::1]:11123":          "[::1]:11123",
		"fe80::1%eth0":         "[fe80::1%eth0]:123",
		"[fe80::1%eth0]:11123": "[fe80::1%eth0]:11123",
		"":                     "",
		":123":                 "",
		"ntp.example:":         "",
		"ntp.example:ntp":      "",
		"ntp.example:0":        "",
		"ntp.example:65536":    "",
		"[::1":                 "",
		"[]":                   "",
		"a:b:c":                "",
	} {
		if got, err := withPort(arg); got != want || (err == nil) != (want != "") {
			t.Errorf("%q: %q, %v", arg, got, err)
		}
	}
}

// hostClock is the host's clock, read only.
type hostClock struct{}

func (hostClock) Read() hw.Reading {
	var now, raw unix.Timespec
	if err := errors.Join(unix.ClockGettime(unix.CLOCK_REALTIME, &now), unix.ClockGettime(unix.CLOCK_MONOTONIC_RAW, &raw)); err != nil {
		panic(err)
	}
	return hw.Reading{Time: hw.Time(now.Nano()), Raw: hw.Raw(raw.Nano())}
}

func (hostClock) FromKernel(t hw.Time) hw.Time { return t }

// queryable answers from s on loopback for the rest of the test.
func queryable(t *testing.T, s *discipline.Snapshot) (addresses []string) {
	t.Helper()
	var latest discipline.Latest
	latest.Store(s)
	var policy atomic.Pointer[responder.Policy]
	policy.Store(&responder.Policy{Access: responder.NewAccess(nil, nil, nil)})
	server, err := udp.Listen(udp.Options{Addresses: []string{"127.0.0.1:0", "[::1]:0"}, Policy: &policy}, hostClock{}, &latest, &responder.Responder{})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- server.Run(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	for _, c := range server.Counters() {
		addresses = append(addresses, c.Listen)
	}
	return addresses
}

func query(args ...string) (string, error) {
	var b bytes.Buffer
	root := newRoot()
	root.SetOut(&b)
	root.SetArgs(append([]string{"query"}, args...))
	err := root.Execute()
	return b.String(), err
}

func TestAServerAheadOfUsHasAPositiveOffset(t *testing.T) {
	now := hostClock{}.Read()
	const ahead = 3 * time.Second
	addresses := queryable(t, &discipline.Snapshot{
		Anchor: now, Tolerance: 10 * time.Millisecond, Measured: now.Time, Offset: ahead,
		MaxError: time.Second, State: discipline.Locked,
		LastSample: now.Time, Reference: discipline.Reference{Source: refclock.FromPulse, RefID: refclock.RefIDOf("SIM"), Stratum: 1, Time: now.Time},
	})
	out, err := query(append(addresses, "--json", "--samples", "2")...)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	lines := json.NewDecoder(strings.NewReader(out))
	for _, address := range addresses {
		var l queryLine
		if err := lines.Decode(&l); err != nil {
			t.Fatal(err)
		}
		if l.Server != address || *l.Stratum != 1 || *l.Refid != "SIM" || *l.Leap != 0 || l.Samples != 2 || l.Error != nil {
			t.Errorf("%s: %s", address, out)
		}
		if off := *l.OffsetSeconds - ahead.Seconds(); max(off, -off) > *l.BoundSeconds {
			t.Errorf("%s: offset %v s is off by more than %v s", address, *l.OffsetSeconds, *l.BoundSeconds)
		}
	}
}

func TestTheExitStatusTellsWhatAScriptNeeds(t *testing.T) {
	starting := queryable(t, &discipline.Snapshot{})[0]
	for _, c := range []struct {
		args   []string
		status int
	}{
		{[]string{starting}, exitUnsynchronized},
		{[]string{"127.0.0.1:1", starting, "--samples", "1"}, exitNoAnswer}, // nothing serves port 1
	} {
		out, err := query(c.args...)
		var f failure
		if !errors.As(err, &f) || f.status != c.status || f.err != nil {
			t.Errorf("%v: %v\n%s", c.args, err, out)
		}
	}
	for _, args := range [][]string{{}, {"[::1"}, {starting, "--samples", "0"}, {starting, "--timeout", "0s"}} {
		var f failure
		if out, err := query(args...); err == nil || errors.As(err, &f) || out != "" {
			t.Errorf("%v is no complaint about usage: %v\n%s", args, err, out)
		}
	}
}
