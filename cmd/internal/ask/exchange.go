package main

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"time"
)

// Records of the key exchange (RFC 8915, section 7.6), and lengths in bytes.
const (
	critical  = 0x8000
	newCookie = 5
	keySize   = 32
)

// usual asks for NTPv4 and AES-SIV-CMAC-256.
var usual = []byte{0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0x80, 0, 0, 0}

// exchange prints what a key exchange with server yields.
func exchange(w io.Writer, server, authority string) error {
	text, err := os.ReadFile(authority)
	if err != nil {
		return err
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(text) {
		return errors.New(authority + " has no certificate")
	}
	dialer := &net.Dialer{Timeout: 10 * time.Second}
	conn, err := tls.DialWithDialer(dialer, "tcp", server, &tls.Config{RootCAs: trusted, NextProtos: []string{"ntske/1"}})
	if err != nil {
		return err
	}
	defer conn.Close()
	state := conn.ConnectionState()
	for direction := range byte(2) {
		key, err := state.ExportKeyingMaterial("EXPORTER-network-time-security", []byte{0, 0, 0, 15, direction}, keySize)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%x\n", key)
	}
	if _, err := conn.Write(usual); err != nil {
		return err
	}
	for {
		var h [4]byte
		if _, err := io.ReadFull(conn, h[:]); err != nil {
			return err
		}
		body := make([]byte, binary.BigEndian.Uint16(h[2:]))
		if _, err := io.ReadFull(conn, body); err != nil {
			return err
		}
		switch binary.BigEndian.Uint16(h[:]) &^ critical {
		case 0:
			return nil
		case newCookie:
			fmt.Fprintf(w, "%x\n", body)
		}
	}
}
