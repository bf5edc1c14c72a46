package main

import (
	"bytes"
	"encoding/json"
	"io"
)

// exitNotWritten says that the answer came but could not be written.
const exitNotWritten = 1

func write(w io.Writer, text []byte) error {
	if _, err := w.Write(text); err != nil {
		return failure{exitNotWritten, err}
	}
	return nil
}

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
