//go:build interop

package e2e

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// program is a client that asks 127.0.0.1, port 123.
type program struct {
	name    string
	script  string         // for sh, as root of a namespace of its own
	takes   *regexp.Regexp // what it says when it takes the time; the first part is the offset in seconds, where it is told
	refuses *regexp.Regexp // and when it does not
}

// programs are clients that are not daemons of this project's like, in their
// own words. None has the right to set the clock.
func programs(t *testing.T) []program {
	t.Helper()
	re := regexp.MustCompile
	return []program{
		{
			"systemd-timesyncd", timesyncd,
			re(`(?s)leap +: 0\n.* stratum +: 1\n.* root distance: 0\.000\d+ sec\n.*reference +: SIM\n.*offset +: (\S+) sec\n.*Contacted time server 127\.0\.0\.1:123`),
			re(`Server is not synchronized\. Disconnecting\.`),
		},
		{
			"busybox", "exec busybox-ntpd ntpd -n -w -d -d -p 127.0.0.1",
			re(`(?s)reach:0x01.*offset:(-?0\.0[0-4]\d+) delay:\S+ status:0x24 strat:1 refid:0x004d4953 `),
			re(`reply from 127\.0\.0\.1: peer is unsynced`),
		},
		{
			"openntpd", openntpd(t),
			re(`(?s)reply from 127\.0\.0\.1: offset (\S+) .*peer 127\.0\.0\.1 now valid`),
			re(`reply from 127\.0\.0\.1: not synced \(alarm\)`),
		},
		{
			"ntpdate", "exec ntpdate -q 127.0.0.1",
			re(`\(\+0000\) (\S+) \+/- 0\.\d+ 127\.0\.0\.1 s1 no-leap`),
			re(`no eligible servers`),
		},
		{
			"check_ntp_time", "exec check_ntp_time -H 127.0.0.1 -w 0.05 -c 0.1",
			re(`NTP OK: Offset (\S+) secs`),
			re(`NTP CRITICAL: Offset unknown`),
		},
		{
			"check_ntp_peer", "exec check_ntp_peer -H 127.0.0.1 -w 0.001 -c 0.01 -W 1 -C 2 -j -1:10 -k -1:20",
			re(`NTP OK: Offset (\S+) secs, jitter=\S+, stratum=0\|`),
			re(`NTP CRITICAL: Server not synchronized`),
		},
		{
			"chronyd", "exec chronyd -U -x -Q -t 5 'server 127.0.0.1 iburst maxsamples 1' 'port 0' 'cmdport 0' 'user root' 'pidfile " + t.TempDir() + "/pid'",
			re(`System clock wrong by (\S+) seconds`),
			re(`Timeout reached`),
		},
	}
}

// timesyncd refuses to be root without the rights of one, and needs /run.
const timesyncd = `
mount -t tmpfs none /run
mount -t tmpfs none /var/lib
mkdir -p /run/systemd/timesync /run/systemd/timesyncd.conf.d
printf '[Time]\nNTP=127.0.0.1\n' >/run/systemd/timesyncd.conf.d/here.conf
exec env SYSTEMD_LOG_LEVEL=debug SYSTEMD_LOG_TARGET=console \
	unshare --user --map-user=1000 --map-group=1000 systemd-timesyncd
`

// openntpd is how to run OpenBSD's ntpd, which wants to become another user:
// root by another name, and as if it had given up root's groups, which no one
// may in a namespace of users.
func openntpd(t *testing.T) string {
	t.Helper()
	passwords, err := os.ReadFile("/etc/passwd")
	if err != nil {
		t.Fatal(err)
	}
	home := t.TempDir()
	shim := filepath.Join(home, "setgroups.so")
	compile := exec.Command("gcc", "-shared", "-fPIC", "-x", "c", "-o", shim, "-")
	compile.Stdin = strings.NewReader("int setgroups(unsigned long n, const unsigned *g) { return 0; }\n")
	if out, err := compile.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	return fmt.Sprintf(`
mount -t tmpfs none /var/lib
mkdir -p /var/lib/openntpd/run /var/lib/openntpd/db
mount --bind %s /etc/passwd
exec env LD_PRELOAD=%s openntpd -d -v -f %s
`, file(t, "passwd", "%sntpd:x:0:0::%s:/bin/false\n", passwords, home), shim, file(t, "ntpd.conf", "server 127.0.0.1\n"))
}

