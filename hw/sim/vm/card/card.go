package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
)

// card is an SD card with the picture on it, of the size that QEMU's wants: a power of two.
type card struct {
	file   string
	folder string // for what is beside it
	player
}

// player is what the board's receiver is played by.
type player struct{ module, program string }

const size = 2 << 30

// daemon is gpsntpd's configuration: the receiver of the test is on USB, and its pulse
// comes beside that of the pin, where there is none.
const daemon = "[receiver]\ndevice = \"/dev/ttyUSB0\"\n[pulse]\ndevice = \"/dev/pps1\"\n"

// at is the boot partition, as mtools name it.
func (c card) at() string { return c.file + "@@4M" }

// newCard writes the picture to a card, and does what its owner does then: he writes
// host.toml.
func newCard(ctx context.Context, image, folder string) (card, error) {
	c := card{file: filepath.Join(folder, "card.img"), folder: folder}
	if err := command(ctx, "cp", "--sparse=always", image, c.file); err != nil {
		return c, err
	}
	if err := os.Truncate(c.file, size); err != nil {
		return c, err
	}
	key := filepath.Join(folder, "key")
	for _, old := range []string{key, key + ".pub"} {
		os.Remove(old) // it may not be there
	}
	if err := command(ctx, "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "owner", "-f", key); err != nil {
		return c, err
	}
	public, err := os.ReadFile(key + ".pub")
	if err != nil {
		return c, err
	}
	host := fmt.Sprintf("name = \"ntp1\"\r\nssh-keys = [%q]\r\npulse-pin = 4\r\n", strings.TrimSpace(string(public)))
	if err := c.write(ctx, "host.toml", host); err != nil {
		return c, err
	}
	return c, c.write(ctx, "gpsntpd.toml", daemon)
}

// write puts a file onto the boot partition, as another computer would.
func (c card) write(ctx context.Context, name, text string) error {
	path := filepath.Join(c.folder, name)
	if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
		return err
	}
	return command(ctx, "mcopy", "-o", "-i", c.at(), path, "::"+name)
}

// read takes a file from the boot partition, and returns where it is.
func (c card) read(ctx context.Context, name string) (string, error) {
	path := filepath.Join(c.folder, filepath.Base(name))
	return path, command(ctx, "mcopy", "-o", "-n", "-i", c.at(), "::"+name, path)
}

// text is that of a file on the boot partition.
func (c card) text(ctx context.Context, name string) (string, error) {
	path, err := c.read(ctx, name)
	if err != nil {
		return "", err
	}
	text, err := os.ReadFile(path)
	return string(text), err
}

// boot is what the firmware of a board takes from the card.
type boot struct{ kernel, initrd, tree, line string }

// firmware does what the board's does before Linux, which QEMU has not: it reads
// config.txt and puts the overlays that it names into the device tree.
func (c card) firmware(ctx context.Context) (boot, error) {
	config, err := c.text(ctx, "config.txt")
	if err != nil {
		return boot{}, err
	}
	var b boot
	var overlays []string
	lines := strings.Split(config, "\n")
	for i := 0; i < len(lines); i++ {
		line := strings.TrimSpace(lines[i])
		if name, ok := strings.CutPrefix(line, "include "); ok {
			text, err := c.text(ctx, name)
			if err != nil {
				return boot{}, err
			}
			lines = append(lines[:i+1], append(strings.Split(text, "\n"), lines[i+1:]...)...)
		}
		var path string
		switch name, value, _ := strings.Cut(line, "="); {
		case name == "kernel":
			path, err = c.read(ctx, value)
			b.kernel = path
		case strings.HasPrefix(line, "initramfs "):
			path, err = c.read(ctx, strings.Fields(line)[1])
			b.initrd = path
		case name == "dtoverlay":
			value, _, _ = strings.Cut(value, ",") // what a parameter says is the firmware's business
			path, err = c.read(ctx, "overlays/"+value+".dtbo")
			overlays = append(overlays, path)
		}
		if err != nil {
			return boot{}, err
		}
	}
	tree, err := c.read(ctx, "bcm2837-rpi-3-b.dtb")
	if err != nil {
		return boot{}, err
	}
	b.tree = filepath.Join(c.folder, "tree.dtb")
	if err := command(ctx, "fdtoverlay", append([]string{"-i", tree, "-o", b.tree}, overlays...)...); err != nil {
		return boot{}, err
	}
	b.line, err = c.text(ctx, "cmdline.txt")
	b.line = strings.TrimSpace(b.line)
	return b, err
}

// command runs a program. Its error has what it said.
func command(ctx context.Context, name string, args ...string) error {
	if out, err := exec.CommandContext(ctx, name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w: %s", name, err, bytes.TrimSpace(out))
	}
	return nil
}
