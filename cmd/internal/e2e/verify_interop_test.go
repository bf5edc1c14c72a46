//go:build interop

package e2e

import (
	"encoding/json"
	"fmt"
	"math"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
)

// shifted are servers of others on this host, with a clock that is off by a library that
// is preloaded; node_exporter is in Go, asks the kernel itself, and is right.
func shifted(t *testing.T, off float64) (targets map[string]float64) {
	t.Helper()
	folder, ports := t.TempDir(), freePorts(t, 3)
	library := filepath.Join(folder, "shifted.so")
	if out, err := exec.Command("gcc", "-shared", "-fPIC", "-O1", "-o", library, "testdata/shifted.c").CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	moved := func(name string, args ...string) {
		start(t, "env", append([]string{"LD_PRELOAD=" + library, fmt.Sprintf("SHIFT_NS=%.0f", off*1e9), name}, args...)...)
	}
	moved("redis-server", "--port", ports[0], "--bind", "127.0.0.1", "--dir", folder, "--save", "")
	site := filepath.Join(folder, "nginx.conf")
	text := fmt.Sprintf("daemon off; master_process off; pid %s/pid; error_log stderr; events {}\n"+
		"http { access_log off; server { listen 127.0.0.1:%s; location / { return 204; } } }\n", folder, ports[1])
	if err := os.WriteFile(site, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	moved("nginx", "-p", folder, "-c", site)
	start(t, "prometheus-node-exporter", "--web.listen-address=127.0.0.1:"+ports[2], "--collector.disable-defaults", "--collector.time")
	return map[string]float64{"redis://127.0.0.1:" + ports[0]: off, "http://127.0.0.1:" + ports[1]: off, "node://127.0.0.1:" + ports[2]: 0}
}

// freePorts are ports of TCP on which nothing listens.
func freePorts(t *testing.T, n int) (ports []string) {
	t.Helper()
	for range n {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close() // after the last: no two are the same
		ports = append(ports, strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
	}
	return ports
}

func TestVerifyTellsHowFarRedisNginxAndNodeExporterAreOff(t *testing.T) {
	for _, off := range []float64{0.25, -0.04, 3} {
		t.Run(fmt.Sprint(off), func(t *testing.T) {
			t.Parallel()
			targets := shifted(t, off)
			args := []string{"verify", "--json"}
			for name := range targets {
				args = append(args, name)
			}
			var out string
			until(t, func() error { // until all of them have opened their ports
				_, said, _ := runs(t, "gpsntpctl", args...)
				if out = said; strings.Contains(out, `"unreadable"`) {
					return fmt.Errorf("%s", out)
				}
				return nil
			})
			for line := range strings.Lines(out) {
				var r struct {
					Host, State, Method string
					Offset              float64 `json:"offset_seconds"`
					Bound               float64 `json:"bound_seconds"`
				}
				if err := json.Unmarshal([]byte(line), &r); err != nil {
					t.Fatal(err)
				}
				t.Logf("%s: %+.6f s ± %.6f s", r.Host, r.Offset, r.Bound)
				if math.Abs(r.Offset-targets[r.Host]) > r.Bound {
					t.Errorf("%s is off by %v: %s", r.Host, targets[r.Host], line)
				}
				if far := math.Abs(targets[r.Host]) > 0.2; far != (r.State == "outside") && r.State != "unsure" {
					t.Errorf("%s is off by %v: %s", r.Host, targets[r.Host], line)
				}
			}
		})
	}
}