// alone starts a daemon on port 123 of a network that it has to itself.
func alone(t *testing.T, args ...string) (inside *process, d *daemon) {
	t.Helper()
	socket := filepath.Join(t.TempDir(), "socket")
	args = append([]string{filepath.Join(folder, "gpsntpd"), "--sim", "--control", socket, "--listen", "127.0.0.1:123"}, args...)
	inside = start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", "ip link set lo up && exec "+strings.Join(args, " "))
	return inside, attach(inside, socket)
}

// within is the greatest offset that a client may see on a busy machine, where it
// or the daemon may wait for a processor, seconds. The simulated clock is off by a
// quarter of one before it is set.
const within = 50e-3

func TestOthersTakeTheTimeAndRefuseWhatIsNone(t *testing.T) {
	t.Parallel()
	for _, synchronized := range []bool{true, false} {
		t.Run(fmt.Sprintf("synchronized %t", synchronized), func(t *testing.T) {
			t.Parallel()
			var args []string
			if !synchronized {
				args = []string{"--scenario", "nofix"}
			}
			inside, d := alone(t, args...)
			if synchronized {
				d.becomes("locked", "ok", "ok")
			} else {
				d.becomes("starting", "no_fix", "silent")
			}
			for _, p := range programs(t) {
				t.Run(p.name, func(t *testing.T) {
					t.Parallel()
					p.judged(t, inside, synchronized)
				})
			}
		})
	}
}

// judged runs a client until it has said what is wanted of it.
func (p program) judged(t *testing.T, inside *process, synchronized bool) {
	want, other := p.takes, p.refuses
	if !synchronized {
		want, other = p.refuses, p.takes
	}
	client := namespace(t, inside, "unshare", "--mount", "sh", "-ec", p.script)
	var said []string
	until(t, func() error {
		text := client.out.String() + client.err.String()
		if other.MatchString(text) {
			t.Fatalf("it says the opposite:\n%s", text)
		}
		if said = want.FindStringSubmatch(text); said == nil {
			return fmt.Errorf("it has not said %q", want)
		}
		return nil
	})
	if !synchronized {
		return
	}
	if offset, err := strconv.ParseFloat(said[1], 64); err != nil || math.Abs(offset) > within {
		t.Errorf("offset %s, %v", said[1], err)
	}
}

// The ntpd of ntpsec asks from port 123, and chooses us as its source, also by
// a key.
func TestNtpsecTakesTheTime(t *testing.T) {
	t.Parallel()
	server, clients := cable(t)
	socket := filepath.Join(t.TempDir(), "socket")
	config := file(t, "gpsntpd.toml", "[server]\nkeys = %q\n", file(t, "keys", "1 AES128 HEX:000102030405060708090A0B0C0D0E0F\n"))
	d := attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--control", socket, "--listen", "192.168.77.1:123", "--config", config), socket)
	d.becomes("locked", "ok", "ok")
	for _, options := range []string{"", "key 1"} {
		logs := t.TempDir()
		config := file(t, "ntp.conf", `
server 192.168.77.1 iburst minpoll 3 maxpoll 3 %s
keys %s
trustedkey 1
disable ntp
statsdir %s/
statistics protostats
filegen protostats file protostats type none
`, options, file(t, "keys", "1 aes-128 000102030405060708090A0B0C0D0E0F\n"), logs)
		client := namespace(t, clients, "ntpd", "-n", "-g", "-c", config)
		until(t, func() error {
			text, err := os.ReadFile(filepath.Join(logs, "protostats"))
			if err == nil && !strings.Contains(string(text), "sys_peer") {
				err = fmt.Errorf("ntpd has not chosen us: %s", text)
			}
			return err
		})
		client.signal(syscall.SIGTERM)
		client.wait(processTimeout)
	}
	for _, word := range []string{"malformed", "bad_mac", "unknown_key", "bad_mode"} {
		if n := d.counter("ntp", word); n != 0 {
			t.Errorf("%d requests are %s", n, word)
		}
	}
}

