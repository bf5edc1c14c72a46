package control

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// stale leaves a socket behind where no one listens any more.
func stale(t *testing.T) (path string) {
	path = filepath.Join(t.TempDir(), socketName)
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	return path
}

func TestAStaleSocketIsReplacedAndOursLeavesNothing(t *testing.T) {
	path := stale(t)
	l, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	if f, err := os.Stat(path); err != nil || f.Mode() != fs.ModeSocket|socketMode {
		t.Error(f.Mode(), err)
	}
	if err := l.Close(); err != nil {
		t.Error(err)
	}
	if left, err := os.ReadDir(filepath.Dir(path)); len(left) != 0 || err != nil {
		t.Errorf("left: %v %v", left, err)
	}
}

func TestALivingDaemonKeepsItsSocket(t *testing.T) {
	path := filepath.Join(t.TempDir(), socketName)
	first, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer first.Close()
	if _, err := Listen(path); !errors.Is(err, ErrTaken) {
		t.Error(err)
	}
	if err := os.Remove(path + ".lock"); err != nil { // by an overzealous cleaner of /tmp
		t.Fatal(err)
	}
	if _, err := Listen(path); !errors.Is(err, ErrTaken) {
		t.Errorf("without the lock: %v", err)
	}
	if conn, err := net.Dial("unix", path); err != nil {
		t.Error(err)
	} else {
		conn.Close()
	}
	if f, err := os.Create(path + ".lock"); err != nil { // for Close to remove
		t.Fatal(err)
	} else {
		f.Close()
	}
}

func TestClosingTwiceDoesNotTakeTheNextOnesLock(t *testing.T) {
	path := filepath.Join(t.TempDir(), socketName)
	first, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	first.Close()
	second, err := Listen(path)
	if err != nil {
		t.Fatal(err)
	}
	defer second.Close()
	first.Close()
	if _, err := os.Stat(path + ".lock"); err != nil {
		t.Error(err)
	}
}

func TestOfDaemonsThatStartAtOnceOneWins(t *testing.T) {
	path := stale(t)
	var holders, wins atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				l, err := Listen(path)
				if err != nil {
					if !errors.Is(err, ErrTaken) {
						t.Error(err)
					}
					continue
				}
				wins.Add(1)
				if n := holders.Add(1); n != 1 {
					t.Errorf("%d hold the socket", n)
				}
				holders.Add(-1)
				if err := l.Close(); err != nil {
					t.Error(err)
				}
			}
		})
	}
	all.Wait()
	if wins.Load() == 0 {
		t.Error("no one ever won")
	}
}

func TestWhatIsNoSocketIsNotTouched(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(folder, "file")
	link := filepath.Join(folder, "link")
	if err := errors.Join(os.WriteFile(file, []byte("precious"), 0o600), os.Symlink(stale(t), link)); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		file, link, folder,
		filepath.Join(folder, "no", "folder"),
		filepath.Join(folder, strings.Repeat("x", 108)),
	} {
		l, err := Listen(path)
		if err == nil {
			l.Close()
			t.Errorf("listens at %s", path)
		} else if !strings.HasPrefix(err.Error(), "control socket "+path+": ") || strings.Contains(err.Error(), "\n") {
			t.Errorf("unclear: %v", err)
		}
	}
	if text, err := os.ReadFile(file); string(text) != "precious" || err != nil {
		t.Errorf("%q %v", text, err)
	}
}
