package ke

import (
	"bytes"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"io"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"gpsntpd/server/admission"
	"gpsntpd/server/nts"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// certify writes a certificate for localhost and its key into one file.
func certify(t *testing.T, path string, serial int64) *x509.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), DNSNames: []string{"localhost"},
		NotBefore: time.Unix(0, 0), NotAfter: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC),
		IsCA: true, BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	text := append(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}), pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: secret})...)
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	parsed, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}

// world is a server that runs, and what its clients need.
type world struct {
	*Server
	trusted *x509.CertPool
	closed  atomic.Bool // to whoever asks
}

func begin(t *testing.T) *world {
	t.Helper()
	path := filepath.Join(t.TempDir(), "both.pem")
	w := &world{trusted: x509.NewCertPool()}
	w.trusted.AddCert(certify(t, path, 1))
	c := &admission.Certificate{Path: path, KeyPath: path}
	if loaded, err := c.Reload(); !loaded || err != nil {
		t.Fatal(loaded, err)
	}
	ring, err := nts.NewRing(20000, [32]byte{1})
	if err != nil {
		t.Fatal(err)
	}
	var rings atomic.Pointer[nts.Ring]
	rings.Store(ring)
	w.Server, err = Listen([]string{"127.0.0.1:0", "[::1]:0"}, Options{
		Certificate: c, Rings: &rings, Grant: nts.Grant{Port: 11123},
		Ready:  func() bool { return !w.closed.Load() },
		Allows: func(a netip.Addr) bool { return a.IsLoopback() },
	})
	if err != nil {
		t.Fatal(err)
	}
	ctx, end := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- w.Run(ctx) }()
	t.Cleanup(func() {
		end()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return w
}

// dial returns a connection whose handshake is still to come.
func (w *world) dial(t *testing.T, i int, version uint16, protocols ...string) *tls.Conn {
	t.Helper()
	return w.dialBy(t, i, version, func(c net.Conn) net.Conn { return c }, protocols...)
}

// dialBy is dial with something in between.
func (w *world) dialBy(t *testing.T, i int, version uint16, by func(net.Conn) net.Conn, protocols ...string) *tls.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", w.Counters().Listen[i])
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if err := conn.SetDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return tls.Client(by(conn), &tls.Config{RootCAs: w.trusted, ServerName: "localhost", MaxVersion: version, MinVersion: tls.VersionTLS12, NextProtos: protocols})
}

// usual is the proposal of a usual client.
var usual = []byte{0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0x80, 0, 0, 0}

