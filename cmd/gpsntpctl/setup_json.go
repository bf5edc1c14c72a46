package main

import (
	"bytes"
	"io"

	"gpsntpd/cmd/internal/setup"
	"gpsntpd/server/human"
)

// setupLine is one change in setup --json; first what every script relies on.
type setupLine struct {
	File   *string  `json:"file"`   // null: it changes no file
	Change string   `json:"change"` // lines of the file, a command, or what it is about
	State  string   `json:"state"`
	Reason *string  `json:"reason"` // why it is not done; null for what is, or --apply will do
	Code   string   `json:"code"`
	Text   string   `json:"text"`
	Remedy *string  `json:"remedy"`
	Now    *string  `json:"current"`
	Wanted *string  `json:"wanted"`
	Diff   []string `json:"diff"`
	Reboot bool     `json:"reboot"` // the whole holds after one
	Board  *string  `json:"board"`
	Model  *string  `json:"model"`
	HAT    *string  `json:"hat"`
	Pin    *int     `json:"pin"`
	Port   *string  `json:"port"`
}

// setupLines are the changes of a plan; what is so already, and a hint, is none.
func setupLines(p *setup.Plan) (lines []setupLine) {
	for _, st := range p.Steps {
		state := setupStates[st.State]
		if state == "" {
			continue
		}
		lines = append(lines, setupLine{
			File: orNull(st.File), Change: st.Change(), State: state, Reason: orNull(st.Reason()),
			Code: st.Code, Text: st.Text, Remedy: orNull(st.Remedy),
			Now: orNull(st.Current), Wanted: orNull(st.Wanted), Diff: append([]string{}, st.Diff...), Reboot: p.Reboot,
			Board: orNull(p.Board), Model: orNull(p.Model), HAT: orNull(p.HAT), Pin: p.Pin, Port: orNull(p.Port),
		})
	}
	return lines
}

// setupStates are the words of states of changes, on the screen in English, too.
var setupStates = map[setup.State]string{
	setup.Todo: "needed", setup.Hand: "needed", setup.Done: "done", setup.Undone: "undone",
	setup.Failed: "refused", setup.Blocked: "refused",
}

// orNull is null for what is not known, or not there.
func orNull(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}

func writeSetupLines(w io.Writer, p *setup.Plan) error {
	var b bytes.Buffer
	if err := writeLines(&b, setupLines(p)); err != nil {
		return err
	}
	return write(w, human.PlainJSON(b.Bytes()))
}
