package board

import (
	"bytes"
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// Setting is a line of config.txt, or of a file that it includes, which holds
// for a board, or may do so.
type Setting struct {
	File       string // below the boot partition's top
	Line       int    // from 1
	Key, Value string
	Perhaps    bool // it hangs on a monitor, a pin, or something else that is not known here
}

// filter is the state of one kind of section: "Conditional filters" in Raspberry
// Pi's documentation. Those of one kind replace each other, [all] ends them all.
type filter int

const (
	holds filter = iota
	perhaps
	fails
)

// reading walks through config.txt as the firmware does.
type reading struct {
	files    map[string][]byte
	model    Model
	serial   uint64
	filters  map[string]filter // by kind
	settings []Setting
}

// Settings are those of config.txt that hold for this model, in their order. serial
// is the board's number, or 0. Files are by their names below the partition's top;
// an include of one that is not there counts for nothing, as for the firmware.
// all reports whether what is put at the end of config.txt holds for all boards.
func (m Model) Settings(files map[string][]byte, serial uint64) (settings []Setting, all bool, err error) {
	r := reading{files: files, model: m, serial: serial, filters: map[string]filter{}}
	if err := r.read("config.txt", 0); err != nil {
		return nil, false, err
	}
	return r.settings, len(r.filters) == 0, nil
}

const deepest = 8 // levels of includes

func (r *reading) read(name string, depth int) error {
	text := r.files[name]
	if bytes.IndexByte(text, 0) >= 0 {
		return fmt.Errorf("%s: NUL bytes: the file is damaged", name)
	}
	if depth > deepest {
		return fmt.Errorf("%s: includes go in a circle", name)
	}
	for number, line := range lines(text) {
		if line[0] == '[' && strings.HasSuffix(line, "]") {
			r.section(line[1 : len(line)-1])
			continue
		}
		state := r.state()
		if state == fails {
			continue
		}
		if other, ok := included(name, line); ok {
			if err := r.read(other, depth+1); err != nil {
				return err
			}
		} else if key, value, ok := strings.Cut(line, "="); ok {
			r.settings = append(r.settings, Setting{name, number, key, value, state == perhaps})
		}
	}
	return nil
}

// state is that of all filters together.
func (r *reading) state() filter {
	worst := holds
	for _, f := range r.filters {
		worst = max(worst, f)
	}
	return worst
}

var (
	modelFilter  = regexp.MustCompile(`^(pi|cm)[0-9]`)
	serialFilter = regexp.MustCompile(`^0x[0-9a-fA-F]+$`)
)

func (r *reading) section(name string) {
	is := func(yes bool) filter {
		if yes {
			return holds
		}
		return fails
	}
	number, isType := strings.CutPrefix(name, "board-type=")
	switch {
	case name == "all":
		clear(r.filters)
	case name == "none":
		r.filters["none"] = fails
	case isType:
		n, err := strconv.ParseInt(number, 0, 32)
		r.ofModel(is(err == nil && int(n) == r.model.Type))
	case modelFilter.MatchString(name):
		fits := false
		for _, f := range r.model.Filters {
			fits = fits || f == name
		}
		r.ofModel(is(fits))
	case serialFilter.MatchString(name):
		n, err := strconv.ParseUint(name, 0, 64)
		if r.filters["serial"] = is(err == nil && n == r.serial); r.serial == 0 {
			r.filters["serial"] = perhaps
		}
	default: // EDID=, HDMI:, gpio, tryboot, and what is yet to come
		kind, _, _ := strings.Cut(name, "=")
		r.filters[strings.TrimRight(kind, "0123456789")] = perhaps
	}
}

// ofModel notes a filter of the model. The documentation does not say whether it
// ends [none].
func (r *reading) ofModel(f filter) {
	r.filters["model"] = f
	if _, ok := r.filters["none"]; ok {
		r.filters["none"] = perhaps
	}
}

// overlay is a dtoverlay= of config.txt with the parameters of its own line and of
// the dtparam= lines that follow.
type overlay struct {
	Setting
	name   string
	params []param
}

// param is NAME=VALUE, or NAME alone.
type param struct {
	at          Setting // the line that it is in
	name, value string
	whole       string // as it stands there
}

// parsed is what settings say of overlays, parameters of the board, and the rest.
type parsed struct {
	overlays []overlay
	base     []param // of the board itself, and all that might be
	plain    []Setting
}

func parse(settings []Setting) parsed {
	var p parsed
	var open *overlay
	for _, s := range settings {
		switch s.Key {
		case "dtoverlay", "device_tree_overlay":
			name, rest, _ := strings.Cut(strings.Replace(s.Value, ":", ",", 1), ",")
			p.overlays = append(p.overlays, overlay{Setting: s, name: strings.TrimSuffix(name, ".dtbo"), params: params(s, rest)})
			open = &p.overlays[len(p.overlays)-1]
		case "dtparam", "device_tree_param":
			given := params(s, s.Value)
			if open != nil && open.name != "" {
				open.params = append(open.params, given...) // if it has such ones
			}
			p.base = append(p.base, given...)
		default:
			p.plain = append(p.plain, s)
		}
	}
	return p
}

func params(s Setting, list string) (all []param) {
	for word := range strings.SplitSeq(list, ",") {
		if word != "" {
			name, value, _ := strings.Cut(word, "=")
			all = append(all, param{s, name, value, word})
		}
	}
	return all
}

// last is the value that counts of a setting, which may be given more than once.
func (p parsed) last(key string) (Setting, bool) {
	for i := len(p.plain) - 1; i >= 0; i-- {
		if s := p.plain[i]; s.Key == key && !s.Perhaps {
			return s, true
		}
	}
	return Setting{}, false
}

// has reports whether one of these overlays is loaded for certain.
func (p parsed) has(names ...string) bool {
	for _, o := range p.overlays {
		for _, name := range names {
			if o.name == name && !o.Perhaps {
				return true
			}
		}
	}
	return false
}
