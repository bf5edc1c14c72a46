// Package setup prepares a host for gpsntpd: the boot files of a Raspberry Pi, the
// programs that hold receiver or clock, and the configuration. It plans first, and
// everything that it does can be taken back from its own journal.
package setup

import (
	"cmp"
	"context"
	"path/filepath"
	"slices"
	"strings"

	"gpsntpd/hw/board"
	"gpsntpd/server/why"
)

// System is the host that is set up.
type System struct {
	Root     string // "/", or the top of another system
	Offline  bool   // it does not run: an image
	Disk     Disk
	Commands Commands
	User     string // who is to be let in to ask gpsntpd; "": no one
	Terminal string // that the operator sits at, such as /dev/ttyAMA0
	Language why.Language
}

// Commands runs programs of the host.
type Commands interface {
	// Run returns what the program has printed, trimmed; the error is of one that
	// could not be run, or failed.
	Run(ctx context.Context, name string, args ...string) (string, error)
}

// Choice is what the operator says that cannot be found out.
type Choice struct {
	Board string // short name of a model; "": what the device tree says
	HAT   string // short name; "": what its EEPROM says
	Pin   *int   // the pulse's GPIO, or board.NoPin; nil: the HAT's
}

// State is how far a step is. People and scripts see four words: needed, done, undone
// and refused, as the comments say; a Hint is a note, and no change.
type State string

// What is Hand or refused is for the operator to mend.
const (
	So      State = "so"      // it is so already; no change
	Hint    State = "hint"    // the operator should know; no change
	Done    State = "done"    // --apply has done it now
	Undone  State = "undone"  // --undo has taken it back now
	Todo    State = "to_do"   // needed: --apply does it
	Hand    State = "hand"    // needed, and --apply cannot do it; or it should be there after the reboot, and is not
	Failed  State = "failed"  // refused: this step
	Blocked State = "blocked" // refused: it keeps everything from being done
)

// Step is one thing that is to be so.
type Step struct {
	Code    string
	State   State
	File    string // that is edited; "" for none
	Current string
	Wanted  string
	Text    string
	Remedy  string   // what the operator has to do; "" when nothing
	Error   string   // of a step that failed
	Diff    []string // lines that go ("- …") and come ("+ …")
}

// Change names what changes, in no language: lines of a file, a command, or what it is
// about.
func (st *Step) Change() string {
	switch {
	case len(st.Diff) > 0:
		return strings.Join(st.Diff, "; ")
	case st.Wanted != "":
		return st.Wanted
	}
	return Title(st.Code, why.English)
}

// Reason is why --apply or --undo does not, or did not do it; "" for what it does.
func (st *Step) Reason() string {
	switch st.State {
	case Failed, Blocked, Hand:
		return cmp.Or(st.Error, st.Text)
	}
	return ""
}

// Plan is all that there is to do, and to know.
type Plan struct {
	Board   string // as the device tree calls it; "" when nothing tells
	Model   string // short name; "" when it is not known
	HAT     string // short name; "" when it is not known
	Pin     *int   // the pulse's GPIO; nil for none
	Port    string // the serial port; "" for one on USB
	Reboot  bool   // what is done, or to do, holds after a reboot
	Pending bool   // it has been applied, and the reboot is due
	Steps   []Step

	files  []file
	units  []unit
	group  bool // the user is to join
	choice Choice
	words  words
}

// file is one that is written.
type file struct {
	path   string // below the root
	text   []byte
	exists bool
	was    []byte
}

// unit is one of systemd's that is changed.
type unit struct {
	Name    string `json:"name"`
	Enabled bool   `json:"enabled"` // before
	Active  bool   `json:"active"`  // before
	On      bool   `json:"on"`      // wanted; else off
	Now     bool   `json:"now"`     // and at once
}

// group is whose members may ask gpsntpd.
const group = "_gpsntp"

// Places below the root.
const (
	state   = "/var/lib/gpsntpd-setup" // root's: what is taken back from here is done as root
	journal = state + "/journal.json"  // root's alone: a configuration may have secrets
	marker  = state + "/resume"        // has the name of the boot that --apply was in; gpsntpd-setup.service starts when it is there
)

// Outcome is what a Plan comes to: that of its states that stands first in Blocked,
// Failed, Todo, Hand; else Done.
func (p *Plan) Outcome() State {
	for _, st := range []State{Blocked, Failed, Todo, Hand} {
		if slices.ContainsFunc(p.Steps, func(s Step) bool { return s.State == st }) {
			return st
		}
	}
	return Done
}

func (s *System) below(path string) string { return filepath.Join(s.Root, path) }

// step adds one; the text is that of the code, with names of the step's own.
func (p *Plan) step(code string, st State, s Step, names ...string) {
	names = append(names, "file", s.File, "current", s.Current, "wanted", s.Wanted, "board", cmp.Or(p.Board, "?"), "port", board.Port)
	s.Code, s.State = code, st
	text := code
	done := st == So || st == Done || st == Undone
	if done {
		text += ".done"
	}
	s.Text, s.Remedy = p.words.say(text, names), ""
	if !done {
		s.Remedy = p.words.say(code+".remedy", names)
	}
	p.Steps = append(p.Steps, s)
}
