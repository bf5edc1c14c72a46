package config

import "strings"

// suggestion names the candidate that is most like name, if one is.
func suggestion(name string, candidates []string) string {
	best, least := "", 1+max(2, len(name)/3) // more edits than that make another word
	for _, c := range candidates {
		if d := edits(name, c); d < least {
			best, least = c, d
		}
		if strings.HasSuffix(c, "."+name) { // only the section is missing
			best, least = c, 0
		}
	}
	if best == "" {
		return ""
	}
	return "; did you mean \"" + best + "\"?"
}

// edits counts the insertions, deletions and replacements that make a into b
// (Levenshtein's distance).
func edits(a, b string) int {
	row := make([]int, len(b)+1) // edits from the part of a so far to each beginning of b
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			replaced := diagonal
			if a[i] != b[j] {
				replaced++
			}
			diagonal = row[j+1]
			row[j+1] = min(replaced, row[j+1]+1, row[j]+1)
		}
	}
	return row[len(b)]
}
