//go:build xdp

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"
)

// These tests need root: the answer inside the kernel is for no one else, not
// even for who is root in a namespace of users.

// inside runs a command in the network of a process.
func inside(t *testing.T, of *process, command ...string) *process {
	t.Helper()
	return start(t, "nsenter", append([]string{"--target", fmt.Sprint(of.cmd.Process.Pid), "--net"}, command...)...)
}

func runsInside(t *testing.T, of *process, format string, args ...any) string {
	t.Helper()
	p := inside(t, of, "sh", "-ec", fmt.Sprintf(format, args...))
	if status := p.wait(processTimeout); status != 0 {
		t.Fatalf("exit status %d\n%s", status, &p.err)
	}
	return strings.TrimSpace(p.out.String())
}

// wire makes two networks with a cable between them, on which datagrams have
// checksums as on a real one: 192.168.79.1 and fd79::1 are the server's, 2 the
// client's.
func wire(t *testing.T) (server, client *process) {
	t.Helper()
	network := func() *process {
		p := start(t, "unshare", "--net", "sh", "-c", "echo ready; exec sleep infinity")
		until(t, says(&p.out, "ready"))
		return p
	}
	server, client = network(), network()
	runsInside(t, server, "ip link set lo up; ip link add name s type veth peer name c netns %d; ip address add 192.168.79.1/24 dev s; ip address add fd79::1/64 dev s nodad; ip link set s up", client.cmd.Process.Pid)
	runsInside(t, client, "ip link set lo up; ip address add 192.168.79.2/24 dev c; ip address add fd79::2/64 dev c nodad; ip link set c up")
	summed(t, client, "c", true)
	return server, client
}

