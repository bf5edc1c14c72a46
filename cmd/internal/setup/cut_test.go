package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

var errCut = errors.New("the power is gone")

// cutter is a disk that fails: at one operation, or from it on.
type cutter struct {
	left int   // operations until then
	err  error // what it fails with
	once bool  // else for ever
	kill bool  // the process ends there
	dead bool
	done int
}

func (c *cutter) next() error {
	c.done++
	if c.left--; c.dead || c.left == 0 {
		c.dead = !c.once
		if c.kill {
			syscall.Kill(os.Getpid(), syscall.SIGKILL) // never returns
		}
		return c.err
	}
	return nil
}

// Write implements Disk: half of a file is there when it fails.
func (c *cutter) Write(path string, text []byte, mode fs.FileMode) error {
	alive := !c.dead
	if alive && c.left == 1 {
		if err := (quick{}).Write(path, text[:len(text)/2], mode); err != nil {
			return err
		}
	}
	if err := c.next(); err != nil {
		return &fs.PathError{Op: "write", Path: path, Err: err}
	}
	return quick{}.Write(path, text, mode)
}

func (c *cutter) Rename(from, to string) error {
	if err := c.next(); err != nil {
		return &fs.PathError{Op: "rename", Path: to, Err: err}
	}
	return quick{}.Rename(from, to)
}

func (c *cutter) Remove(path string) error {
	if err := c.next(); err != nil {
		return &fs.PathError{Op: "remove", Path: path, Err: err}
	}
	return quick{}.Remove(path)
}

func (c *cutter) Mkdir(path string, mode fs.FileMode) error {
	if err := c.next(); err != nil {
		return &fs.PathError{Op: "mkdir", Path: path, Err: err}
	}
	return quick{}.Mkdir(path, mode)
}

// busy are trees in which several files and units change.
func busy(t *testing.T) []tree {
	t.Helper()
	return []tree{read(t, "testdata/other-board.txt"), read(t, "testdata/bookworm-pi3-recipe.txt")}
}

// whole checks that each file is the old one or the new one.
func whole(t *testing.T, when string, now, before, after map[string]string) {
	t.Helper()
	for name, text := range before {
		if now[name] != text && now[name] != after[name] {
			t.Fatalf("%s: %s is half done: %q", when, name, now[name])
		}
	}
}

func TestACutAtAnyMomentLeavesTheOldOrTheNewAndBothWaysAreOpen(t *testing.T) {
	for _, tr := range busy(t) {
		s := tr.plant(t)
		unitsBefore, before := units(s), seen(t, s)
		if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
			t.Fatal(err)
		}
		after, unitsAfter := seen(t, s), units(s)
		for _, undone := range []bool{false, true} { // cut while it is done, or taken back
			for n := 1; ; n++ {
				when := fmt.Sprintf("%s, undo %v, operation %d", tr.name, undone, n)
				for _, way := range []string{"apply", "undo"} {
					s := tr.plant(t)
					if undone {
						if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
							t.Fatal(err)
						}
					}
					c := &cutter{left: n, err: errCut}
					s.Disk, s.Commands.(*host).count = c, c.next
					var err error
					if undone {
						_, err = s.Undo(t.Context())
					} else {
						err = s.Apply(t.Context(), s.Plan(t.Context(), tr.choice))
					}
					if c.done < n { // it was through before
						if err != nil {
							t.Fatal(when, err)
						}
						n = -1
						break
					}
					whole(t, when, seen(t, s), before, after)
					s.Disk, s.Commands.(*host).count = quick{}, nil
					if way == "undo" {
						if _, err := s.Undo(t.Context()); err != nil && !errors.Is(err, ErrNothing) {
							t.Fatal(when, err)
						}
						back(t, s, before, unitsBefore)
						continue
					}
					if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
						t.Fatal(when, err)
					}
					now := seen(t, s)
					for name, text := range after {
						if now[name] != text && !ours(name) {
							t.Fatalf("%s, done again: %s is %q, want %q", when, name, now[name], text)
						}
					}
					if got := units(s); got != unitsAfter || len(now) != len(after) {
						t.Fatalf("%s, done again: %s, want %s; %d files, want %d", when, got, unitsAfter, len(now), len(after))
					}
					if _, err := s.Undo(t.Context()); err != nil {
						t.Fatal(when, err)
					}
					back(t, s, before, unitsBefore)
				}
				if n < 0 || t.Failed() {
					break
				}
			}
		}
	}
}

func TestADiskThatIsFullOrMayNotBeWrittenToKeepsAllAsItWas(t *testing.T) {
	for _, cause := range []error{syscall.ENOSPC, syscall.EROFS} {
		for _, tr := range busy(t) {
			for n := 1; ; n++ {
				s := tr.plant(t)
				before, unitsBefore := seen(t, s), units(s)
				c := &cutter{left: n, err: cause, once: true}
				s.Disk = c
				err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice))
				if c.done < n {
					break
				}
				if err == nil {
					t.Fatalf("%s, operation %d: %v was not said", tr.name, n, cause)
				}
				if s.Commands.(*host).ran == nil { // the last one is the journal, when all is done
					back(t, s, before, unitsBefore)
				}
				s.Disk = quick{}
				if _, err := s.Undo(t.Context()); err != nil && !errors.Is(err, ErrNothing) {
					t.Fatal(err)
				}
				back(t, s, before, unitsBefore)
			}
		}
	}
}

