package ke

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"

	"gpsntpd/server/nts"
)

// clientTimeout is how long an exchange may take, with the connection.
const clientTimeout = 10 * time.Second

// Client exchanges keys with servers.
type Client struct {
	Roots *x509.CertPool // nil: those of the system
	Dial  func(ctx context.Context, network, address string) (net.Conn, error)
}

// Exchanged is what came of an exchange.
type Exchanged struct {
	nts.Yield
	Peer  string // the address that the keys were exchanged with
	Chain []*x509.Certificate
}

var (
	errVersion = errors.New("the server does not speak " + protocol)
	errNobody  = errors.New("the server has shown no certificate")
)

// Exchange exchanges keys with the server of that name. Its certificate must be good at
// the time that when says; where that is not sure, its dates are judged as Undated does.
func (c Client) Exchange(ctx context.Context, host string, port uint16, when time.Time, sure bool) (x Exchanged, err error) {
	ctx, end := context.WithTimeout(ctx, clientTimeout)
	defer end()
	conn, err := c.Dial(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(int(port))))
	if err != nil {
		return x, err
	}
	defer conn.Close()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	secure := tls.Client(conn, &tls.Config{
		MinVersion: tls.VersionTLS13, NextProtos: []string{protocol}, ServerName: host,
		InsecureSkipVerify: true, // VerifyConnection does it, by another time
		VerifyConnection: func(s tls.ConnectionState) error {
			x.Chain = s.PeerCertificates
			if !sure {
				when = Undated(x.Chain, when)
			}
			return c.Verify(host, x.Chain, when)
		},
	})
	if err := secure.HandshakeContext(ctx); err != nil {
		return x, err
	}
	state := secure.ConnectionState()
	if state.NegotiatedProtocol != protocol {
		return x, errVersion
	}
	if _, err := secure.Write(nts.ProposalMessage()); err != nil {
		return x, err
	}
	if x.Yield, err = nts.ReadGrant(secure); err != nil {
		return x, err
	}
	contexts := nts.Contexts()
	for i, key := range []*[]byte{&x.C2S, &x.S2C} {
		if *key, err = state.ExportKeyingMaterial(label, contexts[i], nts.KeySize); err != nil {
			return x, fmt.Errorf("export keys: %w", err)
		}
	}
	x.Peer, _, err = net.SplitHostPort(conn.RemoteAddr().String())
	return x, err
}

// Verify judges a chain of certificates, as it was sent by the server of that name.
func (c Client) Verify(host string, chain []*x509.Certificate, when time.Time) error {
	if len(chain) == 0 {
		return errNobody
	}
	between := x509.NewCertPool()
	for _, certificate := range chain[1:] {
		between.AddCert(certificate)
	}
	_, err := chain[0].Verify(x509.VerifyOptions{DNSName: host, Roots: c.Roots, Intermediates: between, CurrentTime: when})
	return err
}

// Undated is the time by which certificates are judged while it is not known: no
// certificate is signed before the day from which on it is good, so it is not earlier than that, nor
// than when. What has expired by then is not taken.
func Undated(chain []*x509.Certificate, when time.Time) time.Time {
	for _, certificate := range chain {
		if certificate.NotBefore.After(when) {
			when = certificate.NotBefore
		}
	}
	return when
}
