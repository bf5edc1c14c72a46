package rules

import (
	"slices"
	"strconv"
	"strings"
)

// order is the way that time takes: a folder imports those to its left.
var order = []string{"hw", "refclock", "discipline", "server", "cmd"}

// direction finds imports against the data path, and imports of another
// folder's insides: between folders only root packages are imported, but by cmd,
// which wires everything. Tests may import the simulated machine.
func direction(t *tree) (found []finding) {
	for _, s := range t.sources {
		from, _, _ := strings.Cut(s.path, "/")
		for _, spec := range s.file.Imports {
			name, _ := strconv.Unquote(spec.Path.Value)
			to, ours := strings.CutPrefix(name, module+"/")
			if !ours || s.test() && to == "hw/sim" {
				continue
			}
			top, _, leaf := strings.Cut(to, "/")
			inside := from == "discipline" && s.folder() != from
			switch {
			case inside:
				found = append(found, t.at(spec, "%s is mathematics and imports nothing of ours, not %s", s.folder(), to))
			case from == top:
			case slices.Index(order, from) < slices.Index(order, top):
				found = append(found, t.at(spec, "%s imports %s, against the direction %s", s.folder(), to, strings.Join(order, " → ")))
			case leaf && from != "cmd":
				found = append(found, t.at(spec, "%s imports %s, the inside of another folder", s.folder(), to))
			}
		}
	}
	return found
}
