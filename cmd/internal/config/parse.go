package config

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"
	"github.com/pelletier/go-toml/v2/unstable"
)

// Parse reads the text of the file called name. The error names all that is
// wrong with it, one line each.
func Parse(name string, text []byte) (Config, error) {
	c := Default()
	if err := newReader(name, keys(&c)).read(text); err != nil {
		return Config{}, err
	}
	return c, nil
}

// newReader returns a reader of the file called name, which may set all of these.
func newReader(name string, all []key) *reader {
	r := &reader{name: name, keys: map[string]key{}}
	for _, k := range all {
		if section, _, in := strings.Cut(k.name, "."); in {
			r.sections = append(r.sections, section)
		}
		r.keys[k.name] = k
		r.names = append(r.names, k.name)
	}
	return r
}

// reader walks a file, statement by statement, so that it knows the line of
// each value: the decoder of the library stops at the first wrong one.
type reader struct {
	name            string
	keys            map[string]key
	sections, names []string
	parser          unstable.Parser
	errs            []error
	secret          bool // what stands in it is said to no one
	over            bool // there are more statements than there can be
}

func (r *reader) read(text []byte) error {
	if r.walk(text); r.enough() {
		return errors.Join(r.errs...)
	}
	var valid map[string]any // syntax and repetitions are the decoder's to judge
	if err := toml.Unmarshal(text, &valid); err != nil {
		line := 1
		if e, ok := errors.AsType[*toml.DecodeError](err); ok {
			line, _ = e.Position()
		}
		reason := strings.Fields(strings.TrimPrefix(err.Error(), "toml: ")) // a key in it may hold an end of line
		return fmt.Errorf("%s:%d: %s", r.name, line, strings.Join(reason, " "))
	}
	return errors.Join(r.errs...)
}

// walk goes through the statements of text, to the first that is none.
func (r *reader) walk(text []byte) {
	r.parser.Reset(text)
	n, prefix, known := 0, "", true
	for !r.enough() && r.parser.NextExpression() {
		if n++; n > mostStatements {
			r.errs = append(r.errs, fmt.Errorf("%s: it has more keys than there are", r.name))
			r.over = true
			return
		}
		switch node := r.parser.Expression(); node.Kind {
		case unstable.Table:
			name, line := r.path(node)
			if known = r.section(line, name); known {
				prefix = name + "."
			}
		case unstable.ArrayTable:
			name, line := r.path(node)
			known = false
			r.fail(line, "section %q: no section may be repeated", name)
		case unstable.KeyValue:
			if known {
				r.assign(prefix, node)
			}
		}
	}
}

// mostMistakes is how many are named, and mostStatements how many there may be: a file with
// more is none of ours, and to name each would take a minute. The decoder, too, takes the
// square of the number of keys.
const (
	mostMistakes   = 30
	mostStatements = 1000
)

// enough reports whether more mistakes are not looked for.
func (r *reader) enough() bool { return r.over || len(r.errs) > mostMistakes }

// section reports whether a section exists.
func (r *reader) section(line int, name string) bool {
	if slices.Contains(r.sections, name) {
		return true
	}
	r.fail(line, "section %q: no such section%s", name, suggestion(name, r.sections))
	return false
}

// assign sets what node, a key and its value, says.
func (r *reader) assign(prefix string, node *unstable.Node) {
	name, line := r.path(node)
	name = prefix + name
	if node.Value().Kind == unstable.InlineTable {
		if !r.section(line, name) {
			return
		}
		for i := node.Value().Children(); !r.enough() && i.Next(); {
			r.assign(name+".", i.Node())
		}
		return
	}
	k, ok := r.keys[name]
	if !ok {
		r.fail(line, "key %q: no such key%s", name, suggestion(name, r.names))
		return
	}
	if w := words(node.Value()); !k.set(w) {
		if r.secret {
			r.fail(line, "key %q: want %s", name, k.want)
			return
		}
		r.fail(line, "key %q: want %s; got %q", name, k.want, strings.Join(w, ", "))
	}
}

func (r *reader) fail(line int, format string, args ...any) {
	if len(r.errs) == mostMistakes {
		format, args = "and more is wrong from here on", nil
	}
	r.errs = append(r.errs, fmt.Errorf("%s:%d: %s", r.name, line, fmt.Sprintf(format, args...)))
}

// path returns the dotted key of node and its line.
func (r *reader) path(node *unstable.Node) (name string, line int) {
	var parts []string
	for i := node.Key(); i.Next(); {
		parts = append(parts, string(i.Node().Data))
		line = r.parser.Shape(i.Node().Raw).Start.Line
	}
	return strings.Join(parts, "."), line
}

// words returns the value of node, or the values in it.
func words(node *unstable.Node) []string {
	if node.Kind != unstable.Array {
		return []string{string(node.Data)}
	}
	var all []string
	for i := node.Children(); i.Next(); {
		all = append(all, string(i.Node().Data)) // nothing, if it has parts itself
	}
	return all
}
