//go:build interop

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/internal/loop"
	machine "gpsntpd/hw/sim"
	"gpsntpd/server/statistics"
)

// hours writes the statistics of the hours until now, of a simulated machine with a
// short loss of the pulse.
func hours(t *testing.T, folder string, d time.Duration) {
	s, err := machine.Load("default")
	if err != nil {
		t.Fatal(err)
	}
	s.Faults = []machine.Fault{{Kind: machine.Unplugged, At: machine.Span{Duration: d / 2}, For: machine.Span{Duration: 10 * time.Minute}}}
	start := machine.Truth(time.Now().Add(-d).UnixNano())
	v := loop.NewVirtual(s, machine.NewMachine(s, start), start)
	files := statistics.Files{Folder: folder, Days: 31}
	for passed := time.Duration(0); passed < d; passed += statistics.Every {
		v.Play(statistics.Every)
		if status := v.Status(); statistics.Fresh(&status) {
			if err := files.Write(&status); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := files.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestNtpvizDrawsItsGraphsOfOurStatistics(t *testing.T) {
	stats, graphs := t.TempDir(), filepath.Join(t.TempDir(), "graphs")
	hours(t, stats, 4*time.Hour)
	c := exec.Command("ntpviz", "-d", stats, "-o", graphs, "-p", "1", "-n", "gpsntpd", "-D", "4")
	said, err := c.CombinedOutput()
	t.Logf("%s", said)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(said)) {
		if !strings.Contains(line, "INFO") && !strings.Contains(line, "ntpviz: plotting ") {
			t.Errorf("it says %s", line)
		}
	}
	page, err := os.ReadFile(filepath.Join(graphs, "index.html"))
	if err != nil {
		t.Fatal(err)
	}
	for _, graph := range []string{
		"local-offset", "local-jitter", "local-stability", "local-offset-histogram", "local-temps", "local-freq-temps",
		"peer-offsets", "peer-jitters",
	} {
		info, err := os.Stat(filepath.Join(graphs, graph+".png"))
		if err != nil || info.Size() < 2000 {
			t.Errorf("%s: %v, %v", graph, info, err)
		}
		if !strings.Contains(string(page), graph) {
			t.Errorf("the page does not show %s", graph)
		}
	}
}
