package main

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
)

func TestWhatIsNotKnownOfNTSIsLeftOut(t *testing.T) {
	now := control.Time{Time: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	off := newProtection(config.NTS{}, "", nil, nil, zerolog.Nop())
	if k := off.report(now); k.State != "off" || k.CertificatePath != nil || k.MasterKeys != nil || k.Listen == nil || k.Now != now {
		t.Errorf("without NTS: %+v", k)
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "none")
	p := newProtection(config.NTS{Certificate: path, Server: "ntp.example"}, folder, nil, nil, zerolog.Nop())
	p.certify()
	k := p.report(now)
	if k.Certificate != nil || k.MasterKeys != nil || *k.CertificatePath != path || *k.PrivateKeyPath != path || *k.Server != "ntp.example" || k.CertificateFailure == nil {
		t.Errorf("before there is anything: %+v", k)
	}
	p.rotate(today)
	if m := p.report(now).MasterKeys; m == nil || *m.Path != filepath.Join(folder, "nts-keys") || m.Oldest != "2026-11-20" || m.Today != "2026-11-22" || m.Newest != "2026-11-23" {
		t.Errorf("keys of the day: %+v", m)
	}
}
