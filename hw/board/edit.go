package board

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Part is what an Edit is about.
type Part string

// The parts of the boot partition's files that a receiver needs.
const (
	PartPulse     Part = "pulse"     // the overlay pps-gpio with the pulse's pin
	PartUART      Part = "uart"      // the header's serial port
	PartBluetooth Part = "bluetooth" // is moved away from the good serial port
	PartConsole   Part = "console"   // the kernel's console on that port
	PartClash     Part = "clash"     // something else that uses the pulse's pin: said, not edited
	PartEdge      Part = "edge"      // the overlay takes the falling edge for the second: said, not edited
	PartOther     Part = "other"     // another pulse beside: said, not edited
)

// Edit is one thing that has to be so, or that someone should know.
type Edit struct {
	Part
	File    string // below the boot partition's top
	Current string // the line or word as it is; "" when there is none
	Wanted  string // as it has to be; "" when it has to go, or when nothing is edited
	Done    bool   // it is so already
}

// Want is what a receiver needs.
type Want struct {
	Pin    int  // the pulse's GPIO; NoPin for none
	Serial bool // it speaks on the header's serial port
}

// Boot is what the files of a boot partition amount to for one board, and what has
// been edited of them.
type Boot struct {
	Files map[string][]byte // the wanted ones, by their names below the partition's top
	Edits []Edit
	Pins  []int // of all pulses that will be there

	model   Model
	serial  uint64
	cmdline string
}

// ErrGenerated is a config.txt that another program writes anew.
var ErrGenerated = errors.New("another program writes config.txt anew at each update of kernel or firmware")

// generated is how Debian's raspi-firmware begins its config.txt.
const generated = "# Do not modify this file!"

// Open reads the files of a boot partition for a board with this number.
func (m Model) Open(files map[string][]byte, serial uint64) (*Boot, error) {
	b := &Boot{Files: map[string][]byte{}, model: m, serial: serial}
	for name, text := range files {
		b.Files[name] = text
	}
	if strings.HasPrefix(string(files["config.txt"]), generated) {
		return nil, ErrGenerated
	}
	p, _, err := b.parse()
	if err != nil {
		return nil, err
	}
	b.cmdline = "cmdline.txt"
	if s, ok := p.last("cmdline"); ok {
		b.cmdline = s.Value
	}
	if s, ok := p.last("os_prefix"); ok {
		b.cmdline = s.Value + b.cmdline
	}
	return b, nil
}

// Prefix is where the firmware looks for kernel and overlays, below the top.
func (b *Boot) Prefix() string { return strings.TrimSuffix(b.cmdline, "cmdline.txt") }

// Pulses are the pins that have one by now.
func (b *Boot) Pulses() (pins []int) {
	p, _, err := b.parse()
	if err != nil { // it was parsed before
		return nil
	}
	return p.pins()
}

func (b *Boot) parse() (p parsed, all bool, err error) {
	settings, all, err := b.model.Settings(b.Files, b.serial)
	return parse(settings), all, err
}

// For edits the files for what is wanted. After an error nothing is to be used.
func (b *Boot) For(w Want) error {
	var missing []string
	steps := []func() (string, error){}
	if w.Serial {
		switch b.model.UART {
		case UARTRP1:
			steps = append(steps, b.rp1)
		case UARTBluetooth:
			steps = append(steps, b.enable, b.bluetooth)
		default:
			steps = append(steps, b.enable)
		}
	}
	if w.Pin != NoPin {
		steps = append(steps, func() (string, error) { return b.pulse(w.Pin) })
	}
	for _, step := range steps {
		line, err := step()
		if err != nil {
			return err
		}
		if line != "" {
			missing = append(missing, line)
		}
	}
	if err := b.add(missing); err != nil {
		return err
	}
	if w.Serial {
		if err := b.console(); err != nil {
			return err
		}
	}
	b.Pins = b.Pulses()
	return b.notes(w.Pin)
}

// enable has the serial port on; it is by default where that is a PL011, as it is
// beside disable-bt, too.
func (b *Boot) enable() (string, error) {
	p, _, err := b.parse()
	if err != nil {
		return "", err
	}
	s, ok := p.last("enable_uart")
	switch {
	case ok && number(s.Value) != 0, !ok && b.model.UART == UARTPlain:
		b.done(PartUART, s)
		return "", nil
	case ok:
		return "", b.replaceLine(PartUART, s, "enable_uart=1")
	}
	return b.missing(PartUART, "enable_uart=1"), nil
}

func (b *Boot) bluetooth() (string, error) {
	p, _, err := b.parse()
	if err != nil {
		return "", err
	}
	for _, o := range p.overlays {
		switch strings.TrimPrefix(o.name, "pi3-") {
		case "disable-bt", "miniuart-bt":
			if !o.Perhaps {
				b.done(PartBluetooth, o.Setting)
				return "", nil
			}
		}
	}
	return b.missing(PartBluetooth, "dtoverlay=disable-bt"), nil
}

func (b *Boot) rp1() (string, error) {
	p, _, err := b.parse()
	if err != nil {
		return "", err
	}
	if p.has("uart0-pi5", "uart0") {
		i := slices.IndexFunc(p.overlays, func(o overlay) bool { return strings.HasPrefix(o.name, "uart0") && !o.Perhaps })
		b.done(PartUART, p.overlays[i].Setting)
		return "", nil
	}
	for _, given := range slices.Backward(p.base) {
		if given.at.Perhaps || given.name != "uart0" && given.name != "uart0_console" {
			continue
		}
		if on(given.value) {
			b.done(PartUART, given.at)
			return "", nil
		}
		if given.name == "uart0" {
			return "", b.replaceWord(PartUART, given, "uart0=on")
		}
	}
	return b.missing(PartUART, "dtparam=uart0=on"), nil
}

