package web

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"golang.org/x/crypto/bcrypt"

	"gpsntpd/server/admission"
)

// run runs a server on loopback until the test ends.
func run(t *testing.T, s *Server) (address string, end func()) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
	return l.Addr().String(), cancel
}

func TestWhoHoldsConnectionsThatAskNothingKeepsNobodyOut(t *testing.T) {
	address, _ := run(t, showing(&scene{state: "locked"}))
	status := func(conn net.Conn) int {
		fmt.Fprint(conn, "GET /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n")
		resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			return 0
		}
		resp.Body.Close()
		return resp.StatusCode
	}
	var open []net.Conn
	for i := range 100 { // of a client, and of others; the first alone asks
		from := &net.TCPAddr{IP: net.IPv4(127, 0, 0, byte(1+i/30))}
		conn, err := (&net.Dialer{LocalAddr: from}).Dial("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		if open = append(open, conn); i == 0 && status(conn) != 200 {
			t.Fatal("the first is not answered")
		}
	}
	if got := status(open[99]); got != 200 {
		t.Errorf("the last: %d", got)
	}
	if got := status(open[1]); got != 0 {
		t.Errorf("one of those that were idle for longest: %d", got)
	}
}

func TestOneClientCannotHoldAllPlacesOfThoseWhoWaitForNews(t *testing.T) {
	s := showing(&scene{state: "locked"})
	one := netip.MustParseAddr("192.0.2.1") // as httptest has it
	for i := range streams {
		from := one
		if i >= streamsOne {
			from = netip.AddrFrom4([4]byte{10, 0, 0, byte(i)})
		}
		if !s.streams.enter(from) {
			t.Fatal(i, "is refused")
		}
		if i == streamsOne-1 && s.streams.enter(one) {
			t.Error("one client may have more than its places")
		}
	}
	s.streams.leave(one)
	s.streams.enter(netip.MustParseAddr("198.51.100.1"))
	if w := ask(t, s, watchPath); w.Code != http.StatusServiceUnavailable {
		t.Error(w.Code)
	}
	if w := ask(t, s, "/v1/status"); w.Code != http.StatusOK {
		t.Error(w.Code)
	}
}

func TestTheServerEndsWhileSomebodyWaitsForNews(t *testing.T) {
	address, end := run(t, showing(&scene{state: "locked"}))
	resp, err := http.Get("http://" + address + watchPath)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	line, err := bufio.NewReader(resp.Body).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "event: status") {
		t.Error(line, err)
	}
	end()
	io.Copy(io.Discard, resp.Body)
	http.DefaultClient.CloseIdleConnections()
}

func TestAPasswordIsNeededWhereThereIsOne(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("right"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	p, err := ParsePasswords("# readers\n\nann:" + string(hash) + "\n")
	if err != nil {
		t.Fatal(err)
	}
	s := showing(&scene{state: "locked"})
	s.options.Passwords = p
	as := func(user, password string) func(*http.Request) {
		return func(r *http.Request) { r.SetBasicAuth(user, password) }
	}
	for _, path := range []string{"/", "/v1/status", "/assets/page.js"} {
		if w := ask(t, s, path); w.Code != http.StatusUnauthorized || !strings.HasPrefix(w.Header().Get("WWW-Authenticate"), "Basic ") {
			t.Errorf("%s: %d", path, w.Code)
		}
		for range 2 { // tried, then known
			if w := ask(t, s, path, as("ann", "right")); w.Code != http.StatusOK {
				t.Errorf("%s: %d", path, w.Code)
			}
		}
	}
	for _, wrong := range [][2]string{{"ann", "wrong"}, {"bob", "right"}, {"", ""}, {"ann ", "right"}} {
		if w := ask(t, s, "/", as(wrong[0], wrong[1])); w.Code != http.StatusUnauthorized {
			t.Errorf("%q: %d", wrong, w.Code)
		}
	}
	if n := len(p.good); n != 1 {
		t.Errorf("%d are remembered", n)
	}
}

// guarded are passwords of ann and bob, a trial of which takes so long.
func guarded(t *testing.T, takes time.Duration) (p *Passwords, tried *atomic.Int32) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("right"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = ParsePasswords("ann:" + string(hash) + "\nbob:" + string(hash) + "\n"); err != nil {
		t.Fatal(err)
	}
	tried = new(atomic.Int32)
	p.compare = func(_, password []byte) error {
		tried.Add(1)
		<-time.After(takes)
		if string(password) != "right" {
			return bcrypt.ErrMismatchedHashAndPassword
		}
		return nil
	}
	return p, tried
}

// guesses has four connections of a client guess a user's password until ctx ends.
func guesses(ctx context.Context, p *Passwords, from netip.Addr, user string) *sync.WaitGroup {
	var all sync.WaitGroup
	for i := range 4 {
		all.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				p.right(ctx, from, user, fmt.Sprint(i, " ", n))
			}
		})
	}
	return &all
}

