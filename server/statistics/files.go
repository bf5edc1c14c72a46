package statistics

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"gpsntpd/server/control"
)

// Files are those in a folder: of each kind one for each day, named as ntpd names
// them (loopstats.20261129), with a second name for that of today (loopstats). It is
// for one goroutine.
type Files struct {
	Folder string
	Days   int         // how many days' files are kept
	Sure   func() bool // whether the date is, by which they are deleted; nil: it is

	day  string
	open []file
}

// file is that of today of one kind.
type file struct {
	kind
	*os.File
	lines int // since the banner
}

const (
	folderMode = 0o755
	fileMode   = 0o644
)

// dayLayout is how a file's name ends.
const dayLayout = "20060102"

// Write adds a line to each file.
func (f *Files) Write(s *control.Status) error {
	if day := s.Now.UTC().Format(dayLayout); day != f.day {
		if err := f.turn(day); err != nil {
			return errors.Join(err, f.Close())
		}
	}
	var failures []error
	for i := range f.open {
		failures = append(failures, f.open[i].write(s))
	}
	if err := errors.Join(failures...); err != nil {
		return errors.Join(err, f.Close())
	}
	return nil
}

func (o *file) write(s *control.Status) error {
	text := o.line(s)
	if o.banner != "" && o.lines%o.again == 0 {
		text = o.banner + text
	}
	o.lines++
	_, err := o.WriteString(text)
	return err
}

// Close closes the files; a later Write opens them again.
func (f *Files) Close() error {
	var failures []error
	for _, o := range f.open {
		failures = append(failures, o.File.Close())
	}
	f.open, f.day = nil, ""
	return errors.Join(failures...)
}

// turn begins a day.
func (f *Files) turn(day string) error {
	if err := errors.Join(f.Close(), os.MkdirAll(f.Folder, folderMode)); err != nil {
		return err
	}
	for _, k := range kinds() {
		name := filepath.Join(f.Folder, k.name)
		o, err := os.OpenFile(name+"."+day, os.O_APPEND|os.O_CREATE|os.O_WRONLY, fileMode)
		if err != nil {
			return err
		}
		f.open = append(f.open, file{kind: k, File: o})
		if !k.alone {
			err = link(name, day)
		}
		if err := errors.Join(err, f.forget(k.name, day)); err != nil {
			return err
		}
	}
	f.day = day
	return nil
}

// link gives the file of day its second name, which that of another day may have. A
// file that is not one of ours keeps it.
func link(name, day string) error {
	second, err := os.Lstat(name)
	if err == nil {
		first, err := os.Lstat(name + "." + day)
		if err != nil || os.SameFile(first, second) {
			return err
		}
		if !ours(name, second) {
			return &fs.PathError{Op: "link", Path: name, Err: errTaken}
		}
	}
	if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return os.Link(name+"."+day, name)
}

var errTaken = errors.New("someone else's file is in the way")

// ours reports whether a file is that of a day under its second name.
func ours(name string, info fs.FileInfo) bool {
	days, _ := filepath.Glob(name + ".*") // a pattern that is wrong finds nothing
	for _, d := range days {
		if other, err := os.Lstat(d); err == nil && os.SameFile(info, other) {
			return true
		}
	}
	return false
}

// forget removes the oldest files of a kind, this many that as many are left as are to be
// kept: a date that was wrong for a while costs no more than the days for which it was.
func (f *Files) forget(name, day string) error {
	if f.Sure != nil && !f.Sure() {
		return nil
	}
	all, err := os.ReadDir(f.Folder)
	if err != nil {
		return err
	}
	var days []string
	for _, e := range all { // in the order of their names
		of, dated := strings.CutPrefix(e.Name(), name+".")
		if _, err := time.Parse(dayLayout, of); dated && err == nil && of != day {
			days = append(days, e.Name())
		}
	}
	var failures []error
	for i := range len(days) - (f.Days - 1) {
		failures = append(failures, os.Remove(filepath.Join(f.Folder, days[i])))
	}
	return errors.Join(failures...)
}