// on is how the firmware reads a boolean parameter.
func on(value string) bool {
	switch value {
	case "", "on", "yes", "y", "true", "1":
		return true
	}
	return false
}

// defaultPin is pps-gpio's when nothing is said: overlays/README.
const defaultPin = 18

func (p parsed) pulses() (all []overlay) {
	for _, o := range p.overlays {
		if o.name == "pps-gpio" && !o.Perhaps {
			all = append(all, o)
		}
	}
	return all
}

// pins are those of all pulses.
func (p parsed) pins() (pins []int) {
	for _, o := range p.pulses() {
		if pin, ok := o.pin(); ok && !slices.Contains(pins, pin) {
			pins = append(pins, pin)
		}
	}
	return pins
}

// pin is the pulse's, and whether it can be read.
func (o overlay) pin() (int, bool) {
	pin, ok := defaultPin, true
	for _, given := range o.params {
		if given.name == "gpiopin" {
			n, err := strconv.Atoi(given.value)
			pin, ok = n, err == nil
		}
	}
	return pin, ok
}

func (b *Boot) pulse(pin int) (string, error) {
	p, _, err := b.parse()
	if err != nil {
		return "", err
	}
	all := p.pulses()
	for _, o := range all {
		if n, ok := o.pin(); ok && n == pin {
			b.done(PartPulse, o.Setting)
			return "", nil
		}
	}
	if len(all) != 1 { // none, or several, which may be someone's own
		return b.missing(PartPulse, fmt.Sprintf("dtoverlay=pps-gpio,gpiopin=%d", pin)), nil
	}
	o := all[0]
	for _, given := range slices.Backward(o.params) {
		if given.name == "gpiopin" {
			return "", b.replaceWord(PartPulse, given, fmt.Sprintf("gpiopin=%d", pin))
		}
	}
	return "", b.replaceLine(PartPulse, o.Setting, fmt.Sprintf("%s=%s,gpiopin=%d", o.Key, o.Value, pin))
}

// number is what the firmware makes of a value: its leading digits.
func number(value string) int {
	end := 0
	for end < len(value) && value[end] >= '0' && value[end] <= '9' {
		end++
	}
	n, _ := strconv.Atoi(value[:end]) // none are 0
	return n
}

func (b *Boot) done(part Part, s Setting) {
	e := Edit{Part: part, File: s.File, Done: true}
	if s.Key != "" {
		e.Current = s.Key + "=" + s.Value
		e.Wanted = e.Current
	}
	b.Edits = append(b.Edits, e)
}

func (b *Boot) missing(part Part, line string) string {
	b.Edits = append(b.Edits, Edit{Part: part, File: "config.txt", Wanted: line})
	return line
}

// replaceLine gives a setting another value where it stands.
func (b *Boot) replaceLine(part Part, s Setting, wanted string) error {
	return b.rewrite(part, s, func(line string) string { return strings.Replace(line, s.Key+"="+s.Value, wanted, 1) })
}

// replaceWord changes one parameter of a line. What someone has written behind it
// as a comment is none to the firmware, and goes.
func (b *Boot) replaceWord(part Part, given param, wanted string) error {
	was, _, _ := strings.Cut(given.whole, " #")
	return b.rewrite(part, given.at, func(line string) string {
		key, values, _ := strings.Cut(line, "=")
		end := values[len(strings.TrimRight(values, "\r\n")):]
		values, _, _ = strings.Cut(values[:len(values)-len(end)], " #")
		words := strings.Split(values, ",")
		for i, word := range words {
			if strings.TrimSpace(word) == was {
				words[i] = wanted
			} else if name, rest, ok := strings.Cut(word, ":"); ok && rest == was { // the older spelling NAME:PARAMETER
				words[i] = name + ":" + wanted
			}
		}
		return key + "=" + strings.Join(words, ",") + end
	})
}

func (b *Boot) rewrite(part Part, s Setting, edit func(line string) string) error {
	lines := bytes.SplitAfter(b.Files[s.File], []byte("\n"))
	line := string(lines[s.Line-1])
	edited := edit(line)
	if edited == line {
		return fmt.Errorf("%s:%d: cannot be edited: %s", s.File, s.Line, strings.TrimSpace(line))
	}
	lines[s.Line-1] = []byte(edited)
	b.Files[s.File] = bytes.Join(lines, nil)
	b.Edits = append(b.Edits, Edit{Part: part, File: s.File, Current: strings.TrimSpace(line), Wanted: strings.TrimSpace(edited)})
	return nil
}

// comment is the line before ours.
const comment = "# gpsntpd: what the receiver needs; gpsntpctl setup --undo takes it back."

// add puts lines at the end of config.txt, where they hold for all boards.
func (b *Boot) add(lines []string) error {
	if len(lines) == 0 {
		return nil
	}
	_, all, err := b.parse()
	if err != nil {
		return err
	}
	text := b.Files["config.txt"]
	end := "\n"
	if bytes.Count(text, []byte("\r\n"))*2 > bytes.Count(text, []byte("\n")) {
		end = "\r\n"
	}
	var ours []byte
	if len(text) > 0 && text[len(text)-1] != '\n' {
		ours = append(ours, end...)
	}
	if !all {
		lines = append([]string{"[all]"}, lines...)
	}
	for _, line := range append([]string{"", comment}, lines...) {
		ours = append(append(ours, line...), end...)
	}
	b.Files["config.txt"] = append(bytes.Clone(text), ours...)
	return nil
}
