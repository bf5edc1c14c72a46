package main

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/verify"
)

// clocks are one of each kind.
func clocks(own time.Duration) *verified {
	return &verified{within: 100 * time.Millisecond, own: &own, results: []verify.Result{
		{Target: "web1.lan", Reading: verify.Reading{Method: verify.NTP, Offset: 42 * time.Microsecond, Bound: 120 * time.Microsecond, Samples: 4}},
		{Target: "redis://cache-with-a-long-name.example.net:6379", Reading: verify.Reading{Method: verify.Redis, Offset: 250 * time.Millisecond, Bound: 20 * time.Microsecond, Samples: 4}},
		{Target: "https://www.lan", Reading: verify.Reading{Method: verify.HTTPS, Offset: -98 * time.Millisecond, Bound: 3 * time.Millisecond, Samples: 20}},
		{Target: "db9.lan", Err: errors.New("no answer in time")},
	}}
}

func TestVerifySaysWhichClocksAreOutsideTheLimit(t *testing.T) {
	const want = `HOST                         BY     OFFSET       BOUND       STATE
web1.lan                     ntp    +42 µs       0.13 ms     within
redis://cache-with-a-long-n… redis  +0.25 s      30 µs       outside
https://www.lan              https  −98 ms       3.1 ms      unsure
db9.lan                      no answer in time

1 within 0.1 s, 1 outside, 1 unsure, 1 unreadable.
`
	if got := clocks(10 * time.Microsecond).table(screen.Style{}); got != want {
		t.Errorf("got\n%swant\n%s", got, want)
	}
}

func TestVerifyEndsWithTheWorstOfItsClocks(t *testing.T) {
	for n, want := range map[int]int{1: 0, 2: exitOutside, 3: exitOutside, 4: exitUnreadable} {
		v := clocks(0)
		v.results = v.results[:n]
		status := 0
		if f := (failure{}); errors.As(v.status(), &f) {
			status = f.status
		}
		if status != want {
			t.Errorf("the first %d: status %d, want %d", n, status, want)
		}
	}
	if v := clocks(time.Second); v.of(&v.results[0]) != clockUnsure {
		t.Error("a clock that may be off itself says who is within 0.1 s")
	}
}

func TestHostsComeFromTheCommandLineAndAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "hosts")
	if err := os.WriteFile(file, []byte("web1.lan # the first\n\ndb1.lan:6379\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	all, err := targetsOf([]string{"web1.lan", "web2.lan"}, file)
	if err != nil || len(all) != 3 || all[2].Method != verify.Redis {
		t.Errorf("%+v, %v", all, err)
	}
	for _, c := range [][]string{nil, {"a b"}} {
		if _, err := targetsOf(c, ""); err == nil {
			t.Errorf("%q is taken", c)
		}
	}
	if _, err := targetsOf(nil, file+"s"); err == nil {
		t.Error("a file that is not there")
	}
}
