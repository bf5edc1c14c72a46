package main

import (
	"bytes"
	"encoding/json"
	"io"
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
