// Package holders tells who uses a serial port or another device: the kernel as
// its console, a login that waits there, or a program that has it open.
package holders

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/sys/unix"
)

// Root is the folder that /dev, /proc and /sys are in; "" is that of the system.
type Root string

// Holder is a process that has a device open or locked.
type Holder struct {
	PID     int
	Command string // as it calls itself, without what is not printable
}

// String names it for people.
func (h Holder) String() string { return fmt.Sprintf("%s (process %d)", h.Command, h.PID) }

// Console reports whether the kernel writes its messages to the port at device,
// and whoever has access to that may log in there.
func (r Root) Console(device string) bool {
	active, _ := os.ReadFile(r.in("/sys/class/tty/console/active")) // none: no console is known
	return slices.Contains(strings.Fields(string(active)), filepath.Base(device))
}

// Login is the unit of systemd that offers a login on the port at device, while
// it runs; "" for none. Its group can be seen from inside a sandbox, too.
func (r Root) Login(device string) string {
	unit := "serial-getty@" + filepath.Base(device) + ".service"
	for _, hierarchy := range []string{"/sys/fs/cgroup", "/sys/fs/cgroup/systemd"} { // cgroup v2, v1
		if _, err := os.Stat(r.in(hierarchy, "system.slice", `system-serial\x2dgetty.slice`, unit)); err == nil {
			return unit
		}
	}
	return ""
}

// Of lists the processes, but this one, that have the device at path open or
// hold a lock on it, as far as this process may know.
func (r Root) Of(path string) ([]Holder, error) {
	var device unix.Stat_t
	if err := unix.Stat(r.in(path), &device); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	locking := r.lockers(device)
	entries, err := os.ReadDir(r.in("/proc"))
	if err != nil {
		return nil, err
	}
	var found []Holder
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || r == "" && pid == os.Getpid() || !r.opens(pid, device) && !slices.Contains(locking, pid) {
			continue
		}
		found = append(found, Holder{pid, r.command(pid)})
	}
	return found, nil
}

func (r Root) in(parts ...string) string {
	return filepath.Join(append([]string{"/", string(r)}, parts...)...)
}

func (r Root) command(pid int) string {
	name, err := os.ReadFile(r.in("/proc", strconv.Itoa(pid), "comm"))
	if err != nil {
		return "an unknown program"
	}
	return strings.Map(func(c rune) rune { // it may call itself what it likes
		if !unicode.IsPrint(c) {
			return '?'
		}
		return c
	}, strings.TrimSpace(string(name)))
}

// opens reports whether a process has the device open, as far as we may know.
func (r Root) opens(pid int, device unix.Stat_t) bool {
	folder := r.in("/proc", strconv.Itoa(pid), "fd")
	entries, _ := os.ReadDir(folder) // none, of other people's processes
	return slices.ContainsFunc(entries, func(entry os.DirEntry) bool {
		var open unix.Stat_t
		if unix.Stat(filepath.Join(folder, entry.Name()), &open) != nil {
			return false
		}
		if open.Mode&unix.S_IFMT == unix.S_IFCHR {
			return open.Rdev == device.Rdev // whatever it is called there
		}
		return open.Dev == device.Dev && open.Ino == device.Ino
	})
}

// lockers lists the processes that hold a lock on the device: everybody may
// know of those. A line of /proc/locks is
// "2: FLOCK  ADVISORY  WRITE 812 00:05:94 0 EOF": process, file system, inode.
func (r Root) lockers(device unix.Stat_t) (pids []int) {
	text, err := os.ReadFile(r.in("/proc/locks"))
	if err != nil {
		return nil
	}
	file := fmt.Sprintf("%02x:%02x:%d", unix.Major(device.Dev), unix.Minor(device.Dev), device.Ino)
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) != 8 || words[5] != file { // those that wait have an arrow more
			continue
		}
		if pid, err := strconv.Atoi(words[4]); err == nil {
			pids = append(pids, pid)
		}
	}
	return pids
}
