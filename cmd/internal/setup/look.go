package setup

import (
	"context"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/hw/board"
)

// partition finds where config.txt is.
func (s *System) partition() (board.Partition, bool) {
	return board.FindPartition(func(path string) ([]byte, error) { return os.ReadFile(s.below(path)) })
}

// overlay reports whether the firmware can find an overlay.
func (s *System) overlay(p board.Partition, prefix, name string) bool {
	for _, folder := range []string{prefix + "overlays", "overlays"} {
		if _, err := os.Stat(s.below(path.Join(p.Top, folder, name+".dtbo"))); err == nil {
			return true
		}
	}
	return false
}

// look tells which unit is how.
func (s *System) look(ctx context.Context, name string) (u unit, there bool) {
	u.Name = name
	args := []string{"is-enabled", name}
	if s.Offline {
		args = append([]string{"--root=" + s.Root}, args...)
	}
	word, _ := s.Commands.Run(ctx, "systemctl", args...) // its status is no failure
	switch word {
	case "enabled", "linked":
		u.Enabled, there = true, true
	case "enabled-runtime": // at this start, as systemd does with a login on the kernel's console: it goes with that
		return u, true
	case "disabled", "static", "indirect", "generated", "masked", "transient":
		there = true
	}
	if u.Enabled && !s.Offline { // chronyd.service may be another name of chrony.service
		if id, err := s.Commands.Run(ctx, "systemctl", "show", "--property=Id", "--value", name); err == nil && id != "" && id != name {
			return unit{Name: name}, false
		}
	}
	if !s.Offline {
		word, _ = s.Commands.Run(ctx, "systemctl", "is-active", name)
		u.Active = word == "active" || word == "activating" || word == "reloading"
	}
	return u, there
}

// bootID names the time since the last boot.
func (s *System) bootID() string {
	text, _ := os.ReadFile(s.below("/proc/sys/kernel/random/boot_id")) // or none
	return strings.TrimSpace(string(text))
}

// applied names the boot in which --apply was, until the reboot has been seen to.
func (s *System) applied() string {
	text, _ := os.ReadFile(s.below(marker)) // or none
	return strings.TrimSpace(string(text))
}

// member reports whether the user is in our group, and whether there is one.
func (s *System) member(user string) (in, there bool) {
	text, err := os.ReadFile(s.below("/etc/group"))
	if err != nil {
		return false, false
	}
	for line := range strings.Lines(string(text)) {
		if f := strings.Split(strings.TrimSpace(line), ":"); len(f) == 4 && f[0] == group {
			return slices.Contains(strings.Split(f[3], ","), user), true
		}
	}
	return false, false
}

// pulseNamed is how the kernel names the pulse of a pin: pps-gpio's platform device,
// whose node overlays/pps-gpio calls pps@ and the pin in hexadecimal.
func pulseNamed(pin int) string { return "pps@" + strconv.FormatInt(int64(pin), 16) + ".-1" }

// pulses are the names of those that the kernel has.
func (s *System) pulses() (names []string) {
	paths, _ := filepath.Glob(s.below("/sys/class/pps/*/name")) // a good pattern
	for _, path := range paths {
		text, _ := os.ReadFile(path) // or none
		names = append(names, strings.TrimSpace(string(text)))
	}
	return names
}

// pulse reports whether the kernel has the pulse of a pin; an older kernel does not
// say of which pin one is.
func (s *System) pulse(pin int) bool {
	names := s.pulses()
	return slices.Contains(names, pulseNamed(pin)) || slices.Contains(names, "pps.-1")
}

// ofHAT reports whether a HAT brings the overlay of its pulse itself: the kernel has
// the pulse, and config.txt does not ask for it.
func (s *System) ofHAT(pin int, boot *board.Boot) bool {
	if s.Offline || board.ReadEEPROM(s.Root).Product == "" || slices.Contains(boot.Pulses(), pin) {
		return false
	}
	return slices.Contains(s.pulses(), pulseNamed(pin))
}

// consoles are the kernel's by now.
func (s *System) consoles() []string {
	text, _ := os.ReadFile(s.below("/sys/class/tty/console/active")) // or none
	return strings.Fields(string(text))
}

func (s *System) there(path string) bool {
	_, err := os.Stat(s.below(path))
	return err == nil
}

// model is the board's, as it says or as the operator says.
func (s *System) model(c Choice) (board.Board, board.Model, bool) {
	b := board.ReadBelow(s.Root)
	if c.Board != "" {
		m, ok := board.Named(c.Board)
		if b.Model == "" {
			b.Model = m.Title
		}
		return b, m, ok
	}
	m, ok := b.Known()
	return b, m, ok
}
