package setup

import (
	"context"
	"errors"
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"

	"gpsntpd/hw/board"
)

// Plan looks at the host and says what there is to do. It changes nothing.
func (s *System) Plan(ctx context.Context, c Choice) *Plan {
	p := s.plan(ctx, c)
	if p.Outcome() == Blocked { // nothing will be done
		p.files, p.units, p.group, p.Reboot = nil, nil, false, false
	}
	return p
}

func (s *System) plan(ctx context.Context, c Choice) *Plan {
	p := &Plan{choice: c, words: words{s.Language}}
	b, model, known := s.model(c)
	p.Board = b.Model
	if known {
		p.Model = model.Name
	}
	if c.HAT == board.Elsewhere { // on any board
		p.HAT = c.HAT
		p.step("elsewhere", Hint, Step{})
		if s.configure(p, model, nil, board.Want{Pin: board.NoPin}) {
			s.rest(ctx, p, model, board.Want{Pin: board.NoPin})
		}
		return p
	}
	if !known {
		p.step("unknown_board", Blocked, Step{})
		return p
	}
	part, ok := s.partition()
	if !ok {
		p.step("no_boot", Blocked, Step{})
		return p
	}
	boot, err := model.Open(part.Files, part.Serial)
	switch {
	case errors.Is(err, board.ErrGenerated):
		p.step("generated", Blocked, Step{File: part.Top + "/config.txt"})
		return p
	case err != nil:
		p.step("damaged", Blocked, Step{File: part.Top}, "error", err.Error())
		return p
	}
	want, ok := s.want(p, c, boot)
	if !ok {
		return p
	}
	if !s.edit(p, part, boot, want) {
		return p
	}
	if s.configure(p, model, boot.Pins, want) {
		s.rest(ctx, p, model, want)
	}
	return p
}

// rest plans what is no file.
func (s *System) rest(ctx context.Context, p *Plan, m board.Model, want board.Want) {
	if _, _, err := s.journal(); err != nil {
		p.step("journal", Blocked, Step{File: journal}, "error", err.Error())
		return
	}
	p.Pending = !s.Offline && s.bootID() != "" && s.applied() == s.bootID()
	s.services(ctx, p, m)
	if !s.Offline && !p.Reboot && !p.Pending {
		s.live(p, want)
	}
	p.Reboot = p.Reboot || p.Pending
}

// want is what the receiver needs, as far as anything tells.
func (s *System) want(p *Plan, c Choice, boot *board.Boot) (board.Want, bool) {
	eeprom := board.ReadEEPROM(s.Root)
	hat, known := board.HATOf(eeprom)
	if c.HAT != "" {
		hat, known = board.HATNamed(c.HAT)
	}
	want := board.Want{Pin: hat.Pin, Serial: true}
	pulses := boot.Pulses()
	switch {
	case known:
		p.HAT, want.Serial = hat.Name, hat.Serial
		if c.Pin != nil {
			want.Pin = *c.Pin
		}
	case c.Pin != nil:
		want.Pin = *c.Pin
	case len(pulses) == 1: // someone has set it already
		want.Pin = pulses[0]
	case eeprom.Product != "":
		p.step("unknown_hat", Blocked, Step{}, "hat", strings.TrimSpace(eeprom.Vendor+" "+eeprom.Product))
		return want, false
	default:
		p.step("no_pin", Blocked, Step{}, "hats", hatNames())
		return want, false
	}
	if want.Pin != board.NoPin {
		p.Pin = &want.Pin
	} else {
		p.step("no_pulse", Hint, Step{})
	}
	if want.Serial {
		p.Port = board.Port
	} else {
		p.step("usb", Hint, Step{})
	}
	return want, true
}

func hatNames() string {
	var names []string
	for _, h := range board.HATs() {
		names = append(names, h.Name)
	}
	return strings.Join(names, ", ")
}

// edit plans the boot files.
func (s *System) edit(p *Plan, part board.Partition, boot *board.Boot, want board.Want) bool {
	edited := want
	if want.Pin != board.NoPin && s.ofHAT(want.Pin, boot) {
		edited.Pin = board.NoPin
		p.step("pulse_hat", So, Step{})
	}
	if err := boot.For(edited); err != nil {
		p.step("damaged", Blocked, Step{File: part.Top}, "error", err.Error())
		return false
	}
	for _, e := range boot.Edits {
		st := Step{File: path.Join(part.Top, e.File), Current: e.Current, Wanted: e.Wanted}
		pin := strconv.Itoa(want.Pin)
		switch {
		case e.Part == board.PartClash || e.Part == board.PartEdge || e.Part == board.PartOther:
			p.step(string(e.Part), Hint, st, "pin", pin)
		case e.Done:
			p.step(string(e.Part), So, st, "pin", pin)
		default:
			if name, ok := strings.CutPrefix(e.Wanted, "dtoverlay="); ok {
				name, _, _ = strings.Cut(name, ",")
				if !s.overlay(part, boot.Prefix(), name) {
					p.step("no_overlay", Blocked, st, "overlay", name, "folder", part.Top+"/"+boot.Prefix()+"overlays")
					return false
				}
			}
			st.Diff = difference(e)
			p.step(string(e.Part), Todo, st, "pin", pin)
			if e.Part == board.PartConsole && onHeader(s.Terminal) {
				p.step("terminal", Hint, Step{}, "terminal", s.Terminal)
			}
			p.Reboot = true
		}
	}
	for name, text := range boot.Files {
		if was := part.Files[name]; string(was) != string(text) {
			p.files = append(p.files, file{path: path.Join(part.Top, name), text: text, exists: true, was: was})
		}
	}
	slices.SortFunc(p.files, func(a, b file) int { return strings.Compare(a.path, b.path) })
	return true
}

func onHeader(terminal string) bool {
	return terminal == board.Port || terminal == "/dev/ttyS0" || terminal == "/dev/serial0"
}

func difference(e board.Edit) (lines []string) {
	if e.Current != "" {
		lines = append(lines, "- "+e.Current)
	}
	if e.Wanted != "" {
		lines = append(lines, "+ "+e.Wanted)
	}
	return lines
}

// live says what is there after the reboot.
func (s *System) live(p *Plan, want board.Want) {
	is := func(code string, ok bool, wanted string, names ...string) {
		if ok {
			p.step(code, So, Step{Current: wanted, Wanted: wanted}, names...)
		} else {
			p.step(code, Hand, Step{Wanted: wanted}, names...)
		}
	}
	if want.Pin != board.NoPin {
		is("pulse_device", s.pulse(want.Pin), pulseNamed(want.Pin), "pin", strconv.Itoa(want.Pin), "device", pulseNamed(want.Pin))
	}
	if want.Serial {
		is("port_device", s.there(board.Port), board.Port)
		is("console_gone", !slices.Contains(s.consoles(), path.Base(board.Port)), "")
	}
}

// Flags are the operator's choice, as it is typed.
func (p *Plan) Flags() string {
	c := p.choice
	var b strings.Builder
	if c.Board != "" {
		fmt.Fprintf(&b, " --board %s", c.Board)
	}
	if c.HAT != "" {
		fmt.Fprintf(&b, " --hat %s", c.HAT)
	}
	if c.Pin != nil && *c.Pin == board.NoPin {
		b.WriteString(" --pin none")
	} else if c.Pin != nil {
		fmt.Fprintf(&b, " --pin %d", *c.Pin)
	}
	return b.String()
}
