package sandbox

import (
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"golang.org/x/sys/unix"
)

// inside is set where this program is to confine itself: to the folder that it names.
const inside = "GPSNTPD_TEST_INSIDE"

func TestMain(m *testing.M) {
	if folder := os.Getenv(inside); folder != "" {
		if err := try(folder); err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// try confines this process, and finds out what it can still do.
func try(folder string) error {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer l.Close()
	n := Needs{
		Kept: []string{filepath.Join(folder, "kept")}, Reread: []string{filepath.Join(folder, "etc/file")},
		Told: []string{"http://" + l.Addr().String()},
	}
	if _, err := Confine(n); errors.Is(err, ErrNone) {
		fmt.Println(ErrNone)
		return nil
	} else if err != nil {
		return err
	}
	var each sync.WaitGroup
	var wrong [4]error
	for i := range wrong { // on threads of their own
		each.Go(func() { wrong[i] = look(folder, fmt.Sprint(i)) })
	}
	each.Wait()
	hook, err := net.Dial("tcp", l.Addr().String())
	if err == nil {
		hook.Close()
	}
	return errors.Join(append(wrong[:], err)...)
}

func look(folder, name string) error {
	refused := func(what string, err error) error {
		if !errors.Is(err, fs.ErrPermission) {
			return fmt.Errorf("%s: %v, want: permission denied", what, err)
		}
		return nil
	}
	in := func(path string) string { return filepath.Join(folder, path) }
	_, read := os.ReadFile(in("secret"))
	_, list := os.ReadDir(folder)
	_, dial := net.Dial("tcp", "127.0.0.1:1")
	kept := in("kept/" + name)
	_, once := os.ReadFile(in("etc/file"))
	write := errors.Join(os.WriteFile(kept+".new", []byte("1"), 0o600), os.Rename(kept+".new", kept), os.Remove(kept))
	null, device := os.OpenFile("/dev/null", os.O_RDWR, 0)
	if device == nil {
		null.Close()
	}
	return errors.Join(once, write, device,
		refused("read", read), refused("list", list), refused("connect", dial),
		refused("write", os.WriteFile(in("new"), nil, 0o600)),
		refused("write what may be read", os.WriteFile(in("etc/file"), nil, 0o600)),
		refused("remove", os.Remove(in("secret"))),
		refused("a device", unix.Mknod(in("kept/device"), unix.S_IFIFO|0o600, 0)),
		refused("run", exec.Command("/bin/true").Run()))
}

func TestWhatNoRuleNamesCannotBeOpenedByAnyThread(t *testing.T) {
	folder := t.TempDir()
	for _, name := range []string{"kept", "etc"} {
		if err := os.Mkdir(filepath.Join(folder, name), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, name := range []string{"secret", "etc/file"} {
		if err := os.WriteFile(filepath.Join(folder, name), []byte("1"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	self := exec.Command("/proc/self/exe")
	self.Env = append(os.Environ(), inside+"="+folder)
	out, err := self.CombinedOutput()
	if err != nil {
		t.Errorf("%v: %s", err, out)
	}
	if has := Version() > 0; has == strings.Contains(string(out), ErrNone.Error()) {
		t.Errorf("Landlock: %v, but %s", has, out)
	}
}