// windows is what the time service of Windows sends as a peer: the first
// packet, and the one after an answer, in which it names that.
func windows(answer []byte) []byte {
	b := make([]byte, 48)
	b[0], b[2], b[3] = 3<<6|3<<3|1, 10, 0xe9 // version 3, mode 1, 2¹⁰ s, 2⁻²³ s
	binary.BigEndian.PutUint32(b[8:], 1<<16)
	copy(b[12:], "LOCL")
	binary.BigEndian.PutUint64(b[40:], 0xe9b1c2d400000000)
	if answer != nil {
		b[0], b[1] = 3<<3|1, 2
		copy(b[12:16], []byte{127, 0, 0, 1})
		copy(b[24:32], answer[40:48])
		copy(b[32:40], answer[32:40])
	}
	return b
}

// Windows asks as a symmetric active peer unless it is told otherwise. What it
// takes for an answer is that of a passive peer.
func TestWindowsIsAnsweredAsAPeer(t *testing.T) {
	t.Parallel()
	buildAsk(t)
	for _, synchronized := range []bool{true, false} {
		scenario, first, stratum, name := "default", byte(3<<3|2), byte(1), "SIM\x00"
		if !synchronized {
			scenario, first, stratum, name = "nofix", 3<<6|3<<3|2, 0, "\x00\x00\x00\x00"
		}
		d := serve(t, "--sim", "--scenario", scenario)
		if synchronized {
			d.becomes("locked", "ok", "ok")
		}
		var answer []byte
		for range 3 {
			q := windows(answer)
			p := exec.Command(filepath.Join(folder, "ask"))
			p.Stdin = strings.NewReader(fmt.Sprintf("%s 127.0.0.1:0 %x\n", d.address(), q))
			out, err := p.Output()
			if err != nil {
				t.Fatal(err)
			}
			if answer, err = hex.DecodeString(strings.TrimSpace(string(out))); err != nil || len(answer) != 48 {
				t.Fatalf("%v: %s", err, out)
			}
			if answer[0] != first || answer[1] != stratum || string(answer[12:16]) != name || !slices.Equal(answer[24:32], q[40:]) {
				t.Errorf("answered by %x", answer)
			}
		}
	}
}

// TestATraceFindsTheSource follows a chain of two chronyds to the daemon. Each asks
// from its own address: chronyd takes nothing from a server that names its address
// as the source.
func TestATraceFindsTheSource(t *testing.T) {
	t.Parallel()
	inside, d := alone(t)
	d.becomes("locked", "ok", "ok")
	for hop := 2; hop <= 3; hop++ {
		client := namespace(t, inside, "chronyd", "-U", "-x", "-d", "user root", "cmdport 0", "allow", "port 123",
			fmt.Sprintf("bindaddress 127.0.0.%d", hop), fmt.Sprintf("bindacqaddress 127.0.0.%d", hop), fmt.Sprintf("server 127.0.0.%d iburst minpoll 0 maxpoll 0", hop-1), "pidfile "+t.TempDir()+"/pid")
		until(t, says(&client.err, "Selected source"))
	}
	until(t, func() error {
		p := namespace(t, inside, filepath.Join(folder, "gpsntpctl"), "trace", "127.0.0.3")
		status := p.wait(processTimeout)
		lines := regexp.MustCompile(`(?m)^127\.0\.0\.(\d)\b.*$`).FindAllStringSubmatch(p.out.String(), -1)
		if status != 0 || len(lines) != 3 || lines[0][1]+lines[1][1]+lines[2][1] != "321" || !strings.Contains(p.out.String(), "The source is the reference clock SIM of 127.0.0.1") {
			return fmt.Errorf("exit status %d\n%s%s", status, &p.out, &p.err)
		}
		return nil
	})
}
