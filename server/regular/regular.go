// Package regular reads small files that someone else may have put in their place: a
// pipe that no one writes to, a device without end, or gigabytes neither hold up the
// daemon nor take its memory.
package regular

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"

	"golang.org/x/sys/unix"
)

// Most is how long a file of keys, certificates, passwords or state may be.
const Most = 64 << 10

var errIrregular = errors.New("it is no regular file")

// Read returns the file at path, if it is a regular one of no more than most bytes.
func Read(path string, most int) ([]byte, error) {
	file, err := os.OpenFile(path, os.O_RDONLY|unix.O_NONBLOCK|unix.O_NOCTTY, 0)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	info, err := file.Stat()
	if err == nil && !info.Mode().IsRegular() {
		err = &fs.PathError{Op: "read", Path: path, Err: errIrregular}
	}
	if err != nil {
		return nil, err
	}
	text, err := io.ReadAll(io.LimitReader(file, int64(most)+1))
	if err == nil && len(text) > most {
		err = &fs.PathError{Op: "read", Path: path, Err: fmt.Errorf("it is longer than %d bytes", most)}
	}
	if err != nil {
		return nil, err
	}
	return text, nil
}
