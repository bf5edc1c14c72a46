// Command guest is the first process of the virtual machine test's guest: it
// plays the receiver, starts the program under test, makes things go wrong on
// time, and tells the host how wrong the clock and its answers are.
package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/sys/unix"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "receive" {
		fmt.Fprintln(os.Stderr, "guest:", receive(os.Args[2:]))
		os.Exit(1)
	}
	if os.Getpid() != 1 {
		fmt.Fprintln(os.Stderr, "guest: this steps the clock and powers off: it runs as the first process of a virtual machine only")
		os.Exit(64)
	}
	err := errors.Join(mount(), loopback())
	if err == nil {
		err = run(os.Args[1:])
	}
	if err != nil {
		fmt.Println("guest:", err)
	}
	unix.Reboot(unix.LINUX_REBOOT_CMD_POWER_OFF)
}

// run runs a command: the same as the name of the file that describes it.
func run(args []string) error {
	commands := map[string]func([]string) error{"discipline": discipline, "pulses": pulses, "stamps": stamps}
	if len(args) == 0 || commands[args[0]] == nil {
		return fmt.Errorf("no such command: %q", args)
	}
	return commands[args[0]](args[1:])
}

// mount mounts what programs expect.
func mount() error {
	var all []error
	for _, m := range []struct{ kind, at, options string }{
		{"proc", "/proc", ""},
		{"sysfs", "/sys", ""},
		{"devtmpfs", "/dev", ""},
		{"devpts", "/dev/pts", "ptmxmode=0666"},
		{"tmpfs", "/run", "mode=755"},
	} {
		all = append(all, os.MkdirAll(m.at, 0o755), unix.Mount(m.kind, m.at, m.kind, 0, m.options))
	}
	return errors.Join(all...)
}

// loopback sets the first network interface up.
func loopback() error { return up("lo", nil) }

// up sets a network interface up, with an IPv4 address unless that is nil.
func up(name string, address []byte) error {
	fd, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM, 0)
	if err != nil {
		return err
	}
	defer unix.Close(fd)
	r, err := unix.NewIfreq(name)
	if err != nil {
		return err
	}
	if address != nil {
		if err := r.SetInet4Addr(address); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(fd, unix.SIOCSIFADDR, r); err != nil { // with the network of its class
			return err
		}
		if r, err = unix.NewIfreq(name); err != nil {
			return err
		}
		if err := unix.IoctlIfreq(fd, unix.SIOCGIFFLAGS, r); err != nil {
			return err
		}
	}
	r.SetUint16(r.Uint16() | unix.IFF_UP)
	return unix.IoctlIfreq(fd, unix.SIOCSIFFLAGS, r)
}

// load loads a kernel module with its parameters.
func load(name, parameters string) error {
	f, err := os.Open("/lib/modules/" + name + ".ko")
	if err != nil {
		return err
	}
	defer f.Close()
	if err := unix.FinitModule(int(f.Fd()), strings.ReplaceAll(parameters, ",", " "), 0); err != nil {
		return fmt.Errorf("%s %s: %w", name, parameters, err)
	}
	return nil
}

// parameter is where a parameter of simgps, or else of simedge, can be read and set.
func parameter(name string) string {
	path := "/sys/module/simgps/parameters/" + name
	if _, err := os.Stat(path); err != nil {
		return "/sys/module/simedge/parameters/" + name
	}
	return path
}

// lines calls f with each line that comes from r.
func lines(r *os.File, f func(string)) {
	for s := bufio.NewScanner(r); s.Scan(); {
		f(s.Text())
	}
}
