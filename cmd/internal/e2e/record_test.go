//go:build !captures && !interop

package e2e

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"
)

func TestWhatADaemonRecordsAnotherOneCanLive(t *testing.T) {
	t.Parallel()
	d := serve(t, "--sim")
	first := d.becomes("locked", "ok", "ok").Pulse.Count
	until(t, func() error {
		if n := d.becomes("locked", "ok", "ok").Pulse.Count; n < first+10 {
			return fmt.Errorf("%d pulses since it was locked", n-first)
		}
		return nil
	})
	tape := filepath.Join(t.TempDir(), "a.record")
	if status, out, err := runs(t, "gpsntpctl", "--control", d.socket, "record", "-o", tape); status != 0 {
		t.Fatalf("%d: %s%s", status, out, err)
	}
	status, out, err := runs(t, "gpsntpctl", "replay", "--again", tape)
	recorded, again, both := strings.Cut(out, "The same, played to")
	for _, said := range []string{recorded, again} {
		if status != 0 || !both || !strings.Contains(said, "state         locked") {
			t.Fatalf("%d: %s%s", status, out, err)
		}
	}
	report := filepath.Join(t.TempDir(), "report.tar.gz")
	if status, out, err := runs(t, "gpsntpctl", "--control", d.socket, "report", "-o", report); status != 0 || strings.Contains(out, "not there") {
		t.Errorf("%d: %s%s", status, out, err)
	}
	second := serve(t, "--replay", tape)
	until(t, func() error { // the recording is short: where its start is played late and all at once, too little is left to lock by
		s := second.status()
		switch {
		case s.State == "locked":
			return nil
		case s.Pulse.Count > 0 && s.Pulse.State == "silent":
			second = serve(t, "--replay", tape)
		}
		return fmt.Errorf("%s: %s", s.State, s.Sentence)
	})
}
