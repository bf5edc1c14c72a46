package holders

import (
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestTheProcessThatLocksADeviceIsKnownToEverybody(t *testing.T) {
	device := filepath.Join(t.TempDir(), "device")
	f, err := os.Create(device)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if err := unix.Flock(int(f.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	var s unix.Stat_t
	if err := unix.Stat(device, &s); err != nil {
		t.Fatal(err)
	}
	if pids := Root("").lockers(s); len(pids) != 1 || pids[0] != os.Getpid() {
		t.Errorf("locked by %v, want %d", pids, os.Getpid())
	}
	if found, err := Root("").Of(device); len(found) != 0 || err != nil {
		t.Errorf("this process counts: %v, %v", found, err)
	}
}

func TestWhatAProcessCallsItselfDoesNotSteerATerminal(t *testing.T) {
	root := t.TempDir()
	if err := os.MkdirAll(filepath.Join(root, "proc/7"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(root, "proc/7/comm"), []byte("a\x1b[2Jb\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := (Holder{7, Root(root).command(7)}).String(); got != "a?[2Jb (process 7)" {
		t.Error(got)
	}
}
