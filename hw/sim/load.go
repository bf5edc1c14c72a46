package sim

import (
	"bytes"
	"embed"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
)

//go:embed scenarios/*.toml
var embedded embed.FS

// root is the scenario that says everything.
const root = "default"

// Load returns the scenario of that name, or the one in a file: whatever has a
// slash in it or ends in .toml.
func Load(nameOrFile string) (Scenario, error) {
	if strings.Contains(nameOrFile, "/") || strings.HasSuffix(nameOrFile, ".toml") {
		text, err := read(nameOrFile)
		if err != nil {
			return Scenario{}, err
		}
		return parse(nameOrFile, text)
	}
	text, err := builtin(nameOrFile)
	if err != nil {
		return Scenario{}, err
	}
	return parse(nameOrFile, text)
}

// most is how long a scenario in a file may be, in bytes: its decoder takes the square of
// the number of keys.
const most = 256 << 10

func read(path string) ([]byte, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, most+1))
	if err == nil && len(text) > most {
		err = fmt.Errorf("%s: it is longer than %d bytes", path, most)
	}
	return text, err
}

// builtin returns the text of a scenario that is built in.
func builtin(name string) ([]byte, error) {
	if text, ok := white(name); ok {
		return text, nil
	}
	text, err := embedded.ReadFile("scenarios/" + name + ".toml")
	if errors.Is(err, fs.ErrNotExist) {
		err = fmt.Errorf("no scenario %q; there are %s, and files", name, strings.Join(Names(), ", "))
	}
	return text, err
}

// Names lists the scenarios that are built in.
func Names() []string {
	files, _ := fs.Glob(embedded, "scenarios/*") // fails for a bad pattern only
	var names []string
	for _, f := range files {
		names = append(names, strings.TrimSuffix(path.Base(f), ".toml"))
	}
	slices.Sort(names)
	for _, jitter := range []string{"50ns", "300ns", "1us", "5us"} {
		for _, walk := range []string{"3e-10", "1e-9", "1e-8"} {
			names = append(names, whites+jitter+"-"+walk)
		}
	}
	return names
}

// whites are the scenarios whose name says it all: white-300ns-1e-9 has 300 ns
// of jitter and a walk of 1e-9/sqrt(s), and nothing else.
const whites = "white-"

func white(name string) ([]byte, bool) {
	noise, ok := strings.CutPrefix(name, whites)
	jitter, walk, both := strings.Cut(noise, "-")
	if !ok || !both {
		return nil, false
	}
	return fmt.Appendf(nil, "about = \"%s of white jitter, a frequency that walks by %s/sqrt(s).\"\nlike = \"calm\"\npulse.jitter = %q\noscillator.walk = \"%[2]s/sqrt(s)\"\n",
		jitter, walk, jitter), true
}

// parse reads a file on top of the scenario that it is like. That one is built
// in, and so is all that it is like: this ends.
func parse(name string, text []byte) (s Scenario, err error) {
	var is struct {
		Like string `toml:"like"`
	}
	if err := toml.Unmarshal(text, &is); err != nil {
		return s, explain(name, err)
	}
	if name != root {
		if is.Like == "" {
			is.Like = root
		}
		below, err := builtin(is.Like)
		if err != nil {
			return s, fmt.Errorf("%s: like: %w", name, err)
		}
		if s, err = parse(is.Like, below); err != nil {
			return s, err
		}
	}
	s.About = name
	if err := toml.NewDecoder(bytes.NewReader(text)).DisallowUnknownFields().Decode(&s); err != nil {
		return s, explain(name, err)
	}
	if err := s.check(); err != nil {
		return s, fmt.Errorf("%s: %w", name, err)
	}
	return s, nil
}

// explain says in which lines what is wrong.
func explain(file string, err error) error {
	var unknown *toml.StrictMissingError
	if errors.As(err, &unknown) {
		var all []error
		for _, e := range unknown.Errors {
			row, _ := e.Position()
			all = append(all, fmt.Errorf("%s:%d: %s: no such key", file, row, strings.Join(e.Key(), ".")))
		}
		return errors.Join(all...)
	}
	var wrong *toml.DecodeError
	if errors.As(err, &wrong) {
		row, _ := wrong.Position()
		return fmt.Errorf("%s:%d: %s: %s", file, row, strings.Join(wrong.Key(), "."), strings.TrimPrefix(wrong.Error(), "toml: "))
	}
	return fmt.Errorf("%s: %w", file, err)
}
