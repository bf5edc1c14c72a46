package control

import (
	"io/fs"
	"os"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// environment is one in which nothing is set and no daemon runs.
func environment(t *testing.T) Environment {
	return Environment{System: filepath.Join(t.TempDir(), "run"), Temporary: t.TempDir(), UID: os.Getuid()}
}

func TestTheDaemonsSocketIsInTheFirstUsualPlace(t *testing.T) {
	e := environment(t)
	temporary := e.own()[0]
	session := t.TempDir()
	for _, c := range []struct{ name, flag, runtime, xdg, want string }{
		{"named", "/x/y.sock", "/run/gpsntpd", session, "/x/y.sock"},
		{"under systemd", "", "/run/gpsntpd:/run/other", session, "/run/gpsntpd/control.sock"},
		{"in a session", "", "", session, session + "/gpsntpd/control.sock"},
		{"in a session whose folder is gone", "", "", "/nonexistent", temporary + "/control.sock"},
		{"without a session", "", "", "", temporary + "/control.sock"},
		{"again", "", "", "", temporary + "/control.sock"},
	} {
		e.RuntimeDirectory, e.XDGRuntimeDir = c.runtime, c.xdg
		if got, _, err := e.SocketPath(c.flag); got != c.want || err != nil {
			t.Errorf("%s: %q, %v", c.name, got, err)
		}
	}
}

func TestAFolderThatIsNotOursAloneIsRefused(t *testing.T) {
	for name, spoil := range map[string]func(e *Environment, folder string) error{
		"open to others": func(_ *Environment, folder string) error {
			return os.Mkdir(folder, 0o755)
		},
		"a link": func(e *Environment, folder string) error {
			return os.Symlink(e.Temporary, folder)
		},
		"a file": func(_ *Environment, folder string) error {
			return os.WriteFile(folder, nil, 0o700)
		},
		"of someone else": func(e *Environment, _ string) error {
			e.UID++
			return os.Mkdir(e.own()[0], 0o700)
		},
	} {
		e := environment(t)
		if err := os.Chmod(e.Temporary, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := spoil(&e, e.own()[0]); err != nil {
			t.Fatal(err)
		}
		if path, _, err := e.SocketPath(""); err == nil {
			t.Errorf("%s: the daemon takes %s", name, path)
		}
		if _, err := e.Client("").Status(t.Context()); err == nil {
			t.Errorf("%s: the client gets an answer", name)
		}
	}
}

func TestAFolderThatSomebodyElseHasMadeIsSaidAndPassedOver(t *testing.T) {
	e := environment(t)
	e.Home = t.TempDir()
	if err := os.Mkdir(e.own()[0], 0o755); err != nil {
		t.Fatal(err)
	}
	path, passed, err := e.SocketPath("")
	if err != nil || path != e.Home+"/.gpsntpd/control.sock" || passed == nil || !strings.Contains(passed.Error(), e.own()[0]) {
		t.Errorf("%q, %v, %v", path, passed, err)
	}
	if places := e.places(""); places[len(places)-1] != (place{path, e.UID}) {
		t.Errorf("the client does not look there: %v", places)
	}
}

func TestOurFolderIsMadeForUsAlone(t *testing.T) {
	e := environment(t)
	if _, _, err := e.SocketPath(""); err != nil {
		t.Fatal(err)
	}
	f, err := os.Stat(e.own()[0])
	if err != nil || f.Mode() != fs.ModeDir|0o700 {
		t.Error(f.Mode(), err)
	}
}

func TestAPlaceThatIsNamedIsTheOnlyOneAsked(t *testing.T) {
	e := environment(t)
	e.XDGRuntimeDir = "/run/user/7"
	for _, c := range []struct {
		flag, control string
		want          []place
	}{
		{"/a", "/b", []place{{"/a", anyone}}},
		{"", "/b", []place{{"/b", anyone}}},
		{"", "", []place{
			{e.System + "/control.sock", anyone},
			{"/run/user/7/gpsntpd/control.sock", e.UID},
			{e.own()[1] + "/control.sock", e.UID},
		}},
	} {
		e.Control = c.control
		if got := e.places(c.flag); !slices.Equal(got, c.want) {
			t.Errorf("%v, want %v", got, c.want)
		}
	}
}

func TestWhoMayNotAskIsToldWhichGroupMay(t *testing.T) {
	folder := t.TempDir()
	want := "use sudo"
	group, err := user.LookupGroupId(strconv.Itoa(os.Getgid()))
	if os.Getuid() == 0 {
		group, err = user.LookupGroup("daemon") // root's own group is no way in
	}
	if err == nil {
		id, _ := strconv.Atoi(group.Gid)
		if err := os.Chown(folder, -1, id); err != nil {
			t.Fatal(err)
		}
		want = "use sudo, or `sudo usermod -aG " + group.Name + " $USER` and log in again"
	}
	if got := admission(filepath.Join(folder, "control.sock")); got != want {
		t.Error(got)
	}
	if got := admission("/nonexistent/control.sock"); got != "use sudo" {
		t.Error(got)
	}
}
