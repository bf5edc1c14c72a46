package ke

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"errors"
	"io"
	"math/big"
	"net"
	"strconv"
	"strings"
	"testing"
	"time"

	"gpsntpd/server/nts"
)

var noon = time.Date(2026, 12, 1, 12, 0, 0, 0, time.UTC)

// to returns a client that is connected to a server wherever it wants to go.
func to(trusted *x509.CertPool, address string) Client {
	return Client{Roots: trusted, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, network, address)
	}}
}

func TestTheClientGetsWhatTheServerGives(t *testing.T) {
	w := begin(t)
	for i, host := range []string{"127.0.0.1", "::1"} {
		address := w.Counters().Listen[i]
		x, err := to(w.trusted, address).Exchange(t.Context(), "localhost", 4460, noon, true)
		if err != nil || len(x.C2S) != nts.KeySize || len(x.S2C) != nts.KeySize || len(x.Cookies) != 8 || x.Port != 11123 || x.Server != "" || x.Peer != host || len(x.Chain) != 1 {
			t.Fatalf("%+v, %v", x, err)
		}
	}
}

func TestACertificateThatIsNotTheServersIsNotTaken(t *testing.T) {
	w := begin(t)
	for name, c := range map[string]struct {
		host string
		when time.Time
		by   *x509.CertPool
	}{
		"another name":      {"other.example", noon, w.trusted},
		"another authority": {"localhost", noon, x509.NewCertPool()},
		"expired":           {"localhost", time.Date(2201, 1, 1, 0, 0, 0, 0, time.UTC), w.trusted},
	} {
		for _, sure := range []bool{true, false} {
			if x, err := to(c.by, w.Counters().Listen[0]).Exchange(t.Context(), c.host, 4460, c.when, sure); err == nil {
				t.Errorf("%s: %+v", name, x)
			}
		}
	}
}

// signed is a server's certificate that is good from one time to another.
func signed(t *testing.T, from, until time.Time) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(7), Subject: pkix.Name{CommonName: "a"}, DNSNames: []string{"localhost"}, NotBefore: from, NotAfter: until,
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}

// impostor is a server that does what it likes with each connection.
func impostor(t *testing.T, do func(net.Conn)) (address string) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			do(c)
			c.Close()
		}
	}()
	t.Cleanup(func() { l.Close(); <-ended })
	return l.Addr().String()
}

func TestBeforeTheDateIsKnownACertificateMayBeFromLaterOn(t *testing.T) {
	certificate, pool := signed(t, noon.AddDate(1, 0, 0), noon.AddDate(2, 0, 0))
	p := nts.ProposalMessage() // what was proposed, with a cookie before the end
	granted := append(append(p[:12:12], append([]byte{0, 5, 0, 16}, make([]byte, 16)...)...), p[12:]...)
	address := impostor(t, func(c net.Conn) {
		s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: []string{protocol}})
		if _, err := io.ReadFull(s, make([]byte, 16)); err == nil {
			_, _ = s.Write(granted)
		}
	})
	c := to(pool, address)
	if _, err := c.Exchange(t.Context(), "localhost", 1, noon, true); err == nil {
		t.Error("it is not good yet, and the date is known")
	}
	x, err := c.Exchange(t.Context(), "localhost", 1, noon, false)
	if err != nil {
		t.Fatal(err)
	}
	for _, v := range []struct {
		when time.Time
		good bool
	}{{noon, false}, {noon.AddDate(1, 6, 0), true}, {noon.AddDate(3, 0, 0), false}} {
		if err := c.Verify("localhost", x.Chain, v.when); (err == nil) != v.good {
			t.Errorf("at %v: %v", v.when, err)
		}
	}
}

func TestAServerThatIsNoneEndsTheExchange(t *testing.T) {
	certificate, pool := signed(t, noon.AddDate(-1, 0, 0), noon.AddDate(1, 0, 0))
	secure := func(protocols []string, version uint16, do func(*tls.Conn)) func(net.Conn) {
		return func(c net.Conn) {
			do(tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}, NextProtos: protocols, MaxVersion: version}))
		}
	}
	answer := func(text string) func(*tls.Conn) {
		return func(s *tls.Conn) {
			if _, err := io.ReadFull(s, make([]byte, 16)); err == nil {
				_, _ = io.WriteString(s, text)
			}
		}
	}
	for name, do := range map[string]func(net.Conn){
		"closes at once":    func(net.Conn) {},
		"speaks HTTP":       func(c net.Conn) { _, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\n\r\n") },
		"TLS 1.2":           secure([]string{protocol}, tls.VersionTLS12, answer("")),
		"another protocol":  secure([]string{"h2"}, 0, answer("")),
		"no protocol":       secure(nil, 0, answer("")),
		"says nothing more": secure([]string{protocol}, 0, answer("")),
		"garbage":           secure([]string{protocol}, 0, answer(strings.Repeat("x", 1<<16))),
	} {
		c := to(pool, impostor(t, do))
		if x, err := c.Exchange(t.Context(), "localhost", 1, noon, true); err == nil {
			t.Errorf("%s: %+v", name, x)
		}
	}
}

func TestAnExchangeThatHangsEndsWithItsContext(t *testing.T) {
	ctx, end := context.WithCancel(t.Context())
	address := impostor(t, func(c net.Conn) {
		end()
		_, _ = io.Copy(io.Discard, c) // until the client hangs up
	})
	if _, err := to(nil, address).Exchange(ctx, "localhost", 1, noon, true); !errors.Is(err, context.Canceled) && err == nil {
		t.Error(err)
	}
	host, port, _ := net.SplitHostPort(address)
	n, _ := strconv.Atoi(port)
	c := Client{Dial: new(net.Dialer).DialContext}
	if _, err := c.Exchange(ctx, host, uint16(n), noon, true); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}
