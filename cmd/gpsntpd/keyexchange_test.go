package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/server/control"
	"gpsntpd/server/ntp"
)

func TestWhatIsNotKnownOfNTSIsLeftOut(t *testing.T) {
	now := control.Time{Time: time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)}
	off := newNTSService(config.NTS{}, "", nil, nil, zerolog.Nop())
	if k := off.report(now); k.State != "off" || k.CertificatePath != nil || k.MasterKeys != nil || k.Listen == nil || k.Now != now {
		t.Errorf("without NTS: %+v", k)
	}
	folder := t.TempDir()
	path := filepath.Join(folder, "none")
	p := newNTSService(config.NTS{Certificate: path, Server: "ntp.example"}, folder, nil, nil, zerolog.Nop())
	p.loadCertificate()
	k := p.report(now)
	if k.Certificate != nil || k.MasterKeys != nil || *k.CertificatePath != path || *k.PrivateKeyPath != path || *k.Server != "ntp.example" || k.CertificateFailure == nil {
		t.Errorf("before there is anything: %+v", k)
	}
	p.rotate(today)
	if m := p.report(now).MasterKeys; m == nil || *m.Path != filepath.Join(folder, "nts-keys") || m.Oldest != "2026-11-20" || m.Today != "2026-11-22" || m.Newest != "2026-11-23" {
		t.Errorf("keys of the day: %+v", m)
	}
}

func TestACertificateIsThereBeforeAnybodyLooks(t *testing.T) {
	folder := t.TempDir()
	certificate, key := filepath.Join(folder, "nts.crt"), filepath.Join(folder, "nts.key")
	selfSigned(t, certificate, key)
	var rules atomic.Pointer[ntp.Policy]
	rules.Store(&ntp.Policy{})
	p := newNTSService(config.NTS{Certificate: certificate, PrivateKey: key, Listen: []string{"127.0.0.1:0"}}, "", nil, nil, zerolog.Nop())
	if err := p.listen(123, &rules); err != nil {
		t.Fatal(err)
	}
	defer p.close()
	if s := p.status(time.Now()); s.State == "no_certificate" || s.CertificateNotAfter == nil {
		t.Errorf("%+v", s)
	}
}

// selfSigned writes a certificate and its key that are good for a year.
func selfSigned(t *testing.T, certificate, key string) {
	t.Helper()
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	c := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now.Add(-time.Hour), NotAfter: now.AddDate(1, 0, 0), DNSNames: []string{"localhost"}}
	der, err := x509.CreateCertificate(rand.Reader, c, c, &private.PublicKey, private)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		t.Fatal(err)
	}
	for path, b := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: der}, key: {Type: "PRIVATE KEY", Bytes: secret}} {
		if err := os.WriteFile(path, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
