package main

import (
	"fmt"

	"gpsntpd/server/ntp"
	"gpsntpd/server/regular"
)

// symmetricKeys reads the file at path; no path is no keys.
func symmetricKeys(path string) (ntp.Keys, error) {
	if path == "" {
		return nil, nil
	}
	text, err := regular.Read(path, regular.Most)
	if err != nil {
		return nil, errConfig{err}
	}
	keys, err := ntp.ParseKeys(string(text))
	if err != nil {
		return nil, errConfig{fmt.Errorf("%s: %w", path, err)}
	}
	return keys, nil
}
