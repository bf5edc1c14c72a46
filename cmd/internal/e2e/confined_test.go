//go:build !captures && !interop

package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpd/sandbox"
)

// confinement is what a daemon says at its start: whether the kernel can confine it.
func confinement() (says string, is bool) {
	if sandbox.Version() > 0 {
		return "confined to its own files and devices", true
	}
	return sandbox.ErrNone.Error(), false
}

// unnamed makes a file that anybody may read, in a folder that no rule of the daemon names.
func unnamed(t *testing.T) string {
	t.Helper()
	folder, err := os.MkdirTemp("/var/tmp", "gpsntpd-e2e-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	path := filepath.Join(folder, "keys")
	if err := errors.Join(os.Chmod(folder, 0o755), os.WriteFile(path, []byte("no key\n"), 0o644)); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestTheDaemonOpensNothingButWhatItWasStartedWith(t *testing.T) {
	t.Parallel()
	outside := unnamed(t)
	keys := file(t, "keys", "1 SHA1 secret\n")
	path := file(t, "gpsntpd.toml", "[server]\nkeys = %q\n", keys)
	d := serve(t, "--sim", "--config", path)
	start, is := confinement()
	until(t, says(&d.err, start))
	rewrite := func(path, format string, args ...any) {
		t.Helper()
		if err := errors.Join(os.WriteFile(path+".new", fmt.Appendf(nil, format, args...), 0o600), os.Rename(path+".new", path)); err != nil {
			t.Fatal(err)
		}
		d.signal(syscall.SIGHUP)
	}
	rewrite(keys, "1 SHA1 secret\n2 SHA1\n") // another file takes its place
	until(t, says(&d.err, "keys: line 2: "))
	want := "keys: line 1: "
	if is {
		want = "permission denied"
	}
	rewrite(path, "[server]\nkeys = %q\n", outside)
	until(t, says(&d.err, want))
	if is != strings.Contains(d.err.String(), "a restart reads it") {
		t.Error("it does not say what to do")
	}
	d.becomes("locked", "ok", "ok") // by a device that was opened afterwards
}

func TestAnAlarmsProgramIsConfinedLikeTheDaemon(t *testing.T) {
	t.Parallel()
	port := filepath.Join(t.TempDir(), "ttyGPS")
	folder := t.TempDir()
	program, told := filepath.Join(folder, "program"), filepath.Join(folder, "told")
	text := fmt.Sprintf("#!/bin/sh\ncat %s >/dev/null && echo read >>%s\ngrep -E '^(CapPrm|CapAmb|NoNewPrivs):' /proc/self/status >>%[2]s\necho end >>%[2]s\n", unnamed(t), told)
	if err := os.WriteFile(program, []byte(text), 0o700); err != nil {
		t.Fatal(err)
	}
	r := plug(t, port)
	defer r.pull()
	r.says(fixed)
	const ntp = 2_208_988_800
	now := time.Now().Unix() + ntp
	list := file(t, "leap-seconds.list", "#$ %d\n#@ %d\n3692217600 37\n", now, now+10*24*3600)
	d := serve(t, "--no-steer", "--config", file(t, "gpsntpd.toml", `
[receiver]
device = %q
not-before = "2020-01-01"
[pulse]
device = "off"
[clock]
max-error = "2s"
leap-seconds = %q
[alarms]
exec = %q
[sandbox]
write = [%q]
[web]
listen = "off"
`, port, list, program, folder))
	var got []byte
	until(t, func() (err error) {
		got, err = os.ReadFile(told)
		if err == nil && !strings.HasSuffix(string(got), "end\n") {
			err = fmt.Errorf("not at its end: %s", got)
		}
		return err
	})
	_, is := confinement()
	if is == strings.Contains(string(got), "read") {
		t.Errorf("confined: %v, but it has\n%s", is, got)
	}
	if want := "CapPrm:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\n"; !strings.Contains(string(got), want) {
		t.Errorf("it has\n%s\nwant\n%s", got, want)
	}
	d.status()
}
