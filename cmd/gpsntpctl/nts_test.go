package main

import (
	"crypto/x509"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// november is when the certificates of these tests are made.
var november = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func TestACertificateIsGoodForEveryNameUnderItsAuthority(t *testing.T) {
	folder := filepath.Join(t.TempDir(), "new", "nts")
	names := []string{"ntp.example", "192.0.2.1", "2001:db8::1"}
	m, err := certify(folder, names, november)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := read(m.Authority, m.AuthorityKey)
	if err != nil {
		t.Fatal(err)
	}
	server, err := read(m.Certificate, m.PrivateKey)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(ca.certificate)
	for _, name := range names {
		for _, at := range []time.Time{november.Add(-23 * time.Hour), november, m.NotAfter.Time} {
			if _, err := server.certificate.Verify(x509.VerifyOptions{DNSName: name, Roots: roots, CurrentTime: at}); err != nil {
				t.Errorf("%s at %v: %v", name, at, err)
			}
		}
	}
	if c := ca.certificate; !c.IsCA || !c.MaxPathLenZero || c.NotAfter.Year() != 2036 || server.certificate.IsCA || server.certificate.NotAfter.Year() != 2028 {
		t.Errorf("authority until %v, certificate until %v", c.NotAfter, server.certificate.NotAfter)
	}
	for path, mode := range map[string]os.FileMode{m.Authority: 0o644, m.AuthorityKey: 0o600, m.Certificate: 0o644, m.PrivateKey: 0o600} {
		if f, err := os.Stat(path); err != nil || f.Mode().Perm() != mode {
			t.Errorf("%s: %v, %v", path, f.Mode(), err)
		}
	}
}

func TestACertificateIsRenewedByTheSameAuthorityAndNotBeyondIt(t *testing.T) {
	folder := t.TempDir()
	first, err := certify(folder, []string{"ntp.example"}, november)
	if err != nil {
		t.Fatal(err)
	}
	second, err := certify(folder, []string{"ntp.example"}, november.AddDate(9, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	if second.AuthorityNotAfter != first.AuthorityNotAfter || second.NotAfter != first.AuthorityNotAfter {
		t.Errorf("%+v, then %+v", first, second)
	}
}

func TestNoCertificateIsMadeOfWhatIsNotRight(t *testing.T) {
	if _, err := certify(t.TempDir(), []string{"ntp.example"}, time.Unix(1000, 0)); !errors.Is(err, errClock) {
		t.Errorf("a clock of 1970: %v", err)
	}
	for name, spoil := range map[string]func(certified) error{
		"no key":       func(m certified) error { return os.Remove(m.AuthorityKey) },
		"another key":  func(m certified) error { return os.Rename(m.PrivateKey, m.AuthorityKey) },
		"an empty key": func(m certified) error { return os.Truncate(m.AuthorityKey, 0) },
		"half a file":  func(m certified) error { return os.Truncate(m.Authority, 100) },
	} {
		folder := t.TempDir()
		m, err := certify(folder, []string{"ntp.example"}, november)
		if err == nil {
			err = spoil(m)
		}
		if err != nil {
			t.Fatal(err)
		}
		if _, err := certify(folder, []string{"ntp.example"}, november); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}

func TestNamesAreThoseOfHosts(t *testing.T) {
	for name, want := range map[string]bool{"ntp.example": true, "192.0.2.1": true, "2001:db8::1": true, "a b": false, "": false, "ntp/1": false, "\"": false} {
		if isHost(name) != want {
			t.Errorf("%q: %v", name, !want)
		}
	}
}
