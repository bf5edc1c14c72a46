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
	"gpsntpd/server/why"
)

// stepMargin has room for a step and its state.
var stepMargin = screen.Margin{Title: 15, Word: 8}

// setupWords are what setup says beside its steps.
type setupWords struct {
	states                                  map[setup.State]string
	note                                    string
	pulse, port, so, comma                  string
	blocked, todo, thenReboot, done, reboot string
	refused, hand, then                     string
	nothing, applied, undone, back          string
	failed, half, readOnly, full            string
	undoneReboot                            string
}

var setupSays = map[why.Language]setupWords{
	why.English: {
		states: setupStates, note: "note",
		pulse: "pulse on GPIO %d", port: "receiver on %s", so: "Already so: ", comma: ", ",
		blocked: "Nothing was changed.", todo: "Nothing has been changed yet. To do it: sudo gpsntpctl setup --apply%s", thenReboot: ", then: sudo reboot",
		done: "Nothing is left to do.", reboot: "All is done. It holds after the reboot that is due: sudo reboot",
		refused: "Something was refused: see above.", hand: "What is still needed is for you to do: see above.", then: " Then: sudo reboot",
		nothing: "gpsntpctl setup --apply has changed nothing here.",
		applied: "Done.", undone: "All is as it was.", back: "To take it back: sudo gpsntpctl setup --undo", failed: "It failed; the files are as they were.", half: "It failed, and not everything could be taken back: sudo gpsntpctl setup --undo",
		readOnly: "Mount the boot partition to be written to: sudo mount -o remount,rw /boot/firmware", full: "Make room: df /boot/firmware /var",
		undoneReboot: "All is as it was. It holds after the reboot that is due: sudo reboot",
	},
	why.Chinese: {
		states: map[setup.State]string{
			setup.Todo: "待办", setup.Hand: "待办", setup.Done: "完成", setup.Undone: "已撤销", setup.Failed: "受阻", setup.Blocked: "受阻",
		}, note: "注意",
		pulse: "脉冲在 GPIO %d", port: "接收机在 %s", so: "已就绪：", comma: "、",
		blocked: "未做任何修改。", todo: "尚未做任何修改。执行：sudo gpsntpctl setup --apply%s", thenReboot: "，然后：sudo reboot",
		done: "没有剩余事项。", reboot: "全部完成。重启后生效：sudo reboot",
		refused: "有事项受阻：见上文。", hand: "其余待办需要您来处理：见上文。", then: "然后：sudo reboot",
		nothing: "gpsntpctl setup --apply 在此没有改动过任何东西。",
		applied: "完成。", undone: "一切已恢复原样。", back: "撤销：sudo gpsntpctl setup --undo", failed: "失败；各文件保持原样。", half: "失败，且未能全部恢复：sudo gpsntpctl setup --undo",
		readOnly: "请以可写方式挂载启动分区：sudo mount -o remount,rw /boot/firmware", full: "请腾出空间：df /boot/firmware /var",
		undoneReboot: "一切已恢复原样。重启后生效：sudo reboot",
	},
}

// text is a plan for people: what this is, what there is to do and why, the lines
// that change, and what comes next.
func (s *setupFlags) text(p *setup.Plan, err error, l why.Language, colour screen.Style) string {
	w := setupSays[l]
	var b strings.Builder
	say := func(text string) { b.WriteString(screen.Paragraph(text)) }
	if head := setupHead(p, w); head != "" {
		say(head)
		b.WriteString("\n")
	}
	var already []string
	for _, st := range p.Steps {
		if st.State == setup.So {
			if title := setup.Title(st.Code, l); !slices.Contains(already, title) {
				already = append(already, title)
			}
			continue
		}
		if err != nil && st.Error == err.Error() {
			st.Error = "" // it is said once, for all
		}
		writeStep(&b, &st, w, l, colour)
	}
	if len(already) > 0 {
		say(w.so + strings.Join(already, w.comma))
	}
	writeChanges(&b, p)
	if b.Len() > 0 && !strings.HasSuffix(b.String(), "\n\n") {
		b.WriteString("\n")
	}
	say(s.next(p, err, w))
	if s.apply && err == nil && p.Reboot {
		say(w.back)
	}
	return b.String()
}

// setupHead is which board and receiver these are.
func setupHead(p *setup.Plan, w setupWords) string {
	parts := []string{}
	if h, ok := board.HATNamed(p.HAT); ok && h.Name != board.Elsewhere {
		parts = append(parts, h.Title)
	}
	if p.Pin != nil {
		parts = append(parts, fmt.Sprintf(w.pulse, *p.Pin))
	}
	if p.Port != "" {
		parts = append(parts, fmt.Sprintf(w.port, p.Port))
	}
	if len(parts) == 0 || p.Board == "" {
		return human.Printable(p.Board)
	}
	return human.Printable(p.Board) + ": " + strings.Join(parts, w.comma)
}

func writeStep(b *strings.Builder, st *setup.Step, w setupWords, l why.Language, p screen.Style) {
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
	b.WriteString(stepMargin.Entry(p, setup.Title(st.Code, l), cmp.Or(w.states[st.State], w.note), colour, text...))
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

// next is what comes of it, and what to do now.
func (s *setupFlags) next(p *setup.Plan, err error, w setupWords) string {
	outcome := p.Outcome()
	switch {
	case errors.Is(err, setup.ErrNothing):
		return w.nothing
	case errors.Is(err, setup.ErrHalf):
		return w.half
	case errors.Is(err, syscall.EROFS):
		return w.failed + " " + w.readOnly
	case errors.Is(err, syscall.ENOSPC):
		return w.failed + " " + w.full
	case err != nil && !s.resume:
		return w.failed
	case outcome == setup.Blocked:
		return w.blocked
	case outcome == setup.Failed:
		return w.refused
	case s.undo && p.Reboot:
		return w.undoneReboot
	case s.undo:
		return w.undone
	case outcome == setup.Todo:
		text := fmt.Sprintf(w.todo, p.Flags())
		if s.offline() {
			text += " --root " + s.root
		}
		if p.Reboot {
			text += w.thenReboot
		}
		return text
	case outcome == setup.Hand && p.Reboot:
		return w.hand + w.then
	case outcome == setup.Hand:
		return w.hand
	case s.apply && s.offline():
		return w.applied
	case p.Reboot:
		return w.reboot
	}
	return w.done
}
