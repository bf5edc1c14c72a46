//go:build interop

package e2e

import (
	"fmt"
	"math"
	"os"
	"os/user"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

// asking is a configuration that asks those servers, without a receiver.
func asking(t *testing.T, authority, servers string) string {
	t.Helper()
	return file(t, "gpsntpd.toml", `
[receiver]
device = "%s/none"
[pulse]
device = "off"
[network]
servers = [%s]
authorities = %q
`, t.TempDir(), servers, authority)
}

// asked returns what d knows of its network servers, once each has this many exchanges.
func (d *daemon) asked(exchanges uint64) (all []control.Source) {
	d.t.Helper()
	until(d.t, func() error {
		all = nil
		for _, s := range d.status().Sources {
			if s.Network == nil {
				continue
			}
			if s.Network.Exchanges < exchanges {
				return fmt.Errorf("%s is %s: %+v", s.Device, s.State, *s.Network)
			}
			all = append(all, s)
		}
		return nil
	})
	return all
}

// agree wants one offset to be within the bounds of all: they are one server, asked in several
// ways. It is not zero: the clock of a daemon that steers nothing is set by the host's at the
// start, which is read some microseconds before the oscillator is.
func agree(t *testing.T, all []control.Source) {
	t.Helper()
	least, most := math.Inf(-1), math.Inf(1)
	for _, s := range all {
		least, most = max(least, *s.OffsetSeconds-*s.DispersionSeconds), min(most, *s.OffsetSeconds+*s.DispersionSeconds)
		t.Logf("%s: %v ± %v", s.Device, *s.OffsetSeconds, *s.DispersionSeconds)
	}
	if least > most {
		t.Errorf("no offset is from %v to %v", least, most)
	}
}

// chronyServer starts a chronyd that serves its host's clock in a network of its own, where
// NTS has its usual port, and returns it.
func chronyServer(t *testing.T, certificates string) *process {
	t.Helper()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	config := file(t, "chrony.conf", `
allow all
cmdport 0
local stratum 3
ntsserverkey %[1]s/nts.key
ntsservercert %[1]s/nts.crt
pidfile %[2]s/chronyd.pid
user %[3]s
`, certificates, t.TempDir(), me.Username)
	return apart(t, "chronyd", "-U -x -d -f "+config)
}

// apart starts a program in a user's and a network's namespace of its own, and returns it
// once it runs there: before that there is nothing to enter.
func apart(t *testing.T, program, flags string) *process {
	t.Helper()
	p := start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec "+program+" "+flags)
	until(t, func() error {
		name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", p.cmd.Process.Pid))
		if err == nil && strings.TrimSpace(string(name)) != program {
			err = fmt.Errorf("%s is still %s", program, name)
		}
		return err
	})
	return p
}

// Of a hundred answers some of the first are basic: the server only then knows that it is
// to remember when they left.
func TestChronydIsAskedInTheInterleavedModePlainAndByNTSOverBothFamilies(t *testing.T) {
	t.Parallel()
	certificates := authority(t)
	server, socket := chronyServer(t, certificates), filepath.Join(t.TempDir(), "socket")
	config := asking(t, certificates+"/ca.crt", `"127.0.0.1 poll=1s xleave", "[::1] poll=1s xleave", "nts://localhost poll=1s xleave", "nts://localhost poll=1s"`)
	d := attach(start(t, "nsenter", "--target", fmt.Sprint(server.cmd.Process.Pid), "--user", "--net",
		filepath.Join(folder, "gpsntpd"), "--no-steer", "--control", socket, "--listen", "127.0.0.1:11123", "--config", config), socket)
	const exchanges = 60
	all := d.asked(exchanges)
	agree(t, all)
	for i, s := range all {
		n := s.Network
		answers := n.Exchanges + n.Reasons["refined"]
		if i < 3 && n.Interleaved*100 < answers*95 {
			t.Errorf("%s: %d of %d answers are interleaved", s.Device, n.Interleaved, answers)
		}
		if i == 3 && n.Interleaved != 0 || n.Stamped*100 < n.Exchanges*95 || s.State != hw.OK || *n.Stratum != 3 {
			t.Errorf("%s: %s, %+v", s.Device, s.State, *n)
		}
		if want := map[bool]uint64{true: 1}[i >= 2]; n.KeyExchanges != want || (n.Proof == string(refclock.ProofNone)) != (i < 2) {
			t.Errorf("%s: %d key exchanges, %s", s.Device, n.KeyExchanges, n.Proof)
		}
		t.Logf("%s: %d exchanges, %d interleaved, offset %v, delay %v", s.Device, n.Exchanges, n.Interleaved,
			time.Duration(*s.OffsetSeconds*1e9), time.Duration(*n.DelaySeconds*1e9))
	}
}

// ntpsec's ntpd, which may not set the clock and has no one to take the time from, serves it
// at the stratum of an orphan.
func TestNtpsecIsAskedByNTS(t *testing.T) {
	t.Parallel()
	certificates, socket := authority(t), filepath.Join(t.TempDir(), "socket")
	config := file(t, "ntp.conf", `
nts enable
nts cert %[1]s/nts.crt
nts key %[1]s/nts.key
nts cookie %[2]s/cookies
tos minsane 1 orphan 5 orphanwait 1
disable ntp
restrict default
`, certificates, t.TempDir())
	server := apart(t, "ntpd", "-n -g -c "+config)
	d := attach(start(t, "nsenter", "--target", fmt.Sprint(server.cmd.Process.Pid), "--user", "--net",
		filepath.Join(folder, "gpsntpd"), "--no-steer", "--control", socket, "--listen", "127.0.0.1:11123", "--config",
		asking(t, certificates+"/ca.crt", `"nts://localhost poll=8s"`)), socket)
	s := d.asked(3)[0]
	if n := s.Network; s.State != hw.OK || *n.Stratum < 5 || n.KeyExchanges == 0 {
		t.Errorf("%s, %+v", s.State, *n)
	}
}

// A daemon of ours asks another by a symmetric key, by NTS and plain; who does not know the
// key gets nothing from it that it believes.
func TestOneOfOursIsAskedByTheOther(t *testing.T) {
	t.Parallel()
	certificates := authority(t)
	key, other := "7 AES128 HEX:000102030405060708090a0b0c0d0e0f\n", "7 AES128 HEX:100102030405060708090a0b0c0d0e0f\n"
	server := serve(t, "--sim", "--config", file(t, "gpsntpd.toml", nts+"[server]\nkeys = %q\n", certificates, "127.0.0.1:0", file(t, "keys", "%s", key)))
	at := server.becomes("locked", "ok", "ok").Servers[0].Listen
	client := serve(t, "--no-steer", "--config", withKeys(t, key, asking(t, certificates+"/ca.crt",
		fmt.Sprintf(`"%[1]s poll=1s", "%[1]s poll=1s key=7 xleave", "nts://localhost:%[2]s poll=1s xleave"`, at, server.exchange()))))
	for _, s := range client.asked(5) {
		if n := s.Network; s.State != hw.OK || *n.Stratum != 1 || *n.RefID != "SIM" {
			t.Errorf("%s: %s, %+v", s.Device, s.State, *n)
		}
	}
	stranger := serve(t, "--no-steer", "--config", withKeys(t, other, asking(t, "system", fmt.Sprintf(`"%s poll=1s key=7"`, at))))
	until(t, func() error {
		for _, s := range stranger.status().Sources {
			if s.Network != nil && (s.Network.Requests < 4 || s.Network.Exchanges != 0) {
				return fmt.Errorf("%+v", *s.Network)
			}
		}
		return nil
	})
}

// withKeys is a configuration with symmetric keys beside it.
func withKeys(t *testing.T, keys, config string) string {
	t.Helper()
	text, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	return file(t, "both.toml", "%s[server]\nkeys = %q\n", text, file(t, "keys", "%s", keys))
}
