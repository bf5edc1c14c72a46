// Package setup prepares a host for gpsntpd: the boot files of a Raspberry Pi, the
// programs that hold receiver or clock, and the configuration. It plans first, and
// everything that it does can be taken back from its own journal.
package setup

import (
	"context"
	"path/filepath"

	"gpsntpd/hw/board"
	"gpsntpd/server/why"
)

// System is the host that is set up.
type System struct {
	Root     string // "/", or the top of another system
	Offline  bool   // it does not run: an image
	Disk     Disk
	Commands Commands
	User     string // who is to be let in to ask gpsntpd; "": nobody
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

// State is how far a step is.
type State string

// Blocked and Wrong are for the operator to mend; with a step that is Blocked
// nothing is changed at all.
const (
	Done    State = "done"    // it is so already, or has been done now
	Todo    State = "to_do"   // --apply does it
	Hint    State = "hint"    // the operator should know, or do it
	Blocked State = "blocked" // it keeps everything from being done
	Wrong   State = "wrong"   // it should be there after the reboot, and is not; or it failed
)

// Step is one thing that is to be so.
type Step struct {
	Code    string   `json:"code"`
	State   State    `json:"state"`
	File    string   `json:"file"` // that is edited; "" for none
	Current string   `json:"current"`
	Wanted  string   `json:"wanted"`
	Text    string   `json:"text"`
	Remedy  string   `json:"remedy"` // what the operator has to do; "" when nothing
	Diff    []string `json:"diff"`   // lines that go ("- …") and come ("+ …")
}

// Plan is all that there is to do, and to know.
type Plan struct {
	Board   string `json:"board"`  // as the device tree calls it
	Model   string `json:"model"`  // short name; "" when it is not known
	HAT     string `json:"hat"`    // short name; "" when it is not known
	Pin     *int   `json:"pin"`    // the pulse's GPIO; null for none
	Port    string `json:"port"`   // the serial port; "" for one on USB
	Reboot  bool   `json:"reboot"` // what is done, or to do, holds after a reboot
	Pending bool   `json:"-"`      // it has been applied, and the reboot is due
	Steps   []Step `json:"steps"`

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

// Outcome is the worst that any step is.
func (p *Plan) Outcome() State {
	worst := Done
	for _, s := range p.Steps {
		switch {
		case s.State == Blocked:
			return Blocked
		case s.State == Wrong:
			worst = Wrong
		case s.State == Todo && worst == Done:
			worst = Todo
		}
	}
	return worst
}

func (s *System) below(path string) string { return filepath.Join(s.Root, path) }

// step adds one; the text is that of the code, with names of the step's own.
func (p *Plan) step(code string, st State, s Step, names ...string) {
	names = append(names, "file", s.File, "current", s.Current, "wanted", s.Wanted, "board", p.Board, "port", board.Port)
	s.Code, s.State = code, st
	text := code
	if st == Done {
		text += ".done"
	}
	s.Text, s.Remedy = p.words.say(text, names), ""
	if st != Done {
		s.Remedy = p.words.say(code+".remedy", names)
	}
	if s.Diff == nil {
		s.Diff = []string{}
	}
	p.Steps = append(p.Steps, s)
}
