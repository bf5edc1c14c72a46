package main

import (
	"bytes"
	"context"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/ntp"
)

func TestKeysAreReadAgainAndABrokenFileKeepsTheOldOnes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "keys")
	var log bytes.Buffer
	var keys atomic.Pointer[ntp.Keys]
	r := reloader{keys: &keys, log: zerolog.New(&log)}
	for _, c := range []struct {
		path, text string
		want       []uint32
		says       string
	}{
		{file, "1 SHA1 secret\n", []uint32{1}, ""},
		{file, "1 SHA1 secret\n7 MD5 other\n", []uint32{1, 7}, ""},
		{file, "1 SHA1 secret\n7 MD6 other\n", []uint32{1, 7}, "keys: line 2: "},
		{file + ".gone", "", []uint32{1, 7}, "no such file"},
		{file, "8 SHA1 secret\n", []uint32{8}, ""},
		{"", "", nil, ""},
	} {
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		log.Reset()
		r.rekey(c.path)
		if got := slices.Sorted(maps.Keys(*keys.Load())); !slices.Equal(got, c.want) {
			t.Errorf("after %q: keys %v, want %v", c.text, got, c.want)
		}
		if !strings.Contains(log.String(), c.says) || (c.says == "") != (log.Len() == 0) || strings.Contains(log.String(), "secret") {
			t.Errorf("after %q: logged %s", c.text, &log)
		}
	}
}

func TestTheCertificateIsLookedAtWhenSomebodyAsksAndTroubleIsSaidAgain(t *testing.T) {
	var log bytes.Buffer
	p := newNTSService(config.NTS{Certificate: filepath.Join(t.TempDir(), "none")}, "", nil, nil, zerolog.New(&log))
	p.loadCertificate()
	p.loadCertificate()
	for range 3 { // no one waits for another
		p.reloadCertificate()
	}
	<-p.asked
	p.retryCertificate()
	if n := strings.Count(log.String(), "not read"); n != 2 {
		t.Errorf("%d lines: %s", n, &log)
	}
}

func TestAHangupDuringTheStartIsHeardAfterIt(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hangups := make(chan os.Signal, 1)
		hangups <- syscall.SIGHUP
		var log bytes.Buffer
		r := reloader{options: options{config: "/nonexistent"}, hangups: hangups, log: zerolog.New(&log)}
		ctx, cancel := context.WithCancel(t.Context())
		ended := make(chan error)
		go func() { ended <- r.run(ctx) }()
		synctest.Wait()
		cancel()
		if err := <-ended; err != nil || !strings.Contains(log.String(), "configuration not read again") {
			t.Errorf("%v, %s", err, log.String())
		}
	})
}
