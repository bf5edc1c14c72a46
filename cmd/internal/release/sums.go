package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"os"
	"path/filepath"
	"slices"
)

// files are the packages of a folder and what else is published, in order.
func files(folder string, patterns ...string) (names []string, err error) {
	for _, pattern := range patterns {
		found, err := filepath.Glob(filepath.Join(folder, pattern))
		if err != nil {
			return nil, err
		}
		for _, path := range found {
			names = append(names, filepath.Base(path))
		}
	}
	slices.Sort(names)
	if len(names) == 0 {
		return nil, fmt.Errorf("%s: no %v", folder, patterns)
	}
	return names, nil
}

// writeSums writes SHA256SUMS, as sha256sum -c reads it.
func writeSums(folder string) error {
	names, err := files(folder, "*.deb", "*.rpm", "*.tar.gz", "*.json")
	if err != nil {
		return err
	}
	var sums bytes.Buffer
	for _, name := range names {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&sums, "%x  %s\n", sha256.Sum256(text), name)
	}
	return os.WriteFile(filepath.Join(folder, "SHA256SUMS"), sums.Bytes(), 0o644)
}
