package setup

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// phase is how far it has come.
type phase string

const (
	applying phase = "applying" // or it was cut off
	applied  phase = "applied"
	resumed  phase = "resumed" // seen after the reboot
)

// record is the journal: what was before, so that it can be taken back. It is
// written before anything is changed, as a whole.
type record struct {
	Phase  phase    `json:"phase"`
	Reboot bool     `json:"reboot"` // it holds after one
	Choice Choice   `json:"choice"`
	Files  []saved  `json:"files"`
	Units  []unit   `json:"units"`
	User   string   `json:"user"` // who has joined our group; "" for no one
	Made   []string `json:"made"` // folders, the topmost first
}

// saved is a file as it was.
type saved struct {
	Path   string      `json:"path"` // below the root
	Exists bool        `json:"exists"`
	Was    []byte      `json:"was"`
	Mode   fs.FileMode `json:"mode"`
	Wrote  string      `json:"wrote"` // SHA-256 of what took its place
}

func sum(text []byte) string {
	h := sha256.Sum256(text)
	return hex.EncodeToString(h[:])
}

// journal reads it; there is none before the first time.
func (s *System) journal() (r record, there bool, err error) {
	text, err := os.ReadFile(s.below(journal))
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) { // it is root's
		return r, false, nil
	}
	if err != nil {
		return r, false, err
	}
	if err := json.Unmarshal(text, &r); err != nil {
		return r, false, fmt.Errorf("%s: %w", journal, err)
	}
	return r, true, nil
}

func (s *System) keep(r record) error {
	text, err := json.MarshalIndent(r, "", "\t")
	if err != nil {
		return err
	}
	return put(s.Disk, s.below(journal), append(text, '\n'), 0o600)
}

// remember adds what the plan changes. What was there before the first time stays
// what is gone back to, unless someone has edited it since.
func (r *record) remember(s *System, p *Plan) error {
	for _, f := range p.files {
		kept := saved{Path: f.path, Exists: f.exists, Was: f.was, Mode: 0o644, Wrote: sum(f.text)}
		if f.exists {
			info, err := os.Stat(s.below(f.path))
			if err != nil {
				return err
			}
			kept.Mode = info.Mode().Perm()
		}
		r.Files = kept.into(r.Files)
	}
	for _, u := range p.units {
		known := false
		for i := range r.Units {
			if r.Units[i].Name == u.Name {
				r.Units[i].On, known = u.On, true
			}
		}
		if !known {
			r.Units = append(r.Units, u)
		}
	}
	if p.group {
		r.User = s.User
	}
	return nil
}

func (f saved) into(all []saved) []saved {
	for i, old := range all {
		if old.Path != f.Path {
			continue
		}
		ours := f.Exists && sum(f.Was) == old.Wrote
		same := f.Exists == old.Exists && string(f.Was) == string(old.Was)
		if ours || same {
			f.Exists, f.Was, f.Mode = old.Exists, old.Was, old.Mode
		}
		all[i] = f
		return all
	}
	return append(all, f)
}
