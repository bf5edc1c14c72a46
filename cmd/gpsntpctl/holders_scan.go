package main

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"golang.org/x/sys/unix"

	"gpsntpd/server/human"
)

// holders lists the processes, but this one, that have the device at path open
// or hold a lock on it.
func holders(path string) ([]holder, error) {
	var device unix.Stat_t
	if err := unix.Stat(path, &device); err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	locking := lockers(device)
	entries, err := os.ReadDir("/proc")
	if err != nil {
		return nil, err
	}
	var found []holder
	for _, entry := range entries {
		pid, err := strconv.Atoi(entry.Name())
		if err != nil || pid == os.Getpid() || !opens(pid, device) && !slices.Contains(locking, pid) {
			continue
		}
		command := "an unknown program"
		if name, err := os.ReadFile(fmt.Sprintf("/proc/%d/comm", pid)); err == nil {
			command = human.Printable(strings.TrimSpace(string(name))) // it may call itself what it likes
		}
		found = append(found, holder{path, pid, command, advice(command, path)})
	}
	return found, nil
}

// opens tells whether a process has the device open, as far as we may know.
func opens(pid int, device unix.Stat_t) bool {
	folder := fmt.Sprintf("/proc/%d/fd", pid)
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
func lockers(device unix.Stat_t) (pids []int) {
	text, err := os.ReadFile("/proc/locks")
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
