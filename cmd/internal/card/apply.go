package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/google/renameio/v2"
)

// file is one as it shall be.
type file struct {
	name  string
	text  []byte // nil: it shall not be there
	mode  fs.FileMode
	owner string // folder whose owner it has; "" for root's
}

// files are those that differ from what they shall be.
type files []file

// changes are the files to be written in root and boot partition.
type changes struct{ root, boot files }

// changes compares what the host shall be with what it is.
func (h Host) changes(root, boot string) (changes, error) {
	var c changes
	etc := filepath.Join(root, "etc")
	if h.Name != "" {
		c.root = append(c.root, changeTo(filepath.Join(etc, "hostname"), h.Name+"\n", 0o644)...)
		c.root = append(c.root, changeTo(filepath.Join(etc, "hosts"), "127.0.0.1 localhost\n::1 localhost\n127.0.1.1 "+h.Name+"\n", 0o644)...)
	}
	if h.daemon != nil {
		c.root = append(c.root, changeTo(filepath.Join(etc, "gpsntpd/gpsntpd.toml"), string(h.daemon), 0o644)...)
	}
	if !h.unknown {
		c.root = append(c.root, h.Network.change(filepath.Join(etc, "systemd/network/10-host.network"))...)
	}
	if len(h.Keys) > 0 {
		home := filepath.Join(root, "home/admin")
		for _, f := range changeTo(filepath.Join(home, ".ssh/authorized_keys"), strings.Join(h.Keys, "\n")+"\n", 0o600) {
			f.owner = home
			c.root = append(c.root, f)
		}
	}
	if h.Pin == nil {
		return c, nil
	}
	name := filepath.Join(boot, "pulse.txt")
	text, err := os.ReadFile(name)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return c, err
	}
	line := fmt.Sprintf("dtoverlay=pps-gpio,gpiopin=%d", *h.Pin)
	if !slices.Contains(strings.Split(strings.ReplaceAll(string(text), "\r\n", "\n"), "\n"), line) {
		c.boot = changeTo(name, "# The GPIO of the pulse. pulse-pin in host.toml changes it.\n"+line+"\n", 0o644)
	}
	return c, nil
}

// change is the file of systemd-networkd for a network without DHCP.
func (n Network) change(name string) files {
	if len(n.Addresses)+len(n.Gateways)+len(n.DNS) == 0 {
		if has(name) {
			return files{{name: name}}
		}
		return nil
	}
	var b strings.Builder
	b.WriteString("# From host.toml on the boot partition.\n[Match]\nType=ether\n\n[Network]\n")
	if len(n.Addresses) == 0 {
		b.WriteString("DHCP=yes\n")
	}
	for _, part := range []struct {
		key  string
		list []string
	}{{"Address", n.Addresses}, {"Gateway", n.Gateways}, {"DNS", n.DNS}} {
		for _, value := range part.list {
			fmt.Fprintf(&b, "%s=%s\n", part.key, value)
		}
	}
	return changeTo(name, b.String(), 0o644)
}

// changeTo is the file, if it is not what it shall be.
func changeTo(name, text string, mode fs.FileMode) files {
	if is, err := os.ReadFile(name); err == nil && bytes.Equal(is, []byte(text)) {
		return nil
	}
	return files{{name: name, text: []byte(text), mode: mode}}
}

// write writes all of them, each as a whole or not at all.
func (f files) write() error {
	var errs []error
	for _, one := range f {
		errs = append(errs, one.write())
	}
	return errors.Join(errs...)
}

func (f file) write() error {
	if f.text == nil {
		return os.Remove(f.name)
	}
	folder := filepath.Dir(f.name)
	mode := fs.FileMode(0o755)
	if f.owner != "" {
		mode = 0o700
	}
	if err := os.MkdirAll(folder, mode); err != nil {
		return err
	}
	if err := renameio.WriteFile(f.name, f.text, f.mode, renameio.WithStaticPermissions(f.mode)); err != nil {
		return err
	}
	if f.owner == "" {
		return nil
	}
	user, group, err := owner(f.owner)
	return errors.Join(err, os.Lchown(folder, user, group), os.Lchown(f.name, user, group))
}

// report is what the next computer that reads the card is told.
func (h Host) report(wrong error) string {
	var b strings.Builder
	b.WriteString("What gpsntpd's host has read here at its start.\n\n")
	switch {
	case wrong != nil:
		fmt.Fprintf(&b, "Wrong, and so as if it were not there:\n%v\n", wrong)
	case h.absent:
		b.WriteString("There is no host.toml.\n")
	default:
		b.WriteString("host.toml: all of it is understood.\n")
	}
	if len(h.Keys) == 0 && wrong == nil {
		b.WriteString("It names no ssh-keys: no one new may log in.\n")
	}
	if h.daemon != nil {
		b.WriteString("gpsntpd.toml: gpsntpd accepts it.\n")
	}
	return b.String()
}
