package setup

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Apply does what the plan says, and notes in it what has become of each step. With
// an error no file is changed, unless the error says otherwise; in any case Undo and
// Apply work afterwards.
func (s *System) Apply(ctx context.Context, p *Plan) error {
	err := s.apply(ctx, p)
	if err != nil {
		p.failed(func(*Step) bool { return true }, err)
	}
	return err
}

func (s *System) apply(ctx context.Context, p *Plan) error {
	if p.Outcome() == Blocked {
		return errors.New("something stands in the way") // and the step says what
	}
	r, there, err := s.journal()
	if err != nil {
		return err
	}
	if err := s.sweep(r); err != nil {
		return err
	}
	if len(p.files) == 0 && len(p.units) == 0 && !p.group {
		if there && r.Phase == applying { // it was cut off behind the last step
			r.Phase = applied
			return s.keep(r)
		}
		return nil
	}
	before := r
	before.Files, before.Units = slices.Clone(r.Files), slices.Clone(r.Units)
	err = s.begin(&r, p)
	if err == nil {
		err = s.write(p)
	}
	if err != nil {
		return errors.Join(err, s.forget(before, r, there))
	}
	s.act(ctx, p)
	for i, st := range p.Steps {
		if st.State == Todo {
			p.Steps[i].State = Done
		}
	}
	r.Phase = applied
	return s.keep(r)
}

// begin has everything in the journal that is about to be changed.
func (s *System) begin(r *record, p *Plan) error {
	if err := s.inside(p); err != nil {
		return err
	}
	if _, err := folder(s.Disk, s.below(state), 0o755); err != nil {
		return err
	}
	r.Phase, r.Choice = applying, p.choice
	r.Reboot = r.Reboot || p.Reboot
	if err := r.remember(s, p); err != nil {
		return err
	}
	for _, f := range p.files {
		for dir := filepath.Dir(f.path); !s.there(dir); dir = filepath.Dir(dir) {
			if !slices.Contains(r.Made, dir) {
				r.Made = append([]string{dir}, r.Made...)
			}
		}
	}
	if err := s.keep(*r); err != nil {
		return err
	}
	if !p.Reboot {
		return nil
	}
	return s.Disk.Write(s.below(marker), []byte(s.bootID()+"\n"), 0o644)
}

// inside refuses links of another system that would lead into this one.
func (s *System) inside(p *Plan) error {
	root, err := filepath.EvalSymlinks(s.Root)
	if err != nil || !s.Offline {
		return err
	}
	paths := []string{journal}
	for _, f := range p.files {
		paths = append(paths, f.path)
	}
	for _, path := range paths {
		dir := filepath.Dir(s.below(path))
		for ; ; dir = filepath.Dir(dir) { // what is not there yet will be made
			if _, err := os.Lstat(dir); err == nil {
				break
			}
		}
		real, err := filepath.EvalSymlinks(dir)
		if err != nil {
			return err
		}
		if within, err := filepath.Rel(root, real); err != nil || !filepath.IsLocal(within) {
			return fmt.Errorf("%s leads out of %s", path, s.Root)
		}
	}
	return nil
}

// write puts all new files beside the old ones first: a disk that is full, or may
// not be written to, shows here. Then each takes its place.
func (s *System) write(p *Plan) error {
	for _, f := range p.files {
		_, err := folder(s.Disk, filepath.Dir(s.target(f.path)), 0o755)
		if err == nil {
			err = s.Disk.Write(fresh(s.target(f.path)), f.text, s.mode(f.path))
		}
		if err != nil {
			return errors.Join(err, s.clean(p))
		}
	}
	for i, f := range p.files {
		if err := s.Disk.Rename(fresh(s.target(f.path)), s.target(f.path)); err != nil {
			return errors.Join(err, s.clean(p), s.back(p.files[:i]))
		}
	}
	return nil
}

// target is where a file really is: config.txt may be a link.
func (s *System) target(path string) string {
	if real, err := filepath.EvalSymlinks(s.below(path)); err == nil && !s.Offline {
		return real
	}
	return s.below(path)
}

