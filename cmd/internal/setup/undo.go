package setup

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// ErrNothing is an Undo, or a Resume, of nothing.
var ErrNothing = errors.New("gpsntpctl setup --apply has changed nothing here")

const asItWas = "as it was" // is wanted of a file

// Undo takes back all that Apply has done. A file that someone has edited since is
// left as it is; what it was before is put beside the journal then.
func (s *System) Undo(ctx context.Context) (*Plan, error) {
	p := &Plan{words: words{s.Language}}
	p.Board = s.boardName()
	r, there, err := s.journal()
	if err != nil {
		return p, err
	}
	if !there {
		return p, errors.Join(ErrNothing, s.drop()) // of an Apply that was cut off before it began
	}
	if err := s.sweep(r); err != nil {
		return p, err
	}
	kept := false
	for _, f := range slices.Backward(r.Files) {
		ours, err := s.restore(f)
		if err != nil {
			return p, fmt.Errorf("%s: %w", f.Path, err)
		}
		if ours {
			p.step("restored", Undone, Step{File: f.Path, Wanted: asItWas})
			continue
		}
		beside := state + "/" + filepath.Base(f.Path)
		if err := put(s.Disk, s.below(beside), f.Was, 0o600); err != nil {
			return p, err
		}
		kept = true
		p.step("edited", Failed, Step{File: f.Path, Wanted: asItWas}, "beside", beside)
	}
	for _, dir := range slices.Backward(r.Made) {
		if err := s.empty(dir); err != nil {
			return p, err
		}
	}
	s.unact(ctx, p, r)
	if kept {
		return p, nil
	}
	p.Reboot = r.Reboot
	return p, s.drop()
}

func (s *System) boardName() string {
	b, _, _ := s.model(Choice{})
	return b.Model
}

// restore has a file as it was, unless someone has edited it since.
func (s *System) restore(f saved) (ours bool, err error) {
	path := s.target(f.Path)
	now, err := os.ReadFile(path)
	exists := err == nil
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return false, err
	}
	switch {
	case exists == f.Exists && string(now) == string(f.Was):
		return true, nil
	case !exists || sum(now) != f.Wrote:
		return false, nil
	case !f.Exists:
		return true, s.Disk.Remove(path)
	}
	return true, put(s.Disk, path, f.Was, f.Mode)
}

// unact has units and groups as they were: ours go first.
func (s *System) unact(ctx context.Context, p *Plan, r record) {
	run := func(u unit, verb string, now bool) {
		now = now && !s.Offline
		err := s.systemctl(ctx, verb, now, u.Name)
		if now {
			verb += " --now"
		}
		p.step("unit_back", undone(err), Step{Wanted: "systemctl " + verb + " " + u.Name}, "error", fmt.Sprint(err))
	}
	for _, u := range r.Units {
		if u.On && !u.Enabled {
			run(u, "disable", !u.Active && u.Name == daemonUnit)
		}
	}
	for _, u := range r.Units {
		if !u.On && u.Enabled {
			run(u, "enable", u.Active)
		} else if !u.On && u.Active && !s.Offline {
			run(u, "start", false)
		}
	}
	if r.User != "" {
		user := s.User
		s.User = r.User
		err := s.membership(ctx, "-d")
		s.User = user
		p.step("group_back", undone(err), Step{Wanted: "gpasswd -d " + r.User + " " + group}, "user", r.User, "error", fmt.Sprint(err))
	}
}

// undone is the state of what has been taken back, or not.
func undone(err error) State {
	if err != nil {
		return Failed
	}
	return Undone
}

// ErrReboot is a Resume before the reboot.
var ErrReboot = errors.New("the reboot is still due")

// Resume goes on after the reboot: what could only be done then, and what should be
// there now. It edits no boot file.
func (s *System) Resume(ctx context.Context) (*Plan, error) {
	r, there, err := s.journal()
	if err != nil {
		return nil, err
	}
	if !there {
		return &Plan{Board: s.boardName()}, ErrNothing
	}
	p := s.Plan(ctx, r.Choice)
	switch {
	case p.Pending:
		return p, ErrReboot
	case len(p.files) > 0 || p.Outcome() == Blocked: // someone has edited them since
		return p, nil
	}
	if resume, _ := s.look(ctx, resumeUnit); resume.Enabled {
		resume.Now = false
		p.unit("resume_off", resume)
	}
	if err := s.Apply(ctx, p); err != nil {
		return p, err
	}
	if r, _, err = s.journal(); err != nil {
		return p, err
	}
	r.Phase = resumed
	return p, errors.Join(s.keep(r), gone(s.Disk, s.below(marker)))
}
