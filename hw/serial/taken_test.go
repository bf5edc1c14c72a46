package serial

import (
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"

	"gpsntpd/hw"
	"gpsntpd/hw/holders"
	"gpsntpd/hw/sim"
)

// machine is a root folder with these files; what begins with "→" is a link to the rest.
func machine(t *testing.T, files map[string]string) holders.Root {
	t.Helper()
	root := t.TempDir()
	for name, text := range files {
		path := filepath.Join(root, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		err := error(nil)
		if to, link := strings.CutPrefix(text, "→"); link {
			err = os.Symlink(filepath.Join(root, to), path)
		} else {
			err = os.WriteFile(path, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	return holders.Root(root)
}

const gettyGroup = `sys/fs/cgroup/system.slice/system-serial\x2dgetty.slice/serial-getty@fake1.service/cgroup.procs`

func TestAPortThatServesForSomethingElseIsNeverOpenedByTheSearch(t *testing.T) {
	const taken, right = "/dev/fake1", "/dev/fake2"
	for name, c := range map[string]struct {
		files map[string]string
		want  hw.Device
	}{
		"the console": {map[string]string{"sys/class/tty/console/active": "tty0 fake1\n"}, hw.Device{Path: taken, State: hw.Console}},
		"a login":     {map[string]string{gettyGroup: "812\n"}, hw.Device{Path: taken, State: hw.Login, Holder: "serial-getty@fake1.service"}},
		"a program": {
			map[string]string{"dev/fake1": "", "proc/812/comm": "minicom\n", "proc/812/fd/3": "→/dev/fake1"},
			hw.Device{Path: taken, State: hw.Busy, Holder: "minicom (process 812)"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			left := new(atomic.Pointer[[]hw.Device])
			b := bench{wires: map[string]chan sim.Sent{taken: nil, right: nil}}
			b.search(t, Port{Paths: []string{"/dev/fake1", right}, Root: machine(t, c.files), Left: left}, func() {
				b.speak(right, 9600, epoch, 30)
			})
			if n := b.openings(taken); n != 0 {
				t.Errorf("opened %d times", n)
			}
			if got := *left.Load(); len(got) != 1 || got[0].Err == nil {
				t.Errorf("left alone: %v", got)
			} else if got[0].Err = nil; got[0] != c.want {
				t.Errorf("left alone: %v, want %v", got[0], c.want)
			}
		})
	}
}

func TestAConsoleIsShownWhereThereIsNoOtherPort(t *testing.T) {
	const console = "/dev/fake1"
	root := machine(t, map[string]string{"sys/class/tty/console/active": "fake1\n"})
	b := bench{wires: map[string]chan sim.Sent{console: nil}}
	b.search(t, Port{Paths: []string{console}, Root: root}, func() {
		b.expect(t, hw.Device{Path: console, State: hw.Console})
	})
}

func TestAConsoleDoesNotHideASilentPort(t *testing.T) {
	const console, silent = "/dev/fake1", "/dev/fake2"
	root := machine(t, map[string]string{"sys/class/tty/console/active": "fake1\n"})
	b := bench{wires: map[string]chan sim.Sent{console: nil, silent: nil}}
	b.search(t, Port{Paths: []string{console, silent}, Root: root}, func() {
		b.expect(t, open(silent, 9600))
	})
}

func TestAConsoleThatTheConfigurationNamesIsOpenedAndSaidToBeOne(t *testing.T) {
	const console = "/dev/fake1"
	root := machine(t, map[string]string{"sys/class/tty/console/active": "fake1\n"})
	b := bench{wires: map[string]chan sim.Sent{console: nil}}
	b.search(t, Port{Paths: []string{console}, Named: true, Root: root}, func() {
		d := open(console, 9600)
		d.Beside = hw.Console
		b.expect(t, d)
	})
}

func TestAPatternNamesNoPort(t *testing.T) {
	root := machine(t, map[string]string{"sys/class/tty/console/active": "fake1\n"})
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "fake1"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	console := filepath.Join(folder, "fake1")
	b := bench{wires: map[string]chan sim.Sent{console: nil}}
	b.search(t, Port{Paths: []string{filepath.Join(folder, "fake?")}, Named: true, Root: root}, func() {
		b.expect(t, hw.Device{Path: console, State: hw.Console})
	})
}
