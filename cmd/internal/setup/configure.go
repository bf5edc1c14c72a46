package setup

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw/board"
)

// configure plans what of gpsntpd's configuration differs from the default.
func (s *System) configure(p *Plan, m board.Model, pulses []int, want board.Want) bool {
	was, err := os.ReadFile(s.below(config.Path))
	exists := err == nil
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		p.step("configuration_wrong", Blocked, Step{File: config.Path}, "error", err.Error())
		return false
	}
	now, err := config.Parse(config.Path, was)
	if err != nil {
		p.step("configuration_wrong", Blocked, Step{File: config.Path}, "error", err.Error())
		return false
	}
	text, usual := was, config.Default()
	var lines []string
	set := func(section, key, value string) {
		text = insert(text, section, fmt.Sprintf("%s = %q", key, value))
		lines = append(lines, fmt.Sprintf("+ [%s] %s = %q", section, key, value))
	}
	if m.UART == board.UARTRP1 && want.Serial { // serial0, which is tried first, is the debug connector
		switch {
		case slices.Equal(now.Receiver.Devices, usual.Receiver.Devices) && !mentions(was, "device", "/dev/serial0"):
			set("receiver", "device", board.Port)
		case !slices.Contains(now.Receiver.Devices, board.Port):
			p.step("configured_port", Hint, Step{File: config.Path, Current: strings.Join(now.Receiver.Devices, ", ")})
		}
	}
	if len(pulses) > 1 && want.Pin != board.NoPin { // their numbers may move
		switch name := pulseNamed(want.Pin); now.Pulse.Device {
		case name:
		case usual.Pulse.Device:
			set("pulse", "device", name)
		default:
			p.step("configured_pulse", Hint, Step{File: config.Path, Current: now.Pulse.Device, Wanted: name})
		}
	}
	if lines == nil {
		p.step("configuration", So, Step{File: config.Path})
		return true
	}
	if _, err := config.Parse(config.Path, text); err != nil { // it is written in a way that ours does not fit
		p.step("configuration_hand", Hand, Step{File: config.Path, Wanted: strings.Join(lines, "; ")})
		return true
	}
	p.files = append(p.files, file{path: config.Path, text: text, exists: exists, was: was})
	p.step("configuration", Todo, Step{File: config.Path, Diff: lines})
	return true
}

// mentions reports whether a line that is no comment has both.
func mentions(text []byte, words ...string) bool {
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if !strings.HasPrefix(line, "#") && strings.Contains(line, words[0]) && strings.Contains(line, words[1]) {
			return true
		}
	}
	return false
}

// insert puts a line below the heading of its section, or with one at the end.
func insert(text []byte, section, line string) []byte {
	var b strings.Builder
	put := false
	for each := range strings.Lines(string(text)) {
		b.WriteString(each)
		heading, _, _ := strings.Cut(each, "#")
		if !put && strings.TrimSpace(heading) == "["+section+"]" {
			if !strings.HasSuffix(each, "\n") {
				b.WriteString("\n")
			}
			b.WriteString(line + "\n")
			put = true
		}
	}
	if put {
		return []byte(b.String())
	}
	switch so := b.String(); {
	case so == "":
	case !strings.HasSuffix(so, "\n"):
		b.WriteString("\n\n")
	default:
		b.WriteString("\n")
	}
	return []byte(b.String() + "[" + section + "]\n" + line + "\n")
}
