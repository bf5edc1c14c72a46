package main

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"
)

// Where gpsntpd with everything on is visited, and its certificate.
const (
	pageDoor        = "127.0.0.1:8123"
	metricsDoor     = "127.0.0.1:9123"
	exchangeDoor    = "127.0.0.1:4460"
	certificateFile = "/etc/gpsntpd/nts.pem"
)

// It is visited this often, as Prometheus does, once it has the time.
const (
	visiting   = 15 * time.Second
	firstVisit = 30 * time.Second
)

// certify writes a certificate for gpsntpd, with its key. It is good in any year.
func certify() error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Unix(0, 0), NotAfter: time.Unix(0, 0).AddDate(100, 0, 0),
	}
	leaf, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	if err := os.MkdirAll(filepath.Dir(certificateFile), 0o755); err != nil {
		return err
	}
	return os.WriteFile(certificateFile, text, 0o600)
}

// visit looks at the page and at the metrics, and exchanges keys.
func visit() error {
	var all []error
	for _, path := range []string{pageDoor + "/", pageDoor + "/v1/status", pageDoor + "/v1/history", metricsDoor + "/metrics"} {
		all = append(all, read("http://"+path))
	}
	return errors.Join(append(all, exchangeKeys())...)
}

// look reads what is at an address.
func read(url string) error {
	client := http.Client{Timeout: time.Second, Transport: &http.Transport{DisableKeepAlives: true}}
	resp, err := client.Get(url)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if n, err := io.Copy(io.Discard, resp.Body); err != nil || n == 0 || resp.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s, %d bytes: %w", url, resp.Status, n, err)
	}
	return nil
}

// exchangeKeys asks for NTPv4 and AES-SIV-CMAC-256 (RFC 8915, section 4), and
// takes the answer.
func exchangeKeys() error {
	conn, err := tls.Dial("tcp", exchangeDoor, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"ntske/1"}})
	if err != nil {
		return err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(time.Second)); err != nil {
		return err
	}
	if _, err := conn.Write([]byte{0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0x80, 0, 0, 0}); err != nil {
		return err
	}
	const cookies = 8 * 100 // bytes at least, in a good answer
	if answer, err := io.ReadAll(conn); err != nil || len(answer) < cookies {
		return fmt.Errorf("key exchange: %d bytes: %w", len(answer), err)
	}
	return nil
}