func (s *System) mode(path string) fs.FileMode {
	if info, err := os.Stat(s.below(path)); err == nil {
		return info.Mode().Perm()
	}
	return 0o644
}

func (s *System) clean(p *Plan) (err error) {
	for _, f := range p.files {
		err = errors.Join(err, gone(s.Disk, fresh(s.target(f.path))))
	}
	return err
}

// ErrHalf is of a file that has taken its place, and could not be taken back when
// another one could not be written.
var ErrHalf = errors.New("edited, and not taken back")

// back undoes those files that have taken their places.
func (s *System) back(files []file) (err error) {
	for _, f := range slices.Backward(files) {
		path := s.target(f.path)
		var e error
		if f.exists {
			e = put(s.Disk, path, f.was, s.mode(f.path))
		} else {
			e = gone(s.Disk, path)
		}
		if e != nil {
			err = errors.Join(err, fmt.Errorf("%w: %s: %w", ErrHalf, f.path, e))
		}
	}
	return err
}

// forget has the journal as it was before, and no folder that was made since.
func (s *System) forget(before, after record, there bool) error {
	for _, dir := range slices.Backward(after.Made) {
		if !slices.Contains(before.Made, dir) {
			if err := s.empty(dir); err != nil {
				return err
			}
		}
	}
	if there {
		return s.keep(before)
	}
	return s.drop()
}

// empty removes a folder with nothing in it.
func (s *System) empty(dir string) error {
	if entries, err := os.ReadDir(s.below(dir)); err != nil || len(entries) > 0 {
		return nil
	}
	return gone(s.Disk, s.below(dir))
}

// drop removes what is ours, the journal last.
func (s *System) drop() error {
	entries, err := os.ReadDir(s.below(state))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if name := state + "/" + e.Name(); name != journal {
			err = errors.Join(err, gone(s.Disk, s.below(name)))
		}
	}
	if err != nil {
		return err
	}
	return errors.Join(gone(s.Disk, s.below(journal)), gone(s.Disk, s.below(state)))
}

// sweep removes what an attempt that was cut off has left.
func (s *System) sweep(r record) error {
	for _, f := range r.Files {
		if err := gone(s.Disk, fresh(s.target(f.Path))); err != nil {
			return err
		}
	}
	return nil
}

// act has units and groups as the plan says.
func (s *System) act(ctx context.Context, p *Plan) {
	for _, u := range p.units {
		verb := "disable"
		if u.On {
			verb = "enable"
		}
		if err := s.systemctl(ctx, verb, u.Now, u.Name); err != nil {
			p.failed(names(u.Name), err)
		}
	}
	if p.group {
		if err := s.membership(ctx, "-a"); err != nil {
			p.failed(names(s.User), err)
		}
	}
}

// membership has the user join (-a) or leave (-d).
func (s *System) membership(ctx context.Context, how string) error {
	args := []string{how, s.User, group}
	if s.Offline {
		args = append([]string{"--root", s.Root}, args...)
	}
	_, err := s.Commands.Run(ctx, "gpasswd", args...)
	return err
}

func (s *System) systemctl(ctx context.Context, verb string, now bool, name string) error {
	args := []string{verb}
	if s.Offline {
		args = []string{"--root=" + s.Root, verb}
	} else if now {
		args = append(args, "--now")
	}
	_, err := s.Commands.Run(ctx, "systemctl", append(args, name)...)
	return err
}

// failed marks steps that could not be done.
func (p *Plan) failed(is func(*Step) bool, err error) {
	for i := range p.Steps {
		if st := &p.Steps[i]; st.State == Todo && is(st) {
			st.State, st.Error = Failed, err.Error()
		}
	}
}

// names is the step of a unit or a user.
func names(name string) func(*Step) bool {
	return func(st *Step) bool { return slices.Contains(strings.Fields(st.Wanted), name) }
}
