package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"
)

// parts is where the disk with what is under test is mounted.
const parts = "/run/parts"

// unit runs the steps once the system is up.
const unit = `[Unit]
Description=Steps of the test of a booted system
After=multi-user.target
[Service]
Type=idle
ExecStart=` + parts + `/guest steps
StandardOutput=journal+console
TimeoutStartSec=infinity
`

// start is the first process until the root file system is mounted: then that is
// systemd, as on any other host. Without a boot loader and an initramfs of Debian's,
// modules for the disk come with us.
func start() error {
	for _, m := range []struct{ kind, at string }{{"proc", "/proc"}, {"sysfs", "/sys"}, {"devtmpfs", "/dev"}} {
		if err := errors.Join(os.MkdirAll(m.at, 0o755), unix.Mount(m.kind, m.at, m.kind, 0, "")); err != nil {
			return err
		}
	}
	modules, err := filepath.Glob("/modules/*.ko")
	if err != nil {
		return err
	}
	for before := len(modules) + 1; len(modules) > 0; {
		if len(modules) == before {
			return fmt.Errorf("cannot be loaded: %v", modules)
		}
		before = len(modules)
		var left []string
		for _, m := range modules {
			if load(m) != nil { // needs another
				left = append(left, m)
			}
		}
		modules = left
	}
	disk, other, err := disks()
	if err != nil {
		return err
	}
	const root = "/root"
	if err := errors.Join(os.MkdirAll(root, 0o755), unix.Mount(disk, root, "ext4", 0, "")); err != nil {
		return err
	}
	for _, at := range []string{"/proc", "/sys", "/dev"} {
		if err := unix.Mount(at, root+at, "", unix.MS_MOVE, ""); err != nil {
			return err
		}
	}
	if err := errors.Join(unix.Mount("tmpfs", root+"/run", "tmpfs", unix.MS_NODEV|unix.MS_NOSUID, "mode=755"),
		os.Mkdir(root+parts, 0o755), unix.Mount(root+other, root+parts, "ext4", unix.MS_RDONLY, "")); err != nil {
		return err
	}
	system := root + "/run/systemd/system"
	if err := errors.Join(os.MkdirAll(system+"/multi-user.target.wants", 0o755),
		os.WriteFile(system+"/steps.service", []byte(unit), 0o644),
		os.Symlink("../steps.service", system+"/multi-user.target.wants/steps.service")); err != nil {
		return err
	}
	if err := errors.Join(unix.Chdir(root), unix.Mount(".", "/", "", unix.MS_MOVE, ""), unix.Chroot("."), unix.Chdir("/")); err != nil {
		return err
	}
	return unix.Exec("/sbin/init", []string{"/sbin/init"}, []string{"PATH=/usr/sbin:/usr/bin:/sbin:/bin", "TERM=linux"})
}

// disks returns the disk with the system, the larger, and the other one.
func disks() (system, other string, err error) {
	sizes := map[string]string{}
	for range 50 { // the kernel finds them in its own time
		for _, name := range []string{"pmem0", "pmem1"} {
			if size, err := os.ReadFile("/sys/block/" + name + "/size"); err == nil {
				sizes[name] = fmt.Sprintf("%20s", size)
			}
		}
		switch {
		case len(sizes) < 2:
			time.Sleep(100 * time.Millisecond)
		case sizes["pmem0"] > sizes["pmem1"]:
			return "/dev/pmem0", "/dev/pmem1", nil
		default:
			return "/dev/pmem1", "/dev/pmem0", nil
		}
	}
	return "", "", fmt.Errorf("no two disks: %v", sizes)
}

// load loads a kernel module.
func load(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	defer f.Close()
	return unix.FinitModule(int(f.Fd()), "", 0)
}
