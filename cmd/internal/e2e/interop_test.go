//go:build interop

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"gpsntpd/cmd/internal/tools/rfc5905"
)

// observed is how long each client looks.
const observed = time.Minute

// every does something at the next n ticks of d.
func every(d time.Duration, n int, do func(i int)) {
	tick := time.NewTicker(d)
	defer tick.Stop()
	for i := range n {
		<-tick.C
		do(i)
	}
}

// TestTruthIsInsideRootDistanceAndSoonWithinTenMicroseconds asks ten times a
// second. An answer's offset is the served error and half of what the ways
// there and back differ by. Over loopback both are alike, some microseconds of
// one system call; what the delay exceeds the least one by is time that the
// packet or a process had to wait, on one way or the other, and half of it is
// allowed for. Of each second the answer with the least delay is judged.
func TestTruthIsInsideRootDistanceAndSoonWithinTenMicroseconds(t *testing.T) {
	t.Parallel()
	const (
		rate  = 10 // answers a second
		limit = 10 * time.Microsecond
		begin = 30 * time.Second // after the start
	)
	d := serve(t, "--sim")
	address := d.becomes("locked", "ok", "ok").Servers[0].Listen
	var fastest []rfc5905.Answer // of each second
	least := time.Minute
	every(time.Second/rate, rate*int(observed/time.Second), func(i int) {
		a := d.synchronized(address, 4, sim)
		truthful(t, interval{}, a)
		least = min(least, a.Delay())
		switch last := len(fastest) - 1; {
		case time.Since(d.born[1]) < begin:
		case i%rate == 0 || last < 0:
			fastest = append(fastest, a)
		case a.Delay() < fastest[last].Delay():
			fastest[last] = a
		}
	})
	var worst time.Duration
	for i, a := range fastest {
		worst = max(worst, a.Offset().Abs())
		if a.Offset().Abs() > limit+(a.Delay()-least)/2 {
			t.Errorf("%d s on, served time is off by %v; delay %v, the least is %v", i, a.Offset(), a.Delay(), least)
		}
	}
	t.Logf("%d seconds, served time within %v of truth; the least delay is %v", len(fastest), worst, least)
}

// chrony writes a configuration of its own for a chronyd, which touches
// nothing of the system's: no clock (-x), no port, no file outside.
func chrony(t *testing.T, address string) (config, logs string) {
	t.Helper()
	logs = t.TempDir()
	me, err := user.Current()
	if err != nil {
		t.Fatal(err)
	}
	i := strings.LastIndex(address, ":")
	host, port := strings.Trim(address[:i], "[]"), address[i+1:]
	return file(t, "chrony.conf", `
server %s port %s iburst minpoll 0 maxpoll 0
port 0
cmdport 0
pidfile %[3]s/chronyd.pid
driftfile %[3]s/drift
logdir %[3]s
log measurements
user %[4]s
`, host, port, logs, me.Username), logs
}

func TestChronyTakesTheTime(t *testing.T) {
	t.Parallel()
	d := serve(t, append(families(t), "--sim")...)
	for _, server := range d.becomes("locked", "ok", "ok").Servers {
		t.Run(server.Listen, func(t *testing.T) {
			t.Parallel()
			config, logs := chrony(t, server.Listen)
			once := start(t, "chronyd", "-U", "-x", "-Q", "-t", "20", "-f", config)
			status := once.wait(processTimeout)
			if off, ok := wrongBy(once.err.String()); status != 0 || !ok || off > farthest(t, logs) {
				t.Errorf("chronyd -Q: exit status %d, off by %v\n%s", status, off, &once.err)
			}
			client := start(t, "chronyd", "-U", "-x", "-d", "-f", config)
			every(observed, 1, func(int) { client.signal(syscall.SIGTERM) })
			if status := client.wait(processTimeout); status != 0 {
				t.Errorf("chronyd: exit status %d", status)
			}
			measurements(t, filepath.Join(logs, "measurements.log"))
		})
	}
}