// summed has the interface of a network leave checksums to its driver, or not.
func summed(t *testing.T, of *process, name string, complete bool) {
	t.Helper()
	const setTransmitChecksums = 0x17 // ETHTOOL_STXCSUM of linux/ethtool.h
	value := struct{ command, on uint32 }{command: setTransmitChecksums}
	if !complete {
		value.on = 1
	}
	request := struct {
		name  [16]byte
		value unsafe.Pointer
		_     [16]byte
	}{value: unsafe.Pointer(&value)}
	copy(request.name[:], name)
	done := make(chan error)
	go func() {
		runtime.LockOSThread()
		done <- func() error {
			home, err := os.Open("/proc/thread-self/ns/net")
			if err != nil {
				return err
			}
			defer home.Close()
			network, err := os.Open(fmt.Sprintf("/proc/%d/ns/net", of.cmd.Process.Pid))
			if err != nil {
				return err
			}
			defer network.Close()
			if err := unix.Setns(int(network.Fd()), unix.CLONE_NEWNET); err != nil {
				return err
			}
			// The thread goes home and lives on: what it has ever started dies with it.
			defer func() {
				if err := unix.Setns(int(home.Fd()), unix.CLONE_NEWNET); err != nil {
					panic(err)
				}
				runtime.UnlockOSThread()
			}()
			socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
			if err != nil {
				return err
			}
			defer unix.Close(socket)
			if _, _, no := unix.Syscall(unix.SYS_IOCTL, uintptr(socket), unix.SIOCETHTOOL, uintptr(unsafe.Pointer(&request))); no != 0 {
				return no
			}
			return nil
		}()
	}()
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

// two are the capabilities that the drop-in gives for the fast path, beside the
// one for port 123.
const two = "+bpf,+net_admin,+net_bind_service"

// confined starts a daemon as a user without rights, with these capabilities.
func confined(t *testing.T, network *process, capabilities, settings string) *daemon {
	t.Helper()
	home, err := os.MkdirTemp("", "gpsntpd-xdp-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(home) })
	const unprivileged = 65534
	config, socket := filepath.Join(home, "gpsntpd.toml"), filepath.Join(home, "socket")
	for _, err := range []error{
		os.WriteFile(config, []byte("[server]\n"+settings), 0o644), os.Chown(home, unprivileged, unprivileged),
		os.Chmod(folder, 0o755), os.Chmod(filepath.Join(folder, "gpsntpd"), 0o755),
	} {
		if err != nil {
			t.Fatal(err)
		}
	}
	d := attach(inside(t, network, "setpriv", "--reuid", fmt.Sprint(unprivileged), "--regid", fmt.Sprint(unprivileged), "--clear-groups", "--no-new-privs",
		"--inh-caps=-all,"+capabilities, "--ambient-caps="+capabilities, "--bounding-set=-all,"+capabilities,
		filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--config", config, "--listen", ":123", "--control", socket), socket)
	return d
}

const fast = "fast-path = \"xdp\"\nallow = [\"192.168.79.0/24\", \"fd79::/64\"]\n"

// queried asks the server for the time, and checks that what it claims is true:
// the host's clock is the truth.
func queried(t *testing.T, client *process, address string) error {
	t.Helper()
	p := inside(t, client, filepath.Join(folder, "gpsntpctl"), "query", "--json", address)
	if p.wait(processTimeout) != 0 {
		return errors.New("no answer")
	}
	var a struct {
		Offset float64 `json:"offset_seconds"`
		Bound  float64 `json:"bound_seconds"`
	}
	if err := json.Unmarshal([]byte(p.out.String()), &a); err != nil || math.Abs(a.Offset) > a.Bound {
		t.Errorf("%v: %s", err, &p.out)
	}
	t.Logf("%s: offset %.2f µs, bound %.1f µs", address, a.Offset*1e6, a.Bound*1e6)
	return nil
}

func TestXDPAnswersAndTheSocketsTheRest(t *testing.T) {
	t.Parallel()
	server, client := wire(t)
	d := confined(t, server, two, fast)
	s := d.becomes("locked", "ok", "ok")
	if s.FastPath.State != "xdp_generic" || s.FastPath.Reason == nil {
		t.Fatalf("%+v", s.FastPath)
	}
	answers := s.FastPath.Answers
	each := []string{"192.168.79.1:123", "[fd79::1]:123"}
	for _, address := range each {
		if err := queried(t, client, address); err != nil {
			t.Errorf("%s: %v", address, err)
		}
		now := d.status()
		if now.FastPath.Answers < answers+2 { // of four; where a program is interrupted, it passes the request on
			t.Errorf("%s: the kernel gave %d answers, after %d before", address, now.FastPath.Answers, answers)
		}
		answers = now.FastPath.Answers
	}
	all := uint64(0)
	for _, l := range d.status().Servers {
		all += l.Answers
	}
	if all < answers || d.counter("ntp", "answered") < answers {
		t.Errorf("the servers count %d answers, the kernel gave %d", all, answers)
	}
	summed(t, client, "c", false) // checksums that no one has computed are for the sockets
	for _, address := range each {
		if err := queried(t, client, address); err != nil {
			t.Errorf("%s, by the sockets: %v", address, err)
		}
	}
	if now := d.status().FastPath.Answers; now != answers {
		t.Errorf("the kernel gave %d answers to what it could not check", now-answers)
	}
	if out := runsInside(t, server, "ip link show s"); !strings.Contains(out, "xdp") {
		t.Errorf("no program: %s", out)
	}
	summed(t, client, "c", true)
	d.signal(syscall.SIGSTOP)
	until(t, func() error {
		if queried(t, client, each[0]) == nil {
			return errors.New("a daemon that hangs is answered for")
		}
		return nil
	})
	d.signal(syscall.SIGCONT)
	until(t, func() error { return queried(t, client, each[0]) })
	d.signal(syscall.SIGKILL)
	d.wait(processTimeout)
	if out := runsInside(t, server, "ip link show s"); strings.Contains(out, "xdp") {
		t.Errorf("the daemon is dead, and its program is there: %s", out)
	}
	if queried(t, client, each[0]) == nil {
		t.Error("an answer in the name of the dead")
	}
}

// TestXDPIsATimeServerToChrony also has one ask for the interleaved mode,
// which is for the sockets.
func TestXDPIsATimeServerToChrony(t *testing.T) {
	t.Parallel()
	server, client := wire(t)
	d := confined(t, server, two, fast)
	before := d.becomes("locked", "ok", "ok").FastPath.Answers
	run := func(option string) (answers int) {
		logs := t.TempDir()
		config := file(t, "chrony.conf", `
server 192.168.79.1 minpoll -3 maxpoll -3 %s
port 0
cmdport 0
pidfile %[2]s/chronyd.pid
logdir %[2]s
log measurements
user root
`, option, logs)
		p := inside(t, client, "chronyd", "-U", "-x", "-d", "-f", config)
		looked := time.NewTimer(10 * time.Second)
		<-looked.C
		p.signal(syscall.SIGTERM)
		p.wait(processTimeout)
		text, err := os.ReadFile(filepath.Join(logs, "measurements.log"))
		if err != nil {
			t.Fatal(err)
		}
		for line := range strings.Lines(string(text)) {
			// Leap indicator and stratum, and the tests of RFC 5905.
			if f := strings.Fields(line); len(f) > 16 && f[3] == "N" && f[4] == "1" && f[5] == "111" {
				answers++
			}
		}
		return answers
	}
	plain := run("")
	kernel := d.status().FastPath.Answers - before
	if plain < 20 || kernel < uint64(plain)*3/4 { // where a program is interrupted, it passes the request on
		t.Errorf("chronyd took %d answers, the kernel gave %d", plain, kernel)
	}
	before += kernel
	interleaved := run("xleave")
	if kernel := d.status().FastPath.Answers - before; interleaved < 20 || kernel > uint64(interleaved)/4 {
		t.Errorf("chronyd took %d answers in interleaved mode, the kernel gave %d", interleaved, kernel)
	}
	t.Logf("chronyd took %d answers, and %d in interleaved mode", plain, interleaved)
}

func TestXDPThatIsRefusedIsExplainedAndLeftToTheSockets(t *testing.T) {
	t.Parallel()
	server, client := wire(t)
	for name, c := range map[string]struct{ capabilities, settings, reason string }{
		"without capabilities": {"+net_bind_service", fast, "operation not permitted"},
		"without CAP_BPF":      {"+net_admin,+net_bind_service", fast, "operation not permitted"},
		"without an interface": {two, fast + "interface = \"lo\"\n", "no Ethernet interface"},
	} {
		d := confined(t, server, c.capabilities, c.settings)
		s := d.becomes("locked", "ok", "ok")
		if s.FastPath.State != "failed" || s.FastPath.Reason == nil || !strings.Contains(*s.FastPath.Reason, c.reason) {
			t.Errorf("%s: %+v", name, s.FastPath)
		}
		if strings.Count(d.err.String(), "fast path") != 1 {
			t.Errorf("%s: the log says it not once", name)
		}
		if !strings.Contains(c.settings, "interface") {
			if err := queried(t, client, "192.168.79.1:123"); err != nil {
				t.Errorf("%s: %v", name, err)
			}
		}
		d.signal(syscall.SIGTERM)
		d.wait(processTimeout)
	}
}

func TestXDPOnATakenInterfaceIsRefused(t *testing.T) {
	t.Parallel()
	server, _ := wire(t)
	first := confined(t, server, two, fast)
	if s := first.becomes("locked", "ok", "ok"); s.FastPath.State != "xdp_generic" {
		t.Fatalf("%+v", s.FastPath)
	}
	home := t.TempDir()
	config := file(t, "gpsntpd.toml", "[server]\n%s", fast)
	socket := filepath.Join(home, "socket")
	second := attach(inside(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--config", config, "--listen", ":124", "--control", socket), socket)
	if s := second.status(); s.FastPath.State != "failed" || s.FastPath.Reason == nil || !strings.Contains(*s.FastPath.Reason, "device or resource busy") {
		t.Errorf("%+v", s.FastPath)
	}
}

func TestXDPTakesAnotherListOfWhoMayAskWithoutARestart(t *testing.T) {
	t.Parallel()
	server, client := wire(t)
	d := confined(t, server, two, fast)
	d.becomes("locked", "ok", "ok")
	if err := queried(t, client, "192.168.79.1:123"); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(filepath.Dir(d.socket), "gpsntpd.toml")
	if err := os.WriteFile(config, []byte("[server]\nfast-path = \"xdp\"\nallow = [\"fd79::/64\"]\n"), 0o644); err != nil {
		t.Fatal(err)
	}
	answers := d.status().FastPath.Answers
	d.signal(syscall.SIGHUP)
	until(t, says(&d.err, "configuration read again"))
	if queried(t, client, "192.168.79.1:123") == nil {
		t.Error("who may no longer ask is answered")
	}
	if now := d.status().FastPath.Answers; now != answers {
		t.Errorf("the kernel gave %d answers", now-answers)
	}
	until(t, func() error { return queried(t, client, "[fd79::1]:123") })
	if now := d.status().FastPath.Answers; now == answers {
		t.Error("the kernel answers no one any more")
	}
}
