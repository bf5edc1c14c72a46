package rules

import (
	"regexp"
	"strings"
)

// Words that are not used, because the field, or the language of today, has another one.
var (
	// insteadOf says by which word a part of a name is replaced.
	insteadOf = map[string]string{
		"patience": "timeout, or what it is", "lean": "bias", "swerve": "driftWander", "swerves": "driftModels",
		"surroundings": "host watch", "lately": "recent", "feel": "update",
	}

	// outdated finds a turn in a comment, and outdatedFor has what is written instead.
	outdated    = regexp.MustCompile(`(?i)\b(tells whether|likewise|nobody|somebody)\b`)
	outdatedFor = map[string]string{"tells whether": "reports whether", "likewise": "the same, or also", "nobody": "no one", "somebody": "someone"}
)

// wording finds words of a vocabulary that only this project would have, in names and in
// comments.
func wording(t *tree) (found []finding) {
	for _, s := range t.sources {
		for _, decl := range s.file.Decls {
			for _, name := range declared(decl) {
				for _, w := range word.FindAllString(name.Name, -1) {
					if better, ok := insteadOf[strings.ToLower(w)]; ok {
						found = append(found, t.at(name, "%s: say %s", name.Name, better))
					}
				}
			}
		}
		for _, group := range s.file.Comments {
			for _, c := range group.List {
				if w := outdated.FindString(c.Text); w != "" {
					found = append(found, t.at(c, "%q: say %s", w, outdatedFor[strings.ToLower(w)]))
				}
			}
		}
	}
	return found
}
