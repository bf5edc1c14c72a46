package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
)

const today = 20779 // 2026-11-22

func TestMasterKeysOutliveARestart(t *testing.T) {
	folder := t.TempDir()
	c := config.NTS{Certificate: "/nowhere"}
	p := newNTSService(c, folder, nil, nil, zerolog.Nop())
	if p.rings.Load() != nil {
		t.Fatal("keys before the first day")
	}
	p.rotate(today)
	first := p.rings.Load().String()
	f, err := os.Stat(filepath.Join(folder, "nts-keys"))
	if err != nil || f.Mode().Perm() != 0o600 {
		t.Fatal(f, err)
	}
	again := newNTSService(c, folder+":/elsewhere", nil, nil, zerolog.Nop())
	if again.rings.Load().String() != first {
		t.Error("other keys after a restart")
	}
	again.rotate(today)
	if again.rings.Load().String() != first {
		t.Error("other keys on the same day")
	}
	again.rotate(today + 1)
	kept, err := os.ReadFile(again.path)
	if err != nil || string(kept) != again.rings.Load().String() || string(kept) == first {
		t.Errorf("the next day's keys are not kept: %v", err)
	}
}

func TestMasterKeysThatMakeNoSenseAreReplaced(t *testing.T) {
	path := filepath.Join(t.TempDir(), "shared")
	if err := os.WriteFile(path, []byte("torn"), 0o600); err != nil {
		t.Fatal(err)
	}
	var log bytes.Buffer
	p := newNTSService(config.NTS{Certificate: "/nowhere", MasterKeys: path}, "", nil, nil, zerolog.New(&log))
	if p.rings.Load() != nil || !strings.Contains(log.String(), "master keys not used") {
		t.Errorf("%s", &log)
	}
	p.rotate(today)
	if text, err := os.ReadFile(path); err != nil || string(text) != p.rings.Load().String() {
		t.Errorf("%q, %v", text, err)
	}
}

func TestTroubleWithACertificateIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	p := newNTSService(config.NTS{Certificate: filepath.Join(t.TempDir(), "none")}, "", nil, nil, zerolog.New(&log))
	p.loadCertificate()
	p.loadCertificate()
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines: %s", n, &log)
	}
}

func TestWithoutACertificateThereIsNoNTS(t *testing.T) {
	p := newNTSService(config.NTS{}, t.TempDir(), nil, nil, zerolog.Nop())
	if err := p.listen(123, nil); err != nil || p.rings != nil || p.status(time.Time{}).State != "off" {
		t.Errorf("%+v, %v", p, err)
	}
	p.close()
}

func TestMasterKeysTurnByADateThatIsSureAlone(t *testing.T) {
	folder := t.TempDir()
	p := newNTSService(config.NTS{Certificate: "/nowhere"}, folder, nil, nil, zerolog.Nop())
	p.rotateIfDue(today) // where there are none, keys are exchanged at once …
	first := p.rings.Load()
	p.rotateIfDue(today + 7300) // … and are not lost to a date that goes away again
	if text, err := os.ReadFile(p.path); err != nil || string(text) != first.String() || p.rings.Load() != first {
		t.Errorf("%q, %v", text, err)
	}
	p.dateKnown.Store(true)
	p.rotateIfDue(today + 1)
	if text, err := os.ReadFile(p.path); err != nil || string(text) == first.String() || string(text) != p.rings.Load().String() {
		t.Errorf("%q, %v", text, err)
	}
}

func TestMasterKeysOfDaysToComeAreMadeAnewWithAnAlarm(t *testing.T) {
	folder := t.TempDir()
	c := config.NTS{Certificate: "/nowhere"}
	newNTSService(c, folder, nil, nil, zerolog.Nop()).rotate(today + 7300)
	var log bytes.Buffer
	clock := clock.NewSoftware(clock.MonotonicRaw, clock.Realtime, clock.Realtime())
	p := newNTSService(c, folder, nil, clock, zerolog.New(&log))
	p.dateKnown.Store(true)
	p.rotateIfDue(today)
	if oldest, day, _ := p.rings.Load().Days(); day != today || oldest != today-2 || !strings.Contains(log.String(), "days to come") {
		t.Errorf("keys of %d, %s", day, &log)
	}
	if text, err := os.ReadFile(p.path); err != nil || string(text) != p.rings.Load().String() {
		t.Errorf("%q, %v", text, err)
	}
	now := clock.Read().Raw
	if !p.recentlyRenewed(now) || p.recentlyRenewed(now+hw.Raw(renewedFor)) {
		t.Error("it is not said for an hour")
	}
	log.Reset()
	again := newNTSService(c, folder, nil, clock, zerolog.New(&log))
	again.dateKnown.Store(true)
	again.rotateIfDue(today - 1) // a server that shares them may be a day ahead
	if log.Len() != 0 || again.rings.Load().String() != p.rings.Load().String() {
		t.Errorf("%s", &log)
	}
}
