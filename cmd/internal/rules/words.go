package rules

import "strings"

// insteadOf are words that are not used, because the field has another one, which is said
// instead.
var insteadOf = map[string]string{
	"patience": "timeout, or what it is", "lean": "bias", "swerve": "driftWander", "swerves": "driftModels",
	"surroundings": "host watch", "lately": "recent", "feel": "update",
}

// wording finds words of a vocabulary that only this project would have, in names.
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
	}
	return found
}