// TestMain is the process that is killed, when it is told to.
func TestMain(m *testing.M) {
	if at := os.Getenv("GPSNTPD_SETUP_CUT"); at != "" {
		n, err := strconv.Atoi(at)
		if err != nil {
			panic(err)
		}
		c := &cutter{left: n, kill: true}
		root := os.Getenv("GPSNTPD_SETUP_ROOT")
		s := &System{Root: root, Disk: c, Commands: &host{root: root, count: c.next}}
		pin := 18
		if err := s.Apply(context.Background(), s.Plan(context.Background(), Choice{Pin: &pin})); err != nil {
			panic(err)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func TestAProcessThatIsKilledAtEachWriteLeavesTheOldOrTheNew(t *testing.T) {
	tr := read(t, "testdata/other-board.txt")
	tr.host.units = nil
	s := tr.plant(t)
	before := seen(t, s)
	if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
		t.Fatal(err)
	}
	after := seen(t, s)
	killed := 0
	for n := 1; ; n++ {
		s := tr.plant(t)
		child := exec.CommandContext(t.Context(), os.Args[0])
		child.Env = append(os.Environ(), "GPSNTPD_SETUP_CUT="+strconv.Itoa(n), "GPSNTPD_SETUP_ROOT="+s.Root)
		out, err := child.CombinedOutput()
		if err == nil {
			break
		}
		if child.ProcessState.Sys().(syscall.WaitStatus).Signal() != syscall.SIGKILL {
			t.Fatalf("%v: %s", err, out)
		}
		killed++
		whole(t, "killed", seen(t, s), before, after)
		if _, err := s.Undo(t.Context()); err != nil && !errors.Is(err, ErrNothing) {
			t.Fatal(err)
		}
		if now := seen(t, s); !maps.Equal(now, before) {
			t.Fatalf("killed at operation %d, after --undo: %q", n, now)
		}
	}
	if killed < 10 {
		t.Errorf("killed %d times only", killed)
	}
}

func TestAFileThatSomebodyHasEditedSinceIsLeftAndItsOldStateIsKept(t *testing.T) {
	tr := read(t, "testdata/bookworm-pi5.txt")
	s := tr.plant(t)
	before := seen(t, s)
	if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
		t.Fatal(err)
	}
	config := filepath.Join(s.Root, "boot/firmware/config.txt")
	text, _ := os.ReadFile(config)
	edited := string(text) + "gpu_mem=16\n"
	if err := os.WriteFile(config, []byte(edited), 0o600); err != nil {
		t.Fatal(err)
	}
	p, err := s.Undo(t.Context())
	if err != nil || p.Outcome() != Failed {
		t.Fatal(err, told(p))
	}
	now := seen(t, s)
	if now["boot/firmware/config.txt"] != edited || now["var/lib/gpsntpd-setup/config.txt"] != before["boot/firmware/config.txt"] || now["etc/gpsntpd/gpsntpd.toml"] != "" {
		t.Errorf("%q", now)
	}
	if err := os.WriteFile(config, []byte(before["boot/firmware/config.txt"]), 0o600); err != nil {
		t.Fatal(err)
	}
	if p, err := s.Undo(t.Context()); err != nil || p.Outcome() != Done {
		t.Fatal(err, told(p))
	}
	if now := seen(t, s); !maps.Equal(now, before) {
		t.Errorf("%q", now)
	}
}

func TestAfterTheRebootItGoesOnOnce(t *testing.T) {
	tr := read(t, "testdata/bookworm-pi3-recipe.txt")
	s := tr.plant(t)
	if _, err := s.Resume(t.Context()); !errors.Is(err, ErrNothing) {
		t.Fatal(err)
	}
	before, unitsBefore := seen(t, s), units(s)
	if err := s.Apply(t.Context(), s.Plan(t.Context(), tr.choice)); err != nil {
		t.Fatal(err)
	}
	p := s.Plan(t.Context(), tr.choice)
	if !p.Pending || !p.Reboot {
		t.Error("the reboot is not due")
	}
	if _, err := s.Resume(t.Context()); !errors.Is(err, ErrReboot) {
		t.Fatal(err)
	}
	plant := func(name, text string) {
		path := filepath.Join(s.Root, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o755), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
		before[name] = text
	}
	plant("proc/sys/kernel/random/boot_id", "second\n")
	h := s.Commands.(*host)
	h.units["chrony.service"].active, h.units["serial-getty@ttyS0.service"].active, h.units["gpsntpd.service"].active = false, false, true
	p, err := s.Resume(t.Context())
	if err != nil || p.Outcome() != Hand || strings.Count(told(p), "\nhand") != 2 { // no port, no pulse
		t.Fatal(err, told(p))
	}
	if h.units["gpsntpd-setup.service"].enabled || s.there(marker) {
		t.Error("it would look again after each boot")
	}
	plant("dev/ttyAMA0", "")
	plant("sys/class/pps/pps0/name", "pps@12.-1\n")
	plant("sys/class/tty/console/active", "tty1\n")
	if p, err = s.Resume(t.Context()); err != nil || p.Outcome() != Done {
		t.Fatal(err, told(p))
	}
	if _, err := s.Undo(t.Context()); err != nil {
		t.Fatal(err)
	}
	for name, u := range h.units { // what was running before the reboot runs again
		if u.enabled && name != "gpsntpd.service" {
			u.active = true
		}
	}
	back(t, s, before, unitsBefore)
}
