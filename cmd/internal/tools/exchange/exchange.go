// Package exchange is the client's side of the NTS key exchange (RFC 8915,
// section 4), for the programs that test and measure servers.
package exchange

import (
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"io"
	"net"
	"time"
)

// Records of the key exchange (RFC 8915, section 7.6), and lengths in bytes.
const (
	critical  = 0x8000
	newCookie = 5
	keySize   = 32
)

const timeout = 10 * time.Second

// Usual asks for NTPv4 and AES-SIV-CMAC-256.
func Usual() []byte { return []byte{0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0x80, 0, 0, 0} }

// Yield is what a key exchange yields: the keys C2S and S2C, 32 bytes each, and
// cookies.
type Yield struct {
	Keys    [2][]byte
	Cookies [][]byte
}

// With exchanges keys with the server at an address and port, whose certificate
// must be good by what is trusted, by a proposal: records of a client.
func With(server string, trusted *x509.CertPool, proposal []byte) (y Yield, err error) {
	dialer := &net.Dialer{Timeout: timeout}
	conn, err := tls.DialWithDialer(dialer, "tcp", server, &tls.Config{RootCAs: trusted, NextProtos: []string{"ntske/1"}})
	if err != nil {
		return y, err
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return y, err
	}
	state := conn.ConnectionState()
	for direction := range y.Keys {
		context := []byte{0, 0, 0, 15, byte(direction)}
		if y.Keys[direction], err = state.ExportKeyingMaterial("EXPORTER-network-time-security", context, keySize); err != nil {
			return y, err
		}
	}
	if _, err := conn.Write(proposal); err != nil {
		return y, err
	}
	for {
		var h [4]byte
		if _, err := io.ReadFull(conn, h[:]); err != nil {
			return y, err
		}
		body := make([]byte, binary.BigEndian.Uint16(h[2:]))
		if _, err := io.ReadFull(conn, body); err != nil {
			return y, err
		}
		switch binary.BigEndian.Uint16(h[:]) &^ critical {
		case 0:
			return y, nil
		case newCookie:
			y.Cookies = append(y.Cookies, body)
		}
	}
}
