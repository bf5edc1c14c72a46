package setup

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
)

// Disk is how files are changed. Each method is one operation, which may be the
// last before the power goes; when it returns, it is on the medium.
type Disk interface {
	Write(path string, text []byte, mode fs.FileMode) error // a file that no one reads yet
	Rename(from, to string) error
	Remove(path string) error
	Mkdir(path string, mode fs.FileMode) error
}

// Medium is the disk itself.
type Medium struct{}

// Write implements Disk.
func (Medium) Write(path string, text []byte, mode fs.FileMode) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, mode)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	return errors.Join(err, f.Sync(), f.Close())
}

// Rename implements Disk. On FAT, too, the name leads to the old content or to the
// new one: the kernel turns the entry round in one sector.
func (Medium) Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return sync(filepath.Dir(to))
}

// Remove implements Disk.
func (Medium) Remove(path string) error {
	if err := os.Remove(path); err != nil {
		return err
	}
	return sync(filepath.Dir(path))
}

// Mkdir implements Disk.
func (Medium) Mkdir(path string, mode fs.FileMode) error { return os.Mkdir(path, mode) }

func sync(folder string) error {
	d, err := os.Open(folder)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// fresh is the name of a file's new content until it takes its place.
func fresh(path string) string { return path + ".gpsntpd-new" }

// put has a file as a whole, or leaves the old one.
func put(d Disk, path string, text []byte, mode fs.FileMode) error {
	if err := d.Write(fresh(path), text, mode); err != nil {
		return errors.Join(err, gone(d, fresh(path)))
	}
	return d.Rename(fresh(path), path)
}

// gone removes what may be there.
func gone(d Disk, path string) error {
	if _, err := os.Lstat(path); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return d.Remove(path)
}

// folder makes a folder and those above it, and returns those that it has made.
func folder(d Disk, path string, mode fs.FileMode) (made []string, err error) {
	if info, err := os.Stat(path); err == nil && info.IsDir() {
		return nil, nil
	}
	above, err := folder(d, filepath.Dir(path), 0o755)
	if err != nil {
		return above, err
	}
	return append(above, path), d.Mkdir(path, mode)
}
