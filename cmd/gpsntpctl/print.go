package main

import (
	"bytes"
	"encoding/json"
	"io"
	"strings"
)

// writeLines writes a line of JSON for each of all.
func writeLines[T any](w io.Writer, all []T) error {
	var b bytes.Buffer
	lines := json.NewEncoder(&b)
	lines.SetEscapeHTML(false)
	for _, line := range all {
		if err := lines.Encode(line); err != nil {
			return err
		}
	}
	return write(w, b.Bytes())
}

// beside puts two columns of lines beside each other, the right one after so
// many characters and a space.
func beside(left, right []string, width int) string {
	var b strings.Builder
	for i := range max(len(left), len(right)) {
		line := ""
		if i < len(left) {
			line = left[i]
		}
		if i < len(right) {
			line += strings.Repeat(" ", max(width-wide(line), 0)) + " " + right[i]
		}
		b.WriteString(strings.TrimRight(line, " ") + "\n")
	}
	return b.String()
}
