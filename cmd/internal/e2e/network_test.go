//go:build interop

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// network is a server with two cables, of which it serves one.
func network(t *testing.T) (server, clients *process) {
	t.Helper()
	server, clients = cable(t)
	does(t, server, "ip link add name s2 type veth peer name c2 netns %d; ip address add 192.168.78.1/24 dev s2; ip link set s2 up", clients.cmd.Process.Pid)
	does(t, clients, "ip address add 192.168.78.2/24 dev c2; ip link set c2 up")
	does(t, server, "ip address add fe80::77:1/64 dev s nodad")
	does(t, clients, "ip address add fe80::77:2/64 dev c nodad")
	return server, clients
}

func TestBroadcastsLinkLocalAddressesAndInterfacesInANetwork(t *testing.T) {
	t.Parallel()
	if out, err := exec.Command("go", "build", "-o", folder, "gpsntpd/cmd/internal/tools/hear").CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server, clients := network(t)
	config := file(t, "gpsntpd.toml", `
[server]
keys = %q
broadcast = ["192.168.77.255", "224.0.1.1", "ff02::101%%s"]
broadcast-interval = "1s"
broadcast-key = 13
interface = "s"
dscp = 46
`, file(t, "keys", "%s", keyring))
	socket := filepath.Join(t.TempDir(), "socket")
	listen := []string{"192.168.77.1:123", "192.168.78.1:123", "[fe80::77:1%s]:123"}
	args := []string{filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--config", config, "--control", socket}
	for _, address := range listen {
		args = append(args, "--listen", address)
	}
	var ears []*process
	for _, to := range []string{"192.168.77.255:123", "224.0.1.1:123", "[ff02::101]:123"} {
		ear := namespace(t, clients, filepath.Join(folder, "hear"), "c", to, "5")
		until(t, says(&ear.err, "hearing"))
		ears = append(ears, ear)
	}
	d := attach(namespace(t, server, args...), socket)
	s := d.becomes("locked", "ok", "ok")
	for i, address := range listen {
		if i >= len(s.Servers) || s.Servers[i].Listen != address {
			t.Errorf("%+v: no %s", s.Servers, address)
		}
	}
	for _, ear := range ears {
		if status := ear.wait(processTimeout); status != 0 {
			t.Fatalf("exit status %d", status)
		}
		judgeBroadcasts(t, ear)
	}
	for address, want := range map[string]bool{
		"192.168.77.1": true, "[fe80::77:1%c]:123": true,
		"192.168.78.1": false, // at the other cable
	} {
		status := namespace(t, clients, filepath.Join(folder, "gpsntpctl"), "query", address).wait(processTimeout)
		if (status == 0) != want {
			t.Errorf("%s: exit status %d", address, status)
		}
	}
	if sent := d.counter("ntp", "broadcast"); sent < 15 {
		t.Errorf("%d broadcasts sent", sent)
	}
}

// judgeBroadcasts checks what hear has heard of gpsntpd.
func judgeBroadcasts(t *testing.T, ear *process) {
	t.Helper()
	var late []time.Duration
	for line := range strings.Lines(ear.out.String()) {
		var h struct {
			Version, Mode, Leap, Stratum, Poll, Key, DSCP int
			LateSeconds                                   float64 `json:"late_seconds"`
		}
		err := json.Unmarshal([]byte(line), &h)
		if h.Version != 4 || h.Mode != 5 || h.Leap != 0 || h.Stratum != 1 || h.Poll != 0 || h.Key != 13 || h.DSCP != 46 {
			err = errors.Join(err, fmt.Errorf("%s", line))
		}
		if err != nil {
			t.Error(err)
		}
		late = append(late, time.Duration(h.LateSeconds*1e9))
	}
	slices.Sort(late)
	if len(late) == 0 || late[len(late)/2] < -100*time.Microsecond || late[len(late)/2] > time.Millisecond {
		t.Errorf("from the transmit timestamp to the client: %v", late)
	}
	t.Logf("from the transmit timestamp to the client: %v", late)
}
