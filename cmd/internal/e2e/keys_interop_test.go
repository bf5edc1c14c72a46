//go:build interop

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// keyring has a key of every type, as chrony writes it and as gpsntpctl keygen does.
const keyring = `10 MD5 ASCII:staple
11 SHA1 HEX:0102030405060708090A0B0C0D0E0F1011121314
12 SHA256 HEX:0102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F20
13 AES128 HEX:000102030405060708090A0B0C0D0E0F
14 AES256 HEX:000102030405060708090A0B0C0D0E0F101112131415161718191A1B1C1D1E1F
`

// TestChronyProvesItselfAndInterleaves: where a key or the interleaved mode is
// asked for, chronyd takes nothing else. Field 18 of its log is the answer's
// mode, and I where it is interleaved, or B.
func TestChronyProvesItselfAndInterleaves(t *testing.T) {
	t.Parallel()
	keys := file(t, "keys", "%s", keyring)
	d := serve(t, "--sim", "--config", file(t, "gpsntpd.toml", "[server]\nkeys = %q\n", keys))
	address := d.becomes("locked", "ok", "ok").Servers[0].Listen
	for _, c := range []struct{ options, mode string }{
		{"key 10", "4B"}, {"key 11", "4B"}, {"key 12", "4B"}, {"key 12 version 4", "4B"}, {"key 13", "4B"}, {"key 14", "4B"},
		{"xleave", "4I"}, {"key 13 xleave", "4I"},
	} {
		t.Run(c.options, func(t *testing.T) {
			t.Parallel()
			config, logs := chrony(t, address)
			text, err := os.ReadFile(config)
			if err != nil {
				t.Fatal(err)
			}
			more := strings.Replace(string(text), " iburst", " iburst "+c.options, 1) + "keyfile " + keys + "\n"
			client := start(t, "chronyd", "-U", "-x", "-d", "-f", file(t, "chrony.conf", "%s", more))
			until(t, func() error {
				log, _ := os.ReadFile(filepath.Join(logs, "measurements.log"))
				var modes []string
				for line := range strings.Lines(string(log)) {
					if f := strings.Fields(line); len(f) >= 18 && f[5] == "111" && f[6] == "111" {
						modes = append(modes, f[17])
					}
				}
				if len(modes) < 5 || !slices.Contains(modes, c.mode) {
					return fmt.Errorf("modes %v", modes)
				}
				return nil
			})
			client.signal(syscall.SIGTERM)
			client.wait(processTimeout)
		})
	}
}

// TestChronyWithAnotherKeyGetsNoAnswer, however often it asks.
func TestChronyWithAnotherKeyGetsNoAnswer(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim", "--config", file(t, "gpsntpd.toml", "[server]\nkeys = %q\n", file(t, "keys", "%s", keyring)))
	address := d.becomes("locked", "ok", "ok").Servers[0].Listen
	for key, word := range map[string]string{
		"13 AES128 HEX:FF0102030405060708090A0B0C0D0E0F": "bad_mac",
		"15 AES128 HEX:000102030405060708090A0B0C0D0E0F": "unknown_key",
	} {
		config, _ := chrony(t, address)
		text, err := os.ReadFile(config)
		if err != nil {
			t.Fatal(err)
		}
		more := strings.Replace(string(text), " iburst", " iburst key "+key[:2], 1) + "keyfile " + file(t, "keys", "%s\n", key) + "\n"
		once := start(t, "chronyd", "-U", "-x", "-Q", "-t", "5", "-f", file(t, "chrony.conf", "%s", more))
		if status := once.wait(processTimeout); status == 0 {
			t.Errorf("chronyd has taken an answer for key %s", key)
		}
		_, out, _ := runs(t, "gpsntpctl", "--control", d.socket, "--json", "counters")
		if strings.Contains(out, fmt.Sprintf("%q:0", word)) {
			t.Errorf("nothing is counted as %s: %s", word, out)
		}
	}
}

// TestNtpqShowsTheServer asks port 123, in a network of its own.
func TestNtpqShowsTheServer(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "socket")
	command := fmt.Sprintf("ip link set lo up && exec %s/gpsntpd --sim --control %s --listen 127.0.0.1:123", folder, socket)
	p := start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", command)
	attach(p, socket).becomes("locked", "ok", "ok")
	for _, c := range []struct {
		arguments []string
		want      []string
	}{
		{[]string{"-p"}, []string{"*SIM(0)          .SIM.            0 l ", " 377 "}},
		{[]string{"-c", "rv"}, []string{"leap_none, sync_pps", `version="gpsntpd `, "stratum=1", "refid=SIM", "frequency=", "sys_jitter=", "tai=37"}},
		{[]string{"-c", "as"}, []string{"  1     1  9614   yes   yes  none  sys.peer   reachable  1"}},
		{[]string{"-c", "cv 1"}, []string{`device="GNSS receiver"`}},
		{[]string{"-c", "kerninfo"}, []string{"kernel status:                 nano", "maximum error:"}},
	} {
		q := start(t, "nsenter", append([]string{"--target", fmt.Sprint(p.cmd.Process.Pid), "--user", "--net", "ntpq"}, append(c.arguments, "127.0.0.1")...)...)
		status := q.wait(processTimeout)
		for _, want := range c.want {
			if !strings.Contains(q.out.String(), want) {
				t.Errorf("ntpq does not show %q", want)
			}
		}
		if status != 0 || q.err.String() != "" || t.Failed() {
			t.Fatalf("ntpq %v: exit status %d\n%s%s", c.arguments, status, &q.out, &q.err)
		}
	}
}
