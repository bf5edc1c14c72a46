package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"time"

	"github.com/google/renameio/v2"

	"gpsntpd/server/control"
)

// How long certificates are valid, in years. That of an authority has to reach
// every client anew.
const (
	authorityYears   = 10
	certificateYears = 2
)

// early is by how much certificates are dated back: a client's clock may be
// behind ours before it has the time from us.
const early = 24 * time.Hour

// certified is what nts init leaves behind: paths, and what is in the files.
type certified struct {
	Authority         string       `json:"authority"`
	AuthorityKey      string       `json:"authority_key"`
	AuthorityNotAfter control.Time `json:"authority_not_after"`
	Certificate       string       `json:"certificate"`
	PrivateKey        string       `json:"private_key"`
	NotAfter          control.Time `json:"not_after"`
	Names             []string     `json:"names"`
}

// issuer is a certificate with its key.
type issuer struct {
	certificate *x509.Certificate
	key         *ecdsa.PrivateKey
}

var errClock = errors.New("the clock of this host shows a time that is long past: set it, or do this on another host")

// certify makes the files in folder at a given time.
func certify(folder string, names []string, now time.Time) (m certified, err error) {
	if now.Before(reasonable) {
		return m, errClock
	}
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return m, err
	}
	at := func(name string) string { return filepath.Join(folder, name) }
	m = certified{Authority: at("ca.crt"), AuthorityKey: at("ca.key"), Certificate: at("nts.crt"), PrivateKey: at("nts.key"), Names: names}
	ca, err := read(m.Authority, m.AuthorityKey)
	if errors.Is(err, fs.ErrNotExist) {
		ca, err = issue(&x509.Certificate{
			Subject:               pkix.Name{CommonName: "gpsntpd authority of " + names[0]},
			NotAfter:              now.AddDate(authorityYears, 0, 0),
			KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
			BasicConstraintsValid: true, IsCA: true, MaxPathLenZero: true,
		}, issuer{}, now)
		if err == nil {
			err = ca.write(m.Authority, m.AuthorityKey)
		}
	}
	if err != nil {
		return m, err
	}
	server := &x509.Certificate{
		Subject:     pkix.Name{CommonName: names[0]},
		NotAfter:    earlier(now.AddDate(certificateYears, 0, 0), ca.certificate.NotAfter),
		KeyUsage:    x509.KeyUsageDigitalSignature,
		ExtKeyUsage: []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
	}
	for _, name := range names {
		if ip := net.ParseIP(name); ip != nil {
			server.IPAddresses = append(server.IPAddresses, ip)
		} else {
			server.DNSNames = append(server.DNSNames, name)
		}
	}
	made, err := issue(server, ca, now)
	if err != nil {
		return m, err
	}
	m.AuthorityNotAfter, m.NotAfter = control.Time{Time: ca.certificate.NotAfter}, control.Time{Time: made.certificate.NotAfter}
	return m, made.write(m.Certificate, m.PrivateKey)
}

func earlier(t, u time.Time) time.Time {
	if u.Before(t) {
		return u
	}
	return t
}

// issue signs a certificate for a new key by another, or by itself without one.
func issue(template *x509.Certificate, by issuer, now time.Time) (made issuer, err error) {
	made.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return made, err
	}
	template.NotBefore = now.Add(-early)
	if by.key == nil {
		by = issuer{template, made.key}
	}
	der, err := x509.CreateCertificate(rand.Reader, template, by.certificate, &made.key.PublicKey, by.key)
	if err != nil {
		return made, err
	}
	made.certificate, err = x509.ParseCertificate(der)
	return made, err
}

// write writes both files, the key first: gpsntpd takes them when the newer
// certificate is there.
func (i issuer) write(path, keyPath string) error {
	secret, err := x509.MarshalPKCS8PrivateKey(i.key)
	if err != nil {
		return err
	}
	if err := renameio.WriteFile(keyPath, pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret}), 0o600); err != nil {
		return err
	}
	return renameio.WriteFile(path, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: i.certificate.Raw}), 0o644)
}

// read reads what write wrote. It is an fs.ErrNotExist only if neither is there.
func read(path, keyPath string) (i issuer, err error) {
	text, err := os.ReadFile(path)
	secret, failure := os.ReadFile(keyPath)
	if errors.Is(err, fs.ErrNotExist) != errors.Is(failure, fs.ErrNotExist) {
		return i, fmt.Errorf("%s and %s belong together: one of them is missing", path, keyPath)
	}
	if err := errors.Join(err, failure); err != nil {
		return i, err
	}
	block, _ := pem.Decode(text)
	keyBlock, _ := pem.Decode(secret)
	if block == nil || keyBlock == nil {
		return i, fmt.Errorf("%s, %s: not PEM", path, keyPath)
	}
	if i.certificate, err = x509.ParseCertificate(block.Bytes); err != nil {
		return i, fmt.Errorf("%s: %w", path, err)
	}
	key, err := x509.ParsePKCS8PrivateKey(keyBlock.Bytes)
	if err != nil {
		return i, fmt.Errorf("%s: %w", keyPath, err)
	}
	if i.key, _ = key.(*ecdsa.PrivateKey); i.key == nil || !i.key.PublicKey.Equal(i.certificate.PublicKey) {
		return i, fmt.Errorf("%s is not the key of %s", keyPath, path)
	}
	return i, nil
}