// wrongBy finds what chronyd -Q says of the host's clock, seconds, without a sign.
func wrongBy(text string) (float64, bool) {
	_, rest, ok := strings.Cut(text, "System clock wrong by ")
	word, _, _ := strings.Cut(rest, " ")
	off, err := strconv.ParseFloat(word, 64)
	return math.Abs(off), ok && err == nil
}

// farthest is the greatest root distance of the answers in a chronyd's log of
// measurements, seconds: what it makes of them may be wrong by that much.
func farthest(t *testing.T, logs string) (distance float64) {
	t.Helper()
	for _, m := range measured(t, filepath.Join(logs, "measurements.log")) {
		distance = max(distance, m.distance)
	}
	return distance
}

// measurement is what chronyd says of an answer.
type measurement struct {
	line             string
	taken            bool    // it has passed all tests of RFC 5905
	offset, distance float64 // the latter is the root distance, seconds
}

// measured reads chronyd's log: one line for each answer, of which fields 4 and
// 5 are leap indicator and stratum, 6 and 7 what came of the tests of RFC 5905,
// 12 to 16 offset, delay, dispersion, root delay and root dispersion in
// seconds, and 17 the refid.
func measured(t *testing.T, path string) (all []measurement) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		f := strings.Fields(line)
		if len(f) < 17 || f[0] == "Date" {
			continue
		}
		var seconds [5]float64
		for i, word := range f[11:16] {
			if seconds[i], err = strconv.ParseFloat(word, 64); err != nil {
				t.Fatalf("%v in %s", err, line)
			}
		}
		all = append(all, measurement{
			line:     line,
			taken:    f[3] == "N" && f[4] == "1" && f[5] == "111" && f[6] == "111" && f[16] == "53494D00",
			offset:   seconds[0],
			distance: seconds[1]/2 + seconds[2] + seconds[3]/2 + seconds[4],
		})
	}
	return all
}

// measurements judges chronyd's log.
func measurements(t *testing.T, path string) {
	t.Helper()
	var offsets []float64
	var before strings.Builder // what else chronyd has measured tells the cause
	for _, m := range measured(t, path) {
		before.WriteString(m.line)
		off := math.Abs(m.offset)
		if !m.taken || off > m.distance {
			t.Errorf("the last of these answers is not right:\n%s", &before)
		}
		offsets = append(offsets, off)
	}
	if len(offsets) < int(observed/time.Second)/2 {
		t.Fatalf("chronyd took %d answers in %v", len(offsets), observed)
	}
	slices.Sort(offsets)
	t.Logf("%d answers, median of the offset %.1f µs, greatest %.1f µs", len(offsets), offsets[len(offsets)/2]*1e6, offsets[len(offsets)-1]*1e6)
}

// ntpdig asks port 123 alone, so it gets a network of its own, in which that
// port is free and nothing but loopback exists. What it calls precision is half of the
// delay and more; our own error is far below a millisecond.
func TestNtpdigTakesTheTime(t *testing.T) {
	t.Parallel()
	socket := filepath.Join(t.TempDir(), "socket")
	command := fmt.Sprintf("ip link set lo up && exec %s/gpsntpd --sim --control %s --listen 127.0.0.1:123 --listen [::1]:123", folder, socket)
	p := start(t, "unshare", "--user", "--map-root-user", "--net", "sh", "-c", command)
	d := attach(p, socket)
	d.becomes("locked", "ok", "ok")
	for _, address := range []string{"127.0.0.1", "::1"} {
		dig := start(t, "nsenter", "--target", fmt.Sprint(p.cmd.Process.Pid), "--user", "--net", "ntpdig", "-j", "-p", "4", address)
		status := dig.wait(processTimeout)
		var answer struct {
			Offset, Precision float64 // seconds
			Stratum           int
			Leap              string
		}
		err := json.Unmarshal([]byte(dig.out.String()), &answer)
		if status != 0 || err != nil || answer.Stratum != 1 || answer.Leap != "no-leap" || math.Abs(answer.Offset) > answer.Precision+1e-3 {
			t.Errorf("ntpdig %s: exit status %d, %v\n%s%s", address, status, err, &dig.out, &dig.err)
		}
	}
}