// On a board for which a trial is work.
func TestWhoGuessesPasswordsKeepsNobodyOut(t *testing.T) {
	proxy, other := netip.MustParseAddr("192.0.2.1"), netip.MustParseAddr("192.0.2.2")
	for name, c := range map[string]struct {
		from  netip.Addr // who is right
		user  string     // whose password is guessed
		tries int
	}{
		"from elsewhere":                      {other, "ann", 1},
		"behind the same proxy, another user": {proxy, "bob", 1},
		"behind the same proxy, no user":      {proxy, "eve", 1},
		"behind the same proxy, the same one": {proxy, "ann", 100},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				p, tried := guarded(t, 500*time.Millisecond)
				ctx, end := context.WithCancel(t.Context())
				guessing := guesses(ctx, p, proxy, c.user)
				<-time.After(time.Minute)
				if n := tried.Load(); n < 20 || n > 25 { // each 0.5 s, with 2 s of rest behind it
					t.Errorf("%d are tried in a minute", n)
				}
				n := 1
				for ; !p.right(t.Context(), c.from, "ann", "right"); n++ {
					if n == c.tries {
						t.Fatal("never in")
					}
				}
				end()
				guessing.Wait()
				<-time.After(mostRest + time.Second)
				p.mu.Lock()
				defer p.mu.Unlock()
				if p.busy || len(p.waiting) > 0 {
					t.Error("someone still waits")
				}
			})
		})
	}
}

func TestAWrongPasswordIsTriedOnce(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p, tried := guarded(t, 100*time.Millisecond)
		from := netip.MustParseAddr("192.0.2.1")
		var all sync.WaitGroup
		for range 10 { // a browser asks for several things at once, and the next day again
			all.Go(func() {
				if p.right(t.Context(), from, "ann", "wrong") {
					t.Error("let in")
				}
			})
		}
		all.Wait()
		<-time.After(24 * time.Hour)
		if began := time.Now(); p.right(t.Context(), from, "ann", "wrong") || time.Since(began) > 0 || tried.Load() != 1 {
			t.Errorf("tried %d times", tried.Load())
		}
		for range 2 {
			if !p.right(t.Context(), from, "ann", "right") {
				t.Error("kept out")
			}
		}
		if tried.Load() != 2 {
			t.Errorf("the right one is tried %d times", tried.Load()-1)
		}
	})
}

func TestWrongPasswordsTakeNoMemory(t *testing.T) {
	p, _ := guarded(t, 0)
	for i := range 2 * remembered {
		who := asker{from: netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)})}
		p.tried(who, mark{byte(i), byte(i >> 8)}, false)
	}
	if len(p.wrong) > remembered || len(p.behind) > remembered {
		t.Error(len(p.wrong), len(p.behind))
	}
}

func TestAFileOfPasswordsIsWholeOrAnError(t *testing.T) {
	good := "ann:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC"
	if _, err := ParsePasswords(good); err != nil {
		t.Error(err)
	}
	for text, want := range map[string]string{
		"":                            "no user",
		"# no one\n":                  "no user",
		"ann":                         "line 1: want USER:HASH",
		good + "\n:x":                 "line 2: want USER:HASH",
		"\nann:secret":                "line 2: the password of \"ann\" is no bcrypt hash",
		"ann:$apr1$abc$0123456789abc": "no bcrypt hash",
		good + "\n" + good:            "line 2: \"ann\" is there twice",
	} {
		if _, err := ParsePasswords(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func FuzzParsePasswords(f *testing.F) {
	f.Add("ann:$2y$05$c4WoMPo3SXsafkva.HHa6uXQZWr7oboPiC2bT/r7q1BB8I2s0BRqC\n# x\n")
	f.Fuzz(func(t *testing.T, text string) {
		if p, err := ParsePasswords(text); (p == nil) != (err != nil) {
			t.Error(p, err)
		}
	})
}

// certify writes a certificate for localhost and its key into one file.
func certify(t *testing.T, path string) *x509.CertPool {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), DNSNames: []string{"localhost", "pi.example"}, NotBefore: time.Unix(0, 0),
		NotAfter: time.Date(2200, 1, 1, 0, 0, 0, 0, time.UTC), IsCA: true, BasicConstraintsValid: true,
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
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(text)
	return pool
}

func TestWithACertificateThePageIsEncryptedAndItsNamesAreTheCertificates(t *testing.T) {
	path := filepath.Join(t.TempDir(), "both.pem")
	pool := certify(t, path)
	c := &admission.Certificate{Path: path, KeyPath: path}
	if _, err := c.Reload(); err != nil {
		t.Fatal(err)
	}
	s := showing(&scene{state: "locked"})
	s.options.Certificate = c
	address, _ := run(t, s)
	client := func(version uint16) *http.Client {
		return &http.Client{Transport: &http.Transport{
			DisableKeepAlives: true,
			TLSClientConfig:   &tls.Config{RootCAs: pool, ServerName: "pi.example", MaxVersion: version},
		}}
	}
	request, err := http.NewRequest("GET", "https://"+address+"/", nil)
	if err != nil {
		t.Fatal(err)
	}
	request.Host = "pi.example"
	resp, err := client(0).Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		t.Error(resp.Status)
	}
	if _, err := client(tls.VersionTLS11).Do(request); err == nil {
		t.Error("TLS 1.1 is let in")
	}
	if resp, err := http.Get("http://" + address + "/"); err == nil {
		resp.Body.Close()
		if resp.StatusCode == http.StatusOK {
			t.Error("answered without TLS")
		}
	}
}
