//go:build !captures && !interop

package e2e

import (
	"crypto/md5"
	"encoding/json"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"gpsntpd/server/control"
)

// signed asks an address with a MAC of key 1 by MD5, and reports whether it is
// answered within a while.
func signed(t *testing.T, address, secret string) bool {
	t.Helper()
	conn, err := net.Dial("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.SetDeadline(time.Now().Add(500 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	q := make([]byte, 48, 68)
	q[0], q[47] = 4<<3|3, 1
	mac := md5.Sum(append([]byte(secret), q...))
	if _, err := conn.Write(append(append(q, 0, 0, 0, 1), mac[:]...)); err != nil {
		t.Fatal(err)
	}
	n, err := conn.Read(make([]byte, 100))
	return err == nil && n == 68
}

// shown is what gpsntpctl nts show says, and its exit status.
func (d *daemon) shown() (k control.KeyExchange, status int) {
	d.t.Helper()
	status, out, _ := runs(d.t, "gpsntpctl", "--control", d.socket, "nts", "show", "--json")
	if err := json.Unmarshal([]byte(out), &k); err != nil {
		d.t.Fatal(err)
	}
	return k, status
}

func TestHangupRereadsTheKeysAndTheCertificate(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	certify := func(name string) {
		t.Helper()
		if status, _, err := runs(t, "gpsntpctl", "nts", "init", "--dir", folder, name); status != 0 {
			t.Fatal(err)
		}
	}
	certify("one.example")
	keys := filepath.Join(folder, "keys")
	rekey := func(text string) {
		t.Helper()
		if err := os.WriteFile(keys, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	rekey("1 MD5 old\n")
	d := serve(t, "--sim", "--config", file(t, "gpsntpd.toml", `
[server]
keys = %q
[nts]
certificate = "%s/nts.crt"
private-key = "%[2]s/nts.key"
listen = "127.0.0.1:0"
`, keys, folder))
	d.becomes("locked", "ok", "ok")
	address := d.address()
	until(t, func() error {
		if k, status := d.shown(); status != 0 || k.MasterKeys == nil || k.Certificate.Names[0] != "one.example" || k.Certificate.ExpiresInDays < 729 {
			return fmt.Errorf("%d, %+v", status, k)
		}
		return nil
	})
	inUse := func(secret, not string) {
		t.Helper()
		until(t, func() error {
			if !signed(t, address, secret) || signed(t, address, not) {
				return fmt.Errorf("the key is not %q", secret)
			}
			return nil
		})
	}
	inUse("old", "new")
	certify("two.example")
	rekey("1 MD6 new\n")
	d.signal(syscall.SIGHUP)
	until(t, says(&d.err, "symmetric keys not read again: the old ones stay in force"))
	inUse("old", "new")
	rekey("1 MD5 new\n")
	d.signal(syscall.SIGHUP)
	inUse("new", "old")
	until(t, func() error {
		if k, _ := d.shown(); k.Certificate.Names[0] != "two.example" {
			return fmt.Errorf("the certificate is that of %v", k.Certificate.Names)
		}
		return nil
	})
}
