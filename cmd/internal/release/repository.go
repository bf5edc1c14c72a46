package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

const (
	suite = "stable"
	part  = "main"
)

// writeRepository writes dists/ beside the packages: with it apt takes them from any
// web server. Release is not signed: that is for whoever publishes.
func writeRepository(folder string, date time.Time) error {
	names, err := files(folder, "*.deb")
	if err != nil {
		return err
	}
	indices := map[string]*bytes.Buffer{}
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		control, err := controlOf(text)
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		processor := field(control, "Architecture")
		if processor == "" {
			return fmt.Errorf("%s: no Architecture in\n%s", name, control)
		}
		if indices[processor] == nil {
			indices[processor] = &bytes.Buffer{}
		}
		fmt.Fprintf(indices[processor], "%s\nFilename: %s\nSize: %d\nSHA256: %x\n\n",
			strings.TrimSpace(control), name, len(text), sha256.Sum256(text))
	}
	dists := filepath.Join(folder, "dists", suite)
	if err := os.RemoveAll(filepath.Join(folder, "dists")); err != nil {
		return err
	}
	var sums strings.Builder
	processors := slices.Sorted(maps.Keys(indices))
	for _, processor := range processors {
		plain := indices[processor].Bytes()
		compressed, err := compress(plain)
		if err != nil {
			return err
		}
		below := filepath.Join(part, "binary-"+processor)
		if err := os.MkdirAll(filepath.Join(dists, below), 0o755); err != nil {
			return err
		}
		for _, f := range []struct {
			name string
			text []byte
		}{{"Packages", plain}, {"Packages.gz", compressed}} {
			if err := os.WriteFile(filepath.Join(dists, below, f.name), f.text, 0o644); err != nil {
				return err
			}
			fmt.Fprintf(&sums, " %x %d %s\n", sha256.Sum256(f.text), len(f.text), filepath.Join(below, f.name))
		}
	}
	release := fmt.Sprintf("Origin: gpsntpd\nLabel: gpsntpd\nSuite: %s\nCodename: %s\nDate: %s\nArchitectures: %s\nComponents: %s\nSHA256:\n%s",
		suite, suite, date.Format("Mon, 02 Jan 2006 15:04:05 UTC"), strings.Join(processors, " "), part, sums.String())
	return os.WriteFile(filepath.Join(dists, "Release"), []byte(release), 0o644)
}

// compress is gzip without a name or a date.
func compress(text []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := gzip.NewWriterLevel(&out, gzip.BestCompression)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(text); err != nil {
		return nil, err
	}
	err = w.Close()
	return out.Bytes(), err
}

// field returns the value of a field of a control file, when it is on one line.
func field(control, name string) string {
	for line := range strings.Lines(control) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// controlOf returns the control file of a Debian package: an archive of ar(5), whose
// member control.tar.gz has it (deb(5)).
func controlOf(deb []byte) (string, error) {
	const magic, head = "!<arch>\n", 60
	rest, ok := bytes.CutPrefix(deb, []byte(magic))
	if !ok {
		return "", errors.New("not a Debian package")
	}
	for len(rest) >= head {
		name := strings.TrimRight(string(rest[:16]), " /")
		size, err := strconv.Atoi(strings.TrimSpace(string(rest[48:58])))
		if err != nil || size < 0 || head+size > len(rest) {
			return "", fmt.Errorf("member %q is broken", name)
		}
		if name == "control.tar.gz" {
			return controlIn(rest[head : head+size])
		}
		rest = rest[min(head+size+size%2, len(rest)):]
	}
	return "", errors.New("no control.tar.gz")
}

func controlIn(compressed []byte) (string, error) {
	plain, err := gzip.NewReader(bytes.NewReader(compressed))
	if err != nil {
		return "", err
	}
	for files := tar.NewReader(plain); ; {
		h, err := files.Next()
		if err != nil {
			return "", fmt.Errorf("no control file: %w", err)
		}
		if filepath.Clean(h.Name) == "control" {
			text, err := io.ReadAll(files)
			return string(text), err
		}
	}
}
