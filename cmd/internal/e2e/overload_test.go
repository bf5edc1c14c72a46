//go:build interop

package e2e

import (
	"cmp"
	"encoding/json"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"
)

// overload is how long the flood lasts, unless $GPSNTPD_OVERLOAD says so.
const overload = "20s"

// Requests that name tens of thousands of senders, or the honest client, come
// as fast as a processor can make them. chronyd's view of the server stays
// true, and the discipline does not notice.
func TestAFloodInOthersNamesHarmsNobody(t *testing.T) {
	lasts, err := time.ParseDuration(cmp.Or(os.Getenv("GPSNTPD_OVERLOAD"), overload))
	if err != nil {
		t.Fatal(err)
	}
	build := exec.Command("go", "build", "-o", folder, "gpsntpd/cmd/internal/tools/flood")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	for name, senders := range map[string]string{"many senders": "10.66.0.0/16", "the client's name": "192.168.77.2/32"} {
		t.Run(name, func(t *testing.T) {
			server, clients := cable(t)
			socket := filepath.Join(t.TempDir(), "socket")
			d := attach(namespace(t, server, filepath.Join(folder, "gpsntpd"), "--sim", "--anywhere", "--control", socket, "--listen", "192.168.77.1:123"), socket)
			d.becomes("locked", "ok", "ok")
			config, logs := chrony(t, "192.168.77.1:123")
			honest := namespace(t, clients, "chronyd", "-U", "-x", "-d", "-f", config)
			until(t, says(&honest.err, "Selected source"))
			flood := namespace(t, clients, filepath.Join(folder, "flood"), "c", "192.168.77.1:123", serverLink, senders)
			heard := 0
			samples, steps := d.counter("discipline", "samples"), d.counter("discipline", "steps")
			every(time.Second, int(lasts/time.Second), func(i int) {
				if asks(t, clients) {
					heard++
				}
				if s := d.status(); s.State != "locked" || s.BoundSeconds == nil || *s.BoundSeconds > 1e-4 {
					t.Errorf("%d s on: %s", i, s.Sentence)
				}
			})
			samples, steps = d.counter("discipline", "samples")-samples, d.counter("discipline", "steps")-steps
			if seconds := uint64(lasts / time.Second); samples+missed(seconds) < seconds || steps > 0 {
				t.Errorf("%d samples and %d steps in %d s: the loop is disturbed", samples, steps, seconds)
			}
			for _, p := range []*process{flood, honest} {
				p.signal(syscall.SIGTERM)
				if status := p.wait(processTimeout); status != 0 {
					t.Errorf("exit status %d", status)
				}
			}
			margin := *d.status().Receiver.MarginSeconds
			answers := d.counter("ntp", "answered")
			limited, kissed := d.counter("ntp", "rate_limited"), d.counter("ntp", "rate_kissed")
			t.Logf("%d samples; %sanswered %d, rate_limited %d, rate_kissed %d; another client heard %d answers; margin %.3f s", samples, &flood.out, answers, limited, kissed, heard, margin)
			if heard == 0 {
				t.Error("no one else is answered")
			}
			if all := answers + limited + kissed; all < 10_000*uint64(lasts/time.Second) {
				t.Errorf("%d requests are no flood", all)
			}
			if name == "the client's name" && limited == 0 {
				t.Error("no one is over the limit")
			}
			accurate(t, filepath.Join(logs, "measurements.log"), int(lasts/time.Second)/16)
		})
	}
}

// missed is how many samples of this many seconds may be missing: those at both
// ends, and one in fifty, for what else the machine does.
func missed(seconds uint64) uint64 { return 2 + seconds/50 }

// accurate judges what chronyd made of the answers. Its log compares them with
// a clock of its own, which it steers by few of them: it keeps within 0.2 ms in
// the median, of which most is the machine's load. A kiss is no answer.
func accurate(t *testing.T, path string, least int) {
	t.Helper()
	var offsets []float64
	for _, m := range measured(t, path) {
		if m.taken {
			offsets = append(offsets, math.Abs(m.offset))
		}
	}
	if len(offsets) < least {
		t.Fatalf("chronyd took %d answers, want %d", len(offsets), least)
	}
	slices.Sort(offsets)
	median, worst := offsets[len(offsets)/2], offsets[len(offsets)-1]
	t.Logf("chronyd took %d answers, median of the offset %.1f µs, greatest %.1f µs", len(offsets), median*1e6, worst*1e6)
	if median > 2e-4 {
		t.Error("that is not accurate")
	}
}

// asks asks the server for the time as a client beside chronyd, and tells
// whether it answered. If it did, the host's clock, which is the truth, is
// inside the bound.
func asks(t *testing.T, from *process) (answered bool) {
	t.Helper()
	p := namespace(t, from, filepath.Join(folder, "gpsntpctl"), "query", "--json", "--samples", "1", "192.168.77.1:123")
	if p.wait(processTimeout) != 0 {
		return false
	}
	var a struct {
		Offset float64 `json:"offset_seconds"`
		Bound  float64 `json:"bound_seconds"`
	}
	if err := json.Unmarshal([]byte(p.out.String()), &a); err != nil || math.Abs(a.Offset) > a.Bound {
		t.Errorf("%v: %s", err, &p.out)
	}
	return true
}
