package main

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/setup"
	"gpsntpd/hw/board"
	"gpsntpd/server/human"
)

// stepMargin has room for a step and its state.
var stepMargin = screen.Margin{Title: 15, Word: 8}

// text is a plan for people: what this is, what there is to do and why, the lines
// that change, and what comes next.
func (s *setupFlags) text(plan *setup.Plan, err error, p screen.Style) string {
	var b strings.Builder
	say := func(text string) { b.WriteString(screen.Paragraph(text)) }
	if head := setupHead(plan, p); head != "" {
		say(head)
		b.WriteString("\n")
	}
	var already []string
	for _, st := range plan.Steps {
		if st.State == setup.So {
			if title := setup.Title(st.Code, p.Language); !slices.Contains(already, title) {
				already = append(already, title)
			}
			continue
		}
		if err != nil && st.Error == err.Error() {
			st.Error = "" // it is said once, for all
		}
		writeStep(&b, &st, p)
	}
	if len(already) > 0 {
		say(p.Say("Already so: ") + strings.Join(already, p.Comma()))
	}
	writeChanges(&b, plan)
	if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") {
		b.WriteString("\n")
	}
	say(s.next(plan, err, p))
	if s.apply && err == nil && plan.Reboot {
		say(p.Say("To take it back: sudo gpsntpctl setup --undo"))
	}
	return b.String()
}

// setupHead is which board and receiver these are.
func setupHead(plan *setup.Plan, p screen.Style) string {
	parts := []string{}
	if h, ok := board.HATNamed(plan.HAT); ok && h.Name != board.Elsewhere {
		parts = append(parts, h.Title)
	}
	if plan.Pin != nil {
		parts = append(parts, p.Say("pulse on GPIO %d", *plan.Pin))
	}
	if plan.Port != "" {
		parts = append(parts, p.Say("receiver on %s", plan.Port))
	}
	if len(parts) == 0 || plan.Board == "" {
		return human.Printable(plan.Board)
	}
	return human.Printable(plan.Board) + ": " + strings.Join(parts, p.Comma())
}

func writeStep(b *strings.Builder, st *setup.Step, p screen.Style) {
	colour := map[setup.State]string{
		setup.Done: p.Good, setup.Undone: p.Good, setup.Todo: p.Fair, setup.Hand: p.Bad, setup.Failed: p.Bad, setup.Blocked: p.Bad,
	}[st.State]
	text := []string{human.Printable(st.Text)}
	if st.Error != "" {
		text = append(text, human.Printable(st.Error))
	}
	if st.Remedy != "" {
		text = append(text, "→ "+human.Printable(st.Remedy))
	}
	b.WriteString(stepMargin.Entry(p, setup.Title(st.Code, p.Language), p.Word(cmp.Or(setupStates[st.State], "note")), colour, text...))
}

// writeChanges shows the lines that go and come, by their files, and the commands.
func writeChanges(b *strings.Builder, p *setup.Plan) {
	file := ""
	for _, st := range p.Steps {
		if len(st.Diff) == 0 {
			continue
		}
		if st.File != file {
			file = st.File
			fmt.Fprintf(b, "\n%s\n", file)
		}
		for _, line := range st.Diff {
			for i, part := range chopped(human.Printable(line), screen.Columns-4) {
				b.WriteString(strings.Repeat(" ", 2+2*min(i, 1)) + part + "\n")
			}
		}
	}
}

// chopped breaks a line of a file wherever it has to be.
func chopped(line string, most int) (parts []string) {
	runes := []rune(line)
	for len(runes) > most {
		parts, runes = append(parts, string(runes[:most])), runes[most:]
	}
	return append(parts, string(runes))
}

// next is the outcome in a sentence, and what to do now.
func (s *setupFlags) next(plan *setup.Plan, err error, p screen.Style) string {
	outcome := plan.Outcome()
	switch {
	case errors.Is(err, setup.ErrNothing):
		return p.Say("gpsntpctl setup --apply has changed nothing here.")
	case errors.Is(err, setup.ErrHalf):
		return p.Say("It failed, and not everything could be taken back: sudo gpsntpctl setup --undo")
	case errors.Is(err, syscall.EROFS):
		return p.Say("It failed; the files are as they were.") + " " + p.Say("Mount the boot partition to be written to: sudo mount -o remount,rw /boot/firmware")
	case errors.Is(err, syscall.ENOSPC):
		return p.Say("It failed; the files are as they were.") + " " + p.Say("Make room: df /boot/firmware /var")
	case err != nil && !s.resume:
		return p.Say("It failed; the files are as they were.")
	case outcome == setup.Blocked:
		return p.Say("Nothing was changed.")
	case outcome == setup.Failed:
		return p.Say("Something was refused: see above.")
	case s.undo && plan.Reboot:
		return p.Say("All is as it was. It holds after the reboot that is due: sudo reboot")
	case s.undo:
		return p.Say("All is as it was.")
	case outcome == setup.Todo:
		text := p.Say("Nothing has been changed yet. To do it: sudo gpsntpctl setup --apply%s", plan.Flags())
		if s.offline() {
			text += " --root " + s.root
		}
		if plan.Reboot {
			text += p.Say(", then: sudo reboot")
		}
		return text
	case outcome == setup.Hand && plan.Reboot:
		return p.Say("What is still needed is for you to do: see above.") + p.Say(" Then: sudo reboot")
	case outcome == setup.Hand:
		return p.Say("What is still needed is for you to do: see above.")
	case s.apply && s.offline():
		return p.Say("Done.")
	case plan.Reboot:
		return p.Say("All is done. It holds after the reboot that is due: sudo reboot")
	}
	return p.Say("Nothing is left to do.")
}
