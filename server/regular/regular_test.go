package regular

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/sys/unix"
)

func TestWhatIsNoSmallRegularFileIsRefusedAtOnce(t *testing.T) {
	folder := t.TempDir()
	pipe, huge, socket := filepath.Join(folder, "pipe"), filepath.Join(folder, "huge"), filepath.Join(folder, "link")
	if err := unix.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(huge, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(os.Truncate(huge, 3<<30), os.Symlink(pipe, socket)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{pipe, "/dev/zero", "/dev/null", huge, folder, socket} {
		if text, err := Read(path, Most); err == nil || len(text) > 0 {
			t.Errorf("%s: %d bytes, %v", path, len(text), err)
		}
	}
	if _, err := Read(filepath.Join(folder, "none"), Most); !errors.Is(err, fs.ErrNotExist) {
		t.Error(err)
	}
}

func TestASmallRegularFileIsReadAsItIs(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a")
	for n, whole := range map[int]bool{0: true, Most: true, Most + 1: false} {
		if err := os.WriteFile(path, make([]byte, n), 0o600); err != nil {
			t.Fatal(err)
		}
		if text, err := Read(path, Most); (err == nil) != whole || whole && len(text) != n {
			t.Errorf("%d bytes: %d, %v", n, len(text), err)
		}
	}
}
