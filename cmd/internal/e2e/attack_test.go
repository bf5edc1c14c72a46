//go:build attack

package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"text/tabwriter"
	"time"

	"golang.org/x/crypto/bcrypt"
)

// outcome is what the command attack says of clients.
type outcome struct {
	Asked, Answered int
	Median          float64 `json:"median_seconds"`
	P99             float64 `json:"p99_seconds"`
	Greatest        float64 `json:"greatest_seconds"`
}

// siege is a server that is attacked, from beyond a cable.
type siege struct {
	*testing.T
	clients *process
	daemon  *daemon
	table   *tabwriter.Writer
	said    *strings.Builder
}

// besieged is a daemon with that configuration, whose table of clients is full.
func besieged(t *testing.T, format string, args ...any) *siege {
	t.Helper()
	build := exec.Command("go", "build", "-o", folder, "gpsntpd/cmd/internal/tools/attack", "gpsntpd/cmd/internal/tools/flood")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	server, clients := cable(t)
	does(t, clients, "ip route add local 10.0.0.0/8 dev lo") // all of them are its own
	socket := filepath.Join(t.TempDir(), "socket")
	config := file(t, "gpsntpd.toml", format, args...)
	d := attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--config", config, "--control", socket, "--listen", "192.168.77.1:123"), socket)
	d.becomes("locked", "ok", "ok")
	flood := namespace(t, clients, "timeout", "2", filepath.Join(folder, "flood"), "c", "192.168.77.1:123", serverLink, "10.66.0.0/16")
	flood.wait(processTimeout)
	said := new(strings.Builder)
	return &siege{T: t, clients: clients, daemon: d, said: said, table: tabwriter.NewWriter(said, 0, 0, 2, ' ', 0)}
}

// row is a line of the table.
func (s *siege) row(format string, args ...any) {
	fmt.Fprintf(s.table, format+"\n", args...)
	s.table.Flush()
}

// begin starts clients of one kind. Attackers are to leave the processors to others:
// elsewhere they have machines of their own.
func (s *siege) begin(kind string, args ...any) *process {
	s.Helper()
	command := []string{filepath.Join(folder, "attack"), kind}
	if kind != "time" && kind != "keys" {
		command = append([]string{"nice", "-n", "19"}, command...)
	}
	for _, a := range args {
		command = append(command, fmt.Sprint(a))
	}
	return namespace(s.T, s.clients, command...)
}

// end is what became of them.
func (s *siege) end(p *process) (o outcome) {
	s.Helper()
	if p.wait(processTimeout) != 0 {
		s.Fatal(&p.err)
	}
	if err := json.Unmarshal([]byte(p.out.String()), &o); err != nil {
		s.Fatal(err)
	}
	return o
}

func (s *siege) do(kind string, args ...any) outcome {
	s.Helper()
	return s.end(s.begin(kind, args...))
}

// spent is how much time of processors the daemon has had.
func (s *siege) spent() time.Duration {
	s.Helper()
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.daemon.cmd.Process.Pid))
	if err != nil {
		s.Fatal(err)
	}
	_, rest, _ := strings.Cut(string(text), ") ")
	total := 0
	for _, field := range strings.Fields(rest)[11:13] { // utime and stime (proc(5))
		n, err := strconv.Atoi(field)
		if err != nil {
			s.Fatal(err)
		}
		total += n
	}
	return time.Duration(total) * time.Second / 100
}

const (
	ntpAt = "192.168.77.1:123"
	keAt  = "192.168.77.1:4460"
	pairs = 5 // windows without an attack, each beside one with it
	lasts = 4 // s, each of them
)

func median(all []float64) float64 {
	slices.Sort(all)
	return all[len(all)/2]
}

