// Command card sets a host up that was started from gpsntpd's picture of an SD card,
// early at each start: the root file system takes the room that the card has, and what
// host.toml on the boot partition says is made so. Root and boot partition are mounted
// read-only, and are written to only when something differs.
package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// boot is the partition that other computers can read.
const boot = "/boot/firmware"

func main() {
	if len(os.Args) != 1 {
		fmt.Fprintln(os.Stderr, "card: it takes no arguments; systemd starts it, see docs/image.md")
		os.Exit(64)
	}
	reboot, err := run()
	if err != nil {
		fmt.Fprintln(os.Stderr, "card:", err)
	}
	if reboot {
		fmt.Println("card: the pulse has another pin now, which takes a restart")
		unix.Sync()
		err = errors.Join(err, command("", "systemctl", "--no-block", "reboot"))
	}
	if err != nil {
		os.Exit(1)
	}
}

// run does what is to be done, all that can be done of it, and reports on the card
// what it read there.
func run() (reboot bool, err error) {
	host, wrong := read(boot)
	changes, more := host.changes("/", boot)
	wrong = errors.Join(wrong, more)
	d, err := rootDisk()
	if err != nil {
		err = fmt.Errorf("the card's size is unknown: %w", err)
	}
	if fresh := !has("/etc/ssh/ssh_host_ed25519_key"); fresh || len(changes.root) > 0 || d.grows() {
		err = errors.Join(err, writable("/", func() error {
			err := errors.Join(d.grow(), changes.root.write())
			if fresh {
				err = errors.Join(err, command("", "systemd-tmpfiles", "--create", "--exclude-prefix=/dev"), command("", "ssh-keygen", "-q", "-A"),
					command("", "systemd-machine-id-setup", "--commit"))
			}
			return err
		}))
	}
	if host.Name != "" {
		err = errors.Join(err, unix.Sethostname([]byte(host.Name)))
	}
	report := changeTo(filepath.Join(boot, "host.txt"), host.report(wrong), 0o644)
	if changes.boot = append(changes.boot, report...); len(changes.boot) > 0 {
		err = errors.Join(err, writable(boot, changes.boot.write))
	}
	return len(changes.boot) > len(report) && err == nil, errors.Join(wrong, err)
}

// writable has a file system that is mounted read-only written to.
func writable(at string, write func() error) error {
	if err := command("", "mount", "-o", "remount,rw", at); err != nil {
		return err
	}
	err := write()
	unix.Sync()
	return errors.Join(err, command("", "mount", "-o", "remount,ro", at))
}

// has reports whether there is a file.
func has(name string) bool {
	_, err := os.Stat(name)
	return err == nil
}

// command runs a program that reads input. Its error has what it said.
func command(input, name string, args ...string) error {
	c := exec.Command(name, args...)
	c.Stdin = strings.NewReader(input)
	if out, err := c.CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}
