//go:build !captures && !interop

package e2e

import (
	"encoding/json"
	"fmt"
	"net"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"
)

func TestTheSimulatedMachineLocksAndTellsTheHostsTime(t *testing.T) {
	t.Parallel()
	d := serve(t, append(families(t), "--sim")...)
	s := d.becomes("locked", "ok", "ok")
	if s.Stratum != 1 || s.Leap != 0 || s.Refid == nil || *s.Refid != "SIM" {
		t.Errorf("status: %+v", s)
	}
	for range 20 {
		for _, server := range s.Servers {
			for version := range uint8(4) {
				truthful(t, interval{}, d.synchronized(server.Listen, version+1, sim))
			}
		}
	}
	until(t, func() error { // the last answer is counted after it was sent
		for _, server := range d.status().Servers {
			if server.Answers != 80 || server.Requests != 80 || server.Dropped != 0 {
				return fmt.Errorf("80 requests: %+v", server)
			}
		}
		return nil
	})
}

func TestBeforeTheFirstSampleNothingIsClaimed(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim", "--scenario", "nofix")
	d.claimsNothing()
	if a := d.ask(d.address(), 4); a.RootDispersion != 16*time.Second || a.Reference != 0 {
		t.Errorf("root dispersion %v, reference time %#x", a.RootDispersion, a.Reference)
	}
	s := d.becomes("starting", "no_fix", "silent")
	if s.Leap != 3 || s.Stratum != 0 || s.Refid != nil || s.OffsetSeconds != nil || s.ReferenceTime != nil {
		t.Errorf("%+v", s)
	}
	d.claimsNothing()
	if status, _, _ := runs(t, "gpsntpctl", "query", d.address()); status != 1 {
		t.Errorf("gpsntpctl query: exit status %d", status)
	}
}

func TestTheOperatorSeesTheSameInEveryForm(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim")
	s := d.becomes("locked", "ok", "ok")
	ctl := func(args ...string) string {
		t.Helper()
		status, out, errors := runs(t, "gpsntpctl", append([]string{"--control", d.socket}, args...)...)
		if status != 0 || errors != "" {
			t.Errorf("gpsntpctl %v: exit status %d, %s", args, status, errors)
		}
		return out
	}
	human := ctl("status")
	if !strings.HasPrefix(human, "Locked to the simulated receiver for ") {
		t.Errorf("status begins with %q", human)
	}
	for line := range strings.Lines(human) {
		if utf8.RuneCountInString(strings.TrimSuffix(line, "\n")) > 80 {
			t.Errorf("wider than 80 columns: %q", line)
		}
	}
	var status struct{ State, Refid string }
	if err := json.Unmarshal([]byte(ctl("--json", "status")), &status); err != nil || status.State != "locked" || status.Refid != "SIM" {
		t.Errorf("%v, %+v", err, status)
	}
	var answer struct {
		OffsetSeconds float64 `json:"offset_seconds"`
		BoundSeconds  float64 `json:"bound_seconds"`
		Stratum       int
	}
	line := ctl("--json", "query", s.Servers[0].Listen)
	if err := json.Unmarshal([]byte(line), &answer); err != nil || answer.Stratum != 1 || max(answer.OffsetSeconds, -answer.OffsetSeconds) > answer.BoundSeconds {
		t.Errorf("%v, %s", err, line)
	}
	if counters := ctl("counters"); !strings.Contains(counters, "answered ") {
		t.Error(counters)
	}
	ctl("query", s.Servers[0].Listen)
}

func TestWhatAPacketCausesIsCountedAndNeverLogged(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim")
	address := d.becomes("locked", "ok", "ok").Servers[0].Listen
	until(t, says(&d.err, "to=locked")) // it is served a moment before it is logged
	before := d.err.String()
	c, err := net.Dial("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	packets := [][]byte{{}, {0x23}, make([]byte, 47), append([]byte{0x26}, make([]byte, 47)...), append([]byte{0x3b}, make([]byte, 47)...), make([]byte, 2000)}
	for _, p := range packets {
		if _, err := c.Write(p); err != nil {
			t.Fatal(err)
		}
	}
	d.synchronized(address, 4, sim)
	until(t, func() error { // the answer is counted after it was sent
		s := d.status().Servers[0]
		if n := uint64(len(packets)); s.Requests != n+1 || s.Dropped != n || s.Answers != 1 {
			return fmt.Errorf("%+v", s)
		}
		return nil
	})
	if d.counter("ntp", "short") != 3 {
		t.Errorf("%d short ones", d.counter("ntp", "short"))
	}
	if after := d.err.String(); after != before {
		t.Errorf("logged: %s", strings.TrimPrefix(after, before))
	}
}

// systemd's sockets are open to the network, where no one is to take simulated time.
func TestSimulatedTimeIsNotServedOnSystemdsSockets(t *testing.T) {
	t.Parallel()
	conn, err := net.ListenUDP("udp4", &net.UDPAddr{IP: net.IPv4(127, 0, 0, 1)})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	inherited, err := conn.File()
	if err != nil {
		t.Fatal(err)
	}
	defer inherited.Close()
	socket := filepath.Join(t.TempDir(), "socket")
	args := []string{"-c", `exec 3<&0; LISTEN_FDS=1 LISTEN_PID=$$ exec "$@"`, "sh", filepath.Join(folder, "gpsntpd"), "--sim", "--web", "off", "--control", socket}
	d := attach(startWith(t, inherited, "sh", append(args, families(t)...)...), socket)
	for _, s := range d.becomes("locked", "ok", "ok").Servers {
		if s.Listen == conn.LocalAddr().String() {
			t.Errorf("served on %s", s.Listen)
		}
	}
}
