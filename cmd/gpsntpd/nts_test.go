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
)

const today = 20779 // 2026-11-22

func TestMasterKeysOutliveARestart(t *testing.T) {
	folder := t.TempDir()
	c := config.NTS{Certificate: "/nowhere"}
	p := newProtection(c, folder, nil, nil, zerolog.Nop())
	if p.rings.Load() != nil {
		t.Fatal("keys before the first day")
	}
	p.rotate(today)
	first := p.rings.Load().String()
	f, err := os.Stat(filepath.Join(folder, "nts-keys"))
	if err != nil || f.Mode().Perm() != 0o600 {
		t.Fatal(f, err)
	}
	again := newProtection(c, folder+":/elsewhere", nil, nil, zerolog.Nop())
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
	p := newProtection(config.NTS{Certificate: "/nowhere", MasterKeys: path}, "", nil, nil, zerolog.New(&log))
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
	p := newProtection(config.NTS{Certificate: filepath.Join(t.TempDir(), "none")}, "", nil, nil, zerolog.New(&log))
	p.certify()
	p.certify()
	if n := strings.Count(log.String(), "\n"); n != 1 {
		t.Errorf("%d lines: %s", n, &log)
	}
}

func TestWithoutACertificateThereIsNoNTS(t *testing.T) {
	p := newProtection(config.NTS{}, t.TempDir(), nil, nil, zerolog.Nop())
	if err := p.listen(123, nil); err != nil || p.rings != nil || p.status(time.Time{}).State != "off" {
		t.Errorf("%+v, %v", p, err)
	}
	p.close()
}
