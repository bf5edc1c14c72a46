package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/hw/clock"
	"gpsntpd/server/why"
)

func TestThePageOfTheBoundIsOfASteeredClockOnly(t *testing.T) {
	var latest discipline.Latest
	latest.Store(&discipline.Snapshot{State: discipline.Starting})
	for operation, want := range map[why.Operation]int{why.Steered: 1, why.NotSteered: 0, why.Simulated: 0} {
		path := filepath.Join(t.TempDir(), "shm0")
		m := machine{operation: operation, clock: struct{ hw.Steerable }{&clock.Software{}}}
		b := openBoundPage(path, m, &latest, zerolog.Nop())
		if n := len(b.tasks()); n != want {
			t.Errorf("%v: %d tasks", operation, n)
		}
		if _, err := os.Stat(path); (err == nil) != (want == 1) {
			t.Errorf("%v: %v", operation, err)
		}
	}
	if b := openBoundPage("", machine{operation: why.Steered}, &latest, zerolog.Nop()); len(b.tasks()) != 0 {
		t.Error("a task for no page")
	}
	if b := openBoundPage("/proc/none/shm0", machine{operation: why.Steered}, &latest, zerolog.Nop()); len(b.tasks()) != 0 {
		t.Error("a task for a page that cannot be opened")
	}
}
