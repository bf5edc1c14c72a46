// Package systemd holds what an installation needs beside the two binaries;
// there is no code in it but tests.
package systemd

import (
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// installed is everything below PREFIX after make install, with its mode.
var installed = map[string]fs.FileMode{
	"sbin/gpsntpd":                                   0o755,
	"bin/gpsntpctl":                                  0o755,
	"lib/systemd/system/gpsntpd.service":             0o644,
	"lib/systemd/system/gpsntpd-wait.service":        0o644,
	"lib/systemd/system/gpsntpd-setup.service":       0o644,
	"lib/systemd/system/gpsntpd.socket":              0o644,
	"lib/gpsntpd/time-daemons":                       0o755,
	"lib/systemd/ntp-units.d/50-gpsntpd.list":        0o644,
	"lib/sysusers.d/gpsntpd.conf":                    0o644,
	"lib/tmpfiles.d/gpsntpd.conf":                    0o644,
	"lib/udev/rules.d/60-gpsntpd.rules":              0o644,
	"share/doc/gpsntpd/LICENSE":                      0o644,
	"share/man/man1/gpsntpctl.1":                     0o644,
	"share/man/man5/gpsntpd.toml.5":                  0o644,
	"share/man/man8/gpsntpd.8":                       0o644,
	"share/bash-completion/completions/gpsntpctl":    0o644,
	"share/zsh/vendor-completions/_gpsntpctl":        0o644,
	"share/fish/vendor_completions.d/gpsntpctl.fish": 0o644,
}

// documents are all that the programs and the page point to, by their places.
func documents(t *testing.T) map[string]fs.FileMode {
	t.Helper()
	all := map[string]fs.FileMode{}
	for name := range files(t, "../docs") {
		if folder, _, _ := strings.Cut(name, "/"); folder != "man" && folder != "completions" {
			all[filepath.Join("share/doc/gpsntpd", name)] = 0o644
		}
	}
	return all
}

// empty returns a folder with files in the place of the binaries, where no one runs them.
func empty(t *testing.T) string {
	t.Helper()
	folder := t.TempDir()
	for _, name := range []string{"gpsntpd", "gpsntpctl"} {
		if err := os.WriteFile(filepath.Join(folder, name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return folder
}

// run runs a program that must succeed, and returns all that it prints.
func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	c := exec.Command(name, args...)
	c.Dir = ".."
	c.Env = append(os.Environ(), "LC_ALL=C", "SYSTEMD_COLORS=0", "SYSTEMD_LOG_LEVEL=info")
	out, err := c.CombinedOutput()
	if err != nil {
		t.Fatalf("%s %v: %v\n%s", name, args, err, out)
	}
	return string(out)
}

// files lists what is below root, with modes.
func files(t *testing.T, root string) map[string]fs.FileMode {
	t.Helper()
	all := map[string]fs.FileMode{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		f, err := d.Info()
		if err == nil {
			all[strings.TrimPrefix(path, root+"/")] = f.Mode()
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// below moves names below a prefix.
func below(prefix string, all map[string]fs.FileMode) map[string]fs.FileMode {
	moved := map[string]fs.FileMode{}
	for name, mode := range all {
		moved[filepath.Join(prefix, name)] = mode
	}
	return moved
}

func TestUninstallTakesAwayWhatInstallPutThereAndNothingElse(t *testing.T) {
	if _, err := os.Stat("../Makefile"); err != nil { // go test is to see that the result depends on it
		t.Fatal(err)
	}
	bin := empty(t)
	for _, prefix := range []string{"/usr", "/usr/local"} {
		root := t.TempDir()
		for _, name := range []string{"etc/gpsntpd/gpsntpd.toml", prefix + "/lib/systemd/system/other.service"} {
			path := filepath.Join(root, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(path, []byte("the operator's\n"), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		before := files(t, root)
		args := []string{"DESTDIR=" + root, "PREFIX=" + prefix, "BIN=" + bin}
		for range 2 {
			run(t, "make", append(args, "install")...)
		}
		want := below(prefix[1:], installed)
		maps.Copy(want, below(prefix[1:], documents(t)))
		maps.Copy(want, before)
		if got := files(t, root); !maps.Equal(got, want) {
			t.Errorf("%s: installed\n%v\nwant\n%v", prefix, got, want)
		}
		unit, err := os.ReadFile(filepath.Join(root, prefix, "lib/systemd/system/gpsntpd.service"))
		if err != nil || !strings.Contains(string(unit), "\nExecStart="+prefix+"/sbin/gpsntpd\n") {
			t.Errorf("%s: %v: the unit starts another program:\n%s", prefix, err, unit)
		}
		for range 2 {
			run(t, "make", append(args, "uninstall")...)
		}
		if got := files(t, root); !maps.Equal(got, before) {
			t.Errorf("%s: left behind\n%v\nwant\n%v", prefix, got, before)
		}
		for _, folder := range []string{"share/doc/*", "lib/gpsntpd"} {
			if left, err := filepath.Glob(filepath.Join(root, prefix, folder)); err != nil || len(left) > 0 {
				t.Errorf("left behind %v", left)
			}
		}
	}
}

func TestEveryFileOfThisFolderIsInstalled(t *testing.T) {
	here, err := filepath.Glob("*")
	if err != nil {
		t.Fatal(err)
	}
	here = slices.DeleteFunc(here, func(name string) bool { return filepath.Ext(name) == ".go" || name == "package" || name == "image" })
	n := 0
	for name := range installed {
		if strings.HasPrefix(name, "lib/") {
			n++
		}
	}
	if n != len(here) {
		t.Errorf("%d files are installed of %v", n, here)
	}
}