// harmless judges what is left of NTP while someone gets a page on 24 connections: the
// 99th percentile of its round trip is at most 1.5 times that of the same minute without.
func (s *siege) harmless(name, url string) {
	s.Helper()
	const bar = 1.5
	var idle, middle, loaded, middleLoaded []float64
	pages, spent := outcome{}, time.Duration(0)
	s.do("pages", url, lasts, 24) // what it may have at once, after a pause
	for range pairs {
		o := s.do("time", ntpAt, lasts, 400)
		idle, middle = append(idle, o.P99), append(middle, o.Median)
		before := s.spent()
		attackers := s.begin("pages", url, lasts+1, 24)
		o = s.do("time", ntpAt, lasts, 400)
		loaded, middleLoaded = append(loaded, o.P99), append(middleLoaded, o.Median)
		got := s.end(attackers)
		spent += s.spent() - before
		pages.Asked, pages.Answered = pages.Asked+got.Asked, pages.Answered+got.Answered
	}
	ratio := median(loaded) / median(idle)
	s.row("%s\tNTP p99 %.0f µs, without %.0f µs: %.2f times\tbar %.1f\tmedian %.0f µs, without %.0f µs; %d of %d pages; %.1f %% of a processor",
		name, 1e6*median(loaded), 1e6*median(idle), ratio, bar, 1e6*median(middleLoaded), 1e6*median(middle),
		pages.Answered, pages.Asked, 100*spent.Seconds()/(pairs*(lasts+1)))
	if ratio > bar {
		s.Errorf("%s: NTP waits behind it", name)
	}
}

// exchanged judges that an honest client exchanges keys within a second, whatever others
// do at the same door.
func (s *siege) exchanged(name, authority string, kind string, args ...any) {
	s.Helper()
	const bar = 1.0 // s
	attackers := s.begin(kind, args...)
	s.do("time", ntpAt, 2, 10) // until they are all there
	before := s.spent()
	o := s.do("keys", keAt, 6, authority)
	spent := s.spent() - before
	got := s.end(attackers)
	s.row("%s\t%d of %d exchanges, the longest %.0f ms\tbar %.0f ms\t%d of %d of the attackers'; %.2f s of a processor", name, o.Answered, o.Asked, 1e3*o.Greatest, 1e3*bar, got.Answered, got.Asked, spent.Seconds())
	if o.Answered < o.Asked || o.Greatest > bar {
		s.Errorf("%s: an exchange is kept out", name)
	}
}

func TestAttacksOnPageMetricsAndKeyExchangeLeaveTheTimeToOthers(t *testing.T) {
	certificates := authority(t, "192.168.77.1")
	s := besieged(t, nts+`
[web]
listen = ":8123"
[metrics]
listen = ":9123"
`, certificates, keAt)
	s.harmless("page, 24 connections on /v1/clients", "http://192.168.77.1:8123/v1/clients")
	s.harmless("metrics, 24 connections", "http://192.168.77.1:9123/metrics")
	ca := filepath.Join(certificates, "ca.crt")
	s.exchanged("key exchange, 12 × 8 silent connections", ca, "silent", keAt, 8, "10.1.0.1", 12, 8)
	s.exchanged("key exchange, 12 × 8 that greet and stop", ca, "greet", keAt, 8, "10.1.0.1", 12, 8)
	s.exchanged("key exchange, 8 that shake hands without a pause", ca, "handshake", keAt, 8, 8, "10.2.0.1")
	t.Logf("\n%s", s.said)
}

func TestAttacksOnANetworkAndOnPasswordsKeepNobodyOut(t *testing.T) {
	hash, err := bcrypt.GenerateFromPassword([]byte("right"), bcrypt.DefaultCost)
	if err != nil {
		t.Fatal(err)
	}
	s := besieged(t, `
[server]
rate-limit = "64/s burst 8"
workers = 1
[web]
listen = ":8123"
password-file = %q
trusted-proxy = "192.168.77.2"
`, file(t, "passwords", "ann:%s\n", hash))
	crowd := s.begin("crowd", ntpAt, 20, 62, "10.3.0.1", 18)
	o := s.do("time", ntpAt, 16, 1, "10.3.0.99")
	got := s.end(crowd)
	s.row("18 neighbours of a /24 at their limit\t%d of %d answers for one that asks once a second\tbar: all\t%d of %d for the neighbours", o.Answered, o.Asked, got.Answered, got.Asked)
	if o.Answered < o.Asked {
		t.Error("a neighbour pays for others")
	}
	url := "http://192.168.77.1:8123/v1/status"
	guesses := s.begin("guess", url, 12, "203.0.113.1")
	s.do("time", ntpAt, 2, 1)
	o = s.do("enter", url, 5, "ann", "right", "203.0.113.2")
	got = s.end(guesses)
	s.row("guessing through a proxy\t%d of %d let in who are right, the longest after %.0f ms\tbar: all\t%d guesses in 12 s", o.Answered, o.Asked, 1e3*o.Greatest, got.Asked)
	if o.Answered < o.Asked {
		t.Error("who is right is kept out")
	}
	t.Logf("\n%s", s.said)
}
