//go:build interop

package e2e

import (
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"gpsntpd/server/control"
)

// losing is a machine whose receiver is unplugged from the 40th second to the 140th. Its crystal
// wanders so much that holdover ends before.
const losing = `
like = "default"
[oscillator]
walk = "3e-8/sqrt(s)"
[[faults]]
kind = "unplugged"
at = "40s"
for = "100s"
`

// An appliance that loses its receiver follows another one, and its clients follow it there and
// back; what it says is true in every answer.
func TestClientsFollowUsToTheNetworkAndBack(t *testing.T) {
	t.Parallel()
	server, clients := cable(t)
	other, socket := filepath.Join(t.TempDir(), "socket"), filepath.Join(t.TempDir(), "socket")
	attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--control", other, "--listen", "127.0.0.2:123"), other).becomes("locked", "ok", "ok")
	config := file(t, "gpsntpd.toml", "[clock]\nmax-error = \"10us\"\n[network]\nservers = [\"127.0.0.2 poll=1s sibling\"]\n")
	d := attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--scenario", file(t, "losing.toml", losing),
		"--control", socket, "--listen", "192.168.77.1:123", "--config", config), socket)
	d.becomes("locked", "ok", "ok")
	chronyConfig, logs := chrony(t, "192.168.77.1:123")
	chronyd := namespace(t, clients, "chronyd", "-U", "-x", "-d", "-f", chronyConfig)
	ntpLogs := t.TempDir()
	ntpsec := namespace(t, clients, "ntpd", "-n", "-g", "-c", file(t, "ntp.conf", `
server 192.168.77.1 iburst minpoll 3 maxpoll 3
disable ntp
statsdir %s/
statistics protostats
filegen protostats file protostats type none
`, ntpLogs))
	s := d.becomes("fallback", "", "")
	if s.Stratum != 2 || s.Refid == nil || *s.Refid != "127.0.0.2" || !strings.HasPrefix(s.Sentence, "Following 1 network server, stratum 2, for ") {
		t.Errorf("%+v", s)
	}
	followed := false
	for _, x := range s.Sources {
		followed = followed || x.Mark == control.MarkSelected && x.Network != nil && x.Network.Role == "followed"
	}
	if !followed {
		t.Errorf("no source is followed: %+v", s.Sources)
	}
	t.Log(s.Sentence)
	d.becomes("locked", "ok", "ok")
	until(t, func() error {
		if all := strata(t, logs); !strings.HasSuffix(all, "2111111") {
			return fmt.Errorf("chronyd has seen strata %s", all)
		}
		return nil
	})
	for _, client := range []*process{chronyd, ntpsec} {
		client.signal(syscall.SIGTERM)
		client.wait(processTimeout)
	}
	for _, m := range measured(t, filepath.Join(logs, "measurements.log")) {
		if f := strings.Fields(m.line); f[3] != "?" && (math.Abs(m.offset) > m.distance || f[5] != "111") {
			t.Errorf("not true, or not taken: %s", m.line)
		}
	}
	text, err := os.ReadFile(filepath.Join(ntpLogs, "protostats"))
	if err != nil || !strings.Contains(string(text), "sys_peer") || strings.Contains(string(text), "unreachable") || strings.Contains(string(text), "no_sys_peer") {
		t.Errorf("ntpd has not kept to us: %v\n%s", err, text)
	}
	t.Logf("chronyd: strata %s\n%s", strata(t, logs), text)
}

// strata are those of the answers that chronyd has logged, one digit each.
func strata(t *testing.T, logs string) (all string) {
	t.Helper()
	if _, err := os.Stat(filepath.Join(logs, "measurements.log")); err != nil {
		return ""
	}
	for _, m := range measured(t, filepath.Join(logs, "measurements.log")) {
		all += strings.Fields(m.line)[4]
	}
	return all
}

// A host without a receiver serves by the network as one program with one configuration, and
// chronyd takes its time.
func TestAHostWithoutAReceiverServesByTheNetwork(t *testing.T) {
	t.Parallel()
	server, clients := cable(t)
	other, socket := filepath.Join(t.TempDir(), "socket"), filepath.Join(t.TempDir(), "socket")
	attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--control", other, "--listen", "127.0.0.2:123"), other).becomes("locked", "ok", "ok")
	config := file(t, "gpsntpd.toml", "[receiver]\nenabled = false\n[network]\nservers = [\"127.0.0.2 poll=1s\"]\n")
	d := attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--no-steer", "--control", socket, "--listen", "192.168.77.1:123", "--config", config), socket)
	s := d.becomes("client", "off", "off")
	if s.Stratum != 2 || s.Refid == nil || *s.Refid != "127.0.0.2" || !strings.HasPrefix(s.Sentence, "Following 1 network server, stratum 2, for ") || strings.Contains(s.Sentence, "receiver") {
		t.Errorf("%+v", s)
	}
	if status := namespace(t, server, filepath.Join(folder, "gpsntpctl"), "--control", socket, "health").wait(processTimeout); status != 0 {
		t.Errorf("health: exit status %d", status)
	}
	chronyConfig, logs := chrony(t, "192.168.77.1:123")
	chronyd := namespace(t, clients, "chronyd", "-U", "-x", "-d", "-f", chronyConfig)
	until(t, func() error {
		if all := strata(t, logs); !strings.HasSuffix(all, "2222222222") {
			return fmt.Errorf("chronyd has seen strata %s", all)
		}
		return nil
	})
	chronyd.signal(syscall.SIGTERM)
	chronyd.wait(processTimeout)
	for _, m := range measured(t, filepath.Join(logs, "measurements.log")) {
		if math.Abs(m.offset) > m.distance {
			t.Errorf("not true: %s", m.line)
		}
	}
}