// ask sends a proposal and returns all of the answer.
func ask(t *testing.T, conn *tls.Conn, proposal []byte) []byte {
	t.Helper()
	if _, err := conn.Write(proposal); err != nil {
		t.Fatal(err)
	}
	answer, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func TestAClientGetsKeysThatItsCookiesHold(t *testing.T) {
	w := begin(t)
	for i := range w.listeners {
		conn := w.dial(t, i, 0, protocol)
		answer := ask(t, conn, usual)
		if want := 6 + 6 + 6 + 8*(4+100) + 4; len(answer) != want { // protocol, algorithm, port, cookies, end
			t.Errorf("%d bytes, want %d", len(answer), want)
		}
	}
	if c := w.Counters(); c.Failed != 0 || c.Refused != 0 {
		t.Errorf("%+v", c)
	}
}

func TestWhatIsNoKeyExchangeFails(t *testing.T) {
	w := begin(t)
	for name, conn := range map[string]*tls.Conn{
		"TLS 1.2":          w.dial(t, 0, tls.VersionTLS12, protocol),
		"another protocol": w.dial(t, 0, 0, "h2"),
	} {
		if conn.Handshake() == nil {
			t.Errorf("%s is let in", name)
		}
	}
	conn := w.dial(t, 0, 0)
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	if n, err := conn.Read(make([]byte, 1)); err == nil {
		t.Errorf("without a protocol %d bytes are answered", n)
	}
	if answer := ask(t, w.dial(t, 0, 0, protocol), []byte{0x80, 0, 0, 0}); len(answer) != 10 || answer[1] != 2 {
		t.Errorf("an empty proposal is answered by %x", answer)
	}
}

// RFC 8915, sections 4 and 4.1.3: the code of the error.
func TestAProposalThatIsNoneIsAnsweredByAnError(t *testing.T) {
	w := begin(t)
	next, algorithm, end := usual[:6], usual[6:12], usual[12:]
	for _, c := range []struct {
		name     string
		proposal [][]byte
		code     byte
	}{
		{"unknown critical record", [][]byte{{0x80, 99, 0, 0}, next, algorithm, end}, 0},
		{"no protocol", [][]byte{algorithm, end}, 1},
		{"no algorithm", [][]byte{next, end}, 1},
		{"two protocols", [][]byte{next, next, algorithm, end}, 1},
		{"more behind the end", [][]byte{usual, {0, 99, 0, 0}}, 1},
		{"two proposals", [][]byte{usual, usual}, 1},
		{"an end that is not critical", [][]byte{next, algorithm, {0, 0, 0, 0}}, 1},
		{"cookies", [][]byte{next, algorithm, {0, 5, 0, 4, 1, 2, 3, 4}, end}, 1},
		{"an error of the client's", [][]byte{{0x80, 2, 0, 2, 0, 1}, end}, 1},
	} {
		want := []byte{0x80, 2, 0, 2, 0, c.code, 0x80, 0, 0, 0}
		if answer := ask(t, w.dial(t, 0, 0, protocol), slices.Concat(c.proposal...)); !bytes.Equal(answer, want) {
			t.Errorf("%s is answered by %x", c.name, answer)
		}
	}
	if c := w.Counters(); c.Exchanges != 0 {
		t.Errorf("%+v", c)
	}
}

// No one holds a connection by being slow, wherever he stops.
func TestAClientThatIsSlowIsCutOff(t *testing.T) {
	t.Parallel()
	w := begin(t)
	silent, err := net.Dial("tcp", w.Counters().Listen[0])
	if err != nil {
		t.Fatal(err)
	}
	halfway, err := net.Dial("tcp", w.Counters().Listen[0])
	if err != nil {
		t.Fatal(err)
	}
	greeted := w.dial(t, 0, 0, protocol)
	if err := greeted.Handshake(); err != nil {
		t.Fatal(err)
	}
	for conn, begun := range map[net.Conn][]byte{silent: nil, halfway: {22, 3, 1, 2, 0, 1}, greeted: usual[:7]} {
		defer conn.Close()
		if _, err := conn.Write(begun); err != nil {
			t.Fatal(err)
		}
	}
	for _, conn := range []net.Conn{silent, halfway, greeted} {
		if err := conn.SetReadDeadline(time.Now().Add(10 * exchangeTimeout)); err != nil {
			t.Fatal(err)
		}
		if n, err := io.ReadAll(conn); len(n) > 0 || errors.Is(err, os.ErrDeadlineExceeded) {
			t.Errorf("answered by %x, %v", n, err)
		}
	}
	if c := w.Counters(); c.Exchanges != 0 {
		t.Errorf("%+v", c)
	}
}

func TestAClientThatSaysTooMuchIsCutOff(t *testing.T) {
	w := begin(t)
	conn := w.dial(t, 0, 0, protocol)
	if err := conn.Handshake(); err != nil {
		t.Fatal(err)
	}
	for { // records that no one has to know
		if _, err := conn.Write(append([]byte{0, 99, 0x3f, 0xfc}, make([]byte, 0x3ffc)...)); err != nil {
			return
		}
	}
}

func TestWhoIsNotToAskIsNotLetIn(t *testing.T) {
	w := begin(t)
	w.closed.Store(true)
	if w.dial(t, 0, 0, protocol).Handshake() == nil {
		t.Error("let in before the date is known")
	}
	w.closed.Store(false)
	ask(t, w.dial(t, 0, 0, protocol), usual)
	if c := w.Counters(); c.Refused != 1 {
		t.Errorf("%+v", c)
	}
}

func TestACertificateIsReadAgainWhenItsFileChanges(t *testing.T) {
	path := filepath.Join(t.TempDir(), "both.pem")
	c := &admission.Certificate{Path: path, KeyPath: path}
	if loaded, err := c.Reload(); loaded || err == nil {
		t.Error("a certificate without a file")
	}
	if _, err := c.ForClient(nil); err == nil {
		t.Error("a client is given one")
	}
	first := certify(t, path, 1)
	if loaded, err := c.Reload(); !loaded || err != nil {
		t.Fatal(loaded, err)
	}
	if loaded, err := c.Reload(); loaded || err != nil {
		t.Errorf("read again: %v, %v", loaded, err)
	}
	c.Forget()
	if loaded, err := c.Reload(); !loaded || err != nil {
		t.Errorf("not read again although it was forgotten: %v, %v", loaded, err)
	}
	if err := os.WriteFile(path, []byte("half a cert"), 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if loaded, err := c.Reload(); loaded || err == nil {
			t.Errorf("garbage is read: %v, %v", loaded, err)
		}
	}
	if used, err := c.ForClient(nil); err != nil || !used.Leaf.Equal(first) {
		t.Error("the old one is not in use any more")
	}
	second := certify(t, path, 2)
	if loaded, err := c.Reload(); !loaded || err != nil {
		t.Fatal(loaded, err)
	}
	if used, _ := c.ForClient(nil); !used.Leaf.Equal(second) {
		t.Error("the new one is not in use")
	}
	if !c.Leaf().Equal(second) {
		t.Errorf("%v", c.Leaf())
	}
}
