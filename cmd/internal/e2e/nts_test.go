//go:build interop

package e2e

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// exchange is the port on which d exchanges keys.
func (d *daemon) exchange() string {
	d.t.Helper()
	_, rest, ok := strings.Cut(d.out.String(), "NTS on     127.0.0.1:")
	port, _, _ := strings.Cut(rest, "\n")
	if !ok {
		d.t.Fatalf("no NTS: %s", &d.out)
	}
	return port
}

// ntsClient is a configuration for a chronyd that asks by NTS alone, and goes
// by its own clock.
func ntsClient(t *testing.T, port, options, trusted string) (config, logs string) {
	t.Helper()
	logs = t.TempDir()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "chrony.conf", `
server 127.0.0.1 nts ntsport %s iburst minpoll 0 maxpoll 0 %s
ntstrustedcerts %s/ca.crt
port 0
cmdport 0
pidfile %[4]s/chronyd.pid
driftfile %[4]s/drift
logdir %[4]s
log measurements
user %[5]s
`, port, options, trusted, logs, me.Username), logs
}

func TestChronyTakesTheTimeByNTSAndFromNobodyElse(t *testing.T) {
	t.Parallel()
	certificates := authority(t)
	d := serve(t, "--sim", "--config", secure(t, certificates, "127.0.0.1:0"))
	d.becomes("locked", "ok", "ok")
	until(t, func() error {
		if s := d.status().NTS; s.State != "ok" || s.CertificateNotAfter == nil {
			return fmt.Errorf("NTS is %+v", s)
		}
		return nil
	})
	for _, options := range []string{"", "xleave"} {
		config, logs := ntsClient(t, d.exchange(), options, certificates)
		once := start(t, "chronyd", "-U", "-x", "-Q", "-t", "20", "-f", config)
		status := once.wait(processTimeout)
		if off, ok := wrongBy(once.err.String()); status != 0 || !ok || off > farthest(t, logs) {
			t.Errorf("chronyd -Q %s: exit status %d, off by %v\n%s", options, status, off, &once.err)
		}
	}
	if s := d.status().NTS; s.KeyExchanges != 2 || s.Failed != 0 || s.Refused != 0 {
		t.Errorf("%+v", s)
	}
	config, _ := ntsClient(t, d.exchange(), "", authority(t))
	stranger := start(t, "chronyd", "-U", "-x", "-Q", "-t", "5", "-f", config)
	if status := stranger.wait(processTimeout); status == 0 {
		t.Error("chronyd takes the time from a server that its authority does not know")
	}
	if s := d.status().NTS; s.KeyExchanges != 2 || s.Failed == 0 {
		t.Errorf("%+v", s)
	}
}

// A client keeps its cookies while the server is restarted: its answers go on
// without another key exchange.
func TestCookiesOutliveARestart(t *testing.T) {
	t.Parallel()
	certificates := authority(t)
	port := filepath.Join(t.TempDir(), "ttyGPS")
	r := plug(t, port)
	r.says(fixed)
	config := realSecure(t, certificates, port)
	first := serve(t, "--no-steer", "--config", config)
	ntp := first.becomes("locked", "ok", "missing").Servers[0].Listen
	asks, logs := ntsClient(t, first.exchange(), "", certificates)
	client := start(t, "chronyd", "-U", "-x", "-d", "-f", asks)
	answered := func() error {
		text, _ := os.ReadFile(filepath.Join(logs, "measurements.log"))
		if strings.Count(string(text), "4E4D4541") < 4 { // NMEA
			return errors.New("no answers yet")
		}
		return nil
	}
	until(t, answered)
	first.signal(syscall.SIGTERM)
	first.wait(processTimeout)
	second := serve(t, "--no-steer", "--config", config, "--listen", ntp)
	second.becomes("locked", "ok", "missing")
	until(t, func() error {
		if n := second.counter("ntp", "answered"); n < 4 {
			return fmt.Errorf("%d answers", n)
		}
		return nil
	})
	if s, refused := second.status().NTS, second.counter("ntp", "nts_refused"); s.KeyExchanges+s.Failed+refused != 0 {
		t.Errorf("%+v, %d refused", s, refused)
	}
	client.signal(syscall.SIGTERM)
	client.wait(processTimeout)
	r.pull()
}

// realSecure is like secure, for a receiver at port: what is simulated keeps no keys.
func realSecure(t *testing.T, certificates, port string) string {
	t.Helper()
	return file(t, "gpsntpd.toml", nts+`
[receiver]
device = "%[3]s"
not-before = "2020-01-01"
[pulse]
device = "%[3]s.pps"
[clock]
max-error = "2s"
`, certificates, "127.0.0.1:0", port)
}

// ntpsec's ntpd asks port 123 from port 123 and wants to set the clock: it
// gets a network of its own, and no right to.
func TestNtpsecTakesTheTimeByNTS(t *testing.T) {
	t.Parallel()
	certificates, socket := authority(t), filepath.Join(t.TempDir(), "socket")
	command := fmt.Sprintf("ip link set lo up && exec %s/gpsntpd --sim --control %s --listen 127.0.0.1:11123 --config %s",
		folder, socket, secure(t, certificates, "127.0.0.1:4460"))
	p := start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", command)
	d := attach(p, socket)
	d.becomes("locked", "ok", "ok")
	logs := t.TempDir()
	config := file(t, "ntp.conf", `
server localhost nts ca %s/ca.crt iburst minpoll 3 maxpoll 3
disable ntp
statsdir %s/
statistics protostats
filegen protostats file protostats type none
`, certificates, logs)
	start(t, "nsenter", "--target", fmt.Sprint(p.cmd.Process.Pid), "--user", "--net", "ntpd", "-n", "-g", "-c", config)
	until(t, func() error {
		text, err := os.ReadFile(filepath.Join(logs, "protostats"))
		if err == nil && !strings.Contains(string(text), "sys_peer") {
			err = fmt.Errorf("ntpd has not chosen us: %s", text)
		}
		return err
	})
	if s := d.status().NTS; s.KeyExchanges != 1 || s.Failed+s.Refused != 0 {
		t.Errorf("%+v", s)
	}
	if n := d.counter("ntp", "malformed") + d.counter("ntp", "nts_refused"); n != 0 {
		t.Errorf("%d requests were refused", n)
	}
}
