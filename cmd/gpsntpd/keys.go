package main

import (
	"fmt"
	"os"

	"gpsntpd/server/ntp"
)

// symmetricKeys reads the file at path; no path is no keys.
func symmetricKeys(path string) (ntp.Keys, error) {
	if path == "" {
		return nil, nil
	}
	text, err := os.ReadFile(path)
	if err != nil {
		return nil, errConfig{err}
	}
	keys, err := ntp.ParseKeys(string(text))
	if err != nil {
		return nil, errConfig{fmt.Errorf("%s: %w", path, err)}
	}
	return keys, nil
}
