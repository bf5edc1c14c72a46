//go:build emulated

package e2e

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"gpsntpd/server/control"
)

// processors are those that we build for beside this one, in Go's terms, and the
// program that plays each.
var processors = map[string]string{
	"arm": "qemu-arm-static", "arm64": "qemu-aarch64-static", "riscv64": "qemu-riscv64-static",
}

// emulated is the two binaries for another processor.
type emulated struct{ folder, emulator string }

// onEach has test judge the binaries for each of the processors.
func onEach(t *testing.T, test func(*testing.T, emulated)) {
	for arch, emulator := range processors {
		t.Run(arch, func(t *testing.T) {
			t.Parallel()
			e := emulated{t.TempDir(), emulator}
			build := exec.Command("go", "build", "-o", e.folder, "gpsntpd/cmd/gpsntpd", "gpsntpd/cmd/gpsntpctl")
			build.Env = append(os.Environ(), "GOARCH="+arch, "GOARM=6", "CGO_ENABLED=0")
			if out, err := build.CombinedOutput(); err != nil {
				t.Fatalf("%v: %s", err, out)
			}
			test(t, e)
		})
	}
}

func (e emulated) start(t *testing.T, name string, args ...string) *process {
	t.Helper()
	return start(t, e.emulator, append([]string{filepath.Join(e.folder, name)}, args...)...)
}

// slowly is how long something may take that takes seconds without an emulator.
const slowly = 5 * time.Minute

func (e emulated) runs(t *testing.T, name string, args ...string) (status int, out, err string) {
	t.Helper()
	p := e.start(t, name, args...)
	status = p.wait(slowly)
	return status, p.out.String(), p.err.String()
}

// TestWhatIsDecodedDoesNotDependOnTheProcessor compares with what the binary for
// this one prints, byte for byte.
func TestWhatIsDecodedDoesNotDependOnTheProcessor(t *testing.T) {
	captures, err := filepath.Glob(filepath.Join(os.Getenv("GPSNTPD_CAPTURES"), "*.log"))
	if err != nil {
		t.Fatal(err)
	}
	onEach(t, func(t *testing.T, e emulated) {
		compared := 0 // bytes
		for _, capture := range append(captures, "../../../docs/example.nmea") {
			for _, form := range [][]string{{"decode"}, {"--json", "decode"}} {
				args := append(form, capture)
				wanted, want, _ := runs(t, "gpsntpctl", args...)
				status, out, errors := e.runs(t, "gpsntpctl", args...)
				if status != wanted || out != want {
					t.Errorf("%v: exit status %d, not %d, or other bytes: %s", args, status, wanted, errors)
				}
				compared += len(want)
			}
		}
		if compared == 0 {
			t.Error("nothing was decoded")
		}
	})
}

// TestTheTimeIsServedOnEveryProcessor has the simulated machine run there. The
// emulator has no SO_ATTACH_REUSEPORT_CBPF, as other kernels.
func TestTheTimeIsServedOnEveryProcessor(t *testing.T) {
	onEach(t, func(t *testing.T, e emulated) {
		_, want, _ := runs(t, "gpsntpd", "--version")
		if status, out, _ := e.runs(t, "gpsntpd", "--version"); status != 0 || out != want || want == "" {
			t.Errorf("exit status %d, %q", status, out)
		}
		socket := filepath.Join(t.TempDir(), "socket")
		args := append([]string{"--sim", "--web", "off", "--control", socket, "--listen", "127.0.0.1:0"}, families(t)...)
		d := e.start(t, "gpsntpd", args...)
		listen := locked(t, d, socket)
		for _, address := range listen {
			if status, out, _ := e.runs(t, "gpsntpctl", "query", address); status != 0 {
				t.Errorf("exit status %d: %s", status, out)
			}
			if status, out, _ := runs(t, "gpsntpctl", "query", address); status != 0 {
				t.Errorf("asked by this processor: exit status %d: %s", status, out)
			}
		}
		if n := strings.Count(d.err.String(), "one worker answers at "); n != 1 {
			t.Errorf("said %d times that one worker answers", n)
		}
		d.signal(syscall.SIGTERM)
		if status := d.wait(slowly); status != 0 {
			t.Errorf("exit status %d", status)
		}
	})
}

// locked waits until d is, and returns where it serves. An emulator may take too
// long for one question.
func locked(t *testing.T, d *process, socket string) (listen []string) {
	t.Helper()
	client := control.Environ().Client(socket)
	again := time.NewTicker(time.Second)
	defer again.Stop()
	var last error
	for range int(slowly / time.Second) {
		select {
		case <-d.ended:
			t.Fatal("it has ended")
		case <-again.C:
		}
		a, err := client.Status(t.Context())
		if last = err; err != nil {
			continue
		}
		if last = errors.New(a.Value.Sentence); a.Value.State == "locked" {
			for _, s := range a.Value.Servers {
				listen = append(listen, s.Listen)
			}
			return listen
		}
	}
	t.Fatalf("not locked: %v", last)
	return nil
}
