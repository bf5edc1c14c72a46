package config

import (
	"fmt"
	"strings"
)

// Set gives the key called name another value than the file did, as a flag may.
func (c *Config) Set(name string, words ...string) error {
	for _, k := range keys(c) {
		if k.name == name && !k.set(words) {
			return fmt.Errorf("%s: want %s; got %q", name, k.want, strings.Join(words, ", "))
		}
	}
	return nil
}

// Changes lists the keys whose values differ.
func Changes(before, after Config) []string {
	var names []string
	old := keys(&before)
	for i, k := range keys(&after) {
		if k.text() != old[i].text() {
			names = append(names, k.name)
		}
	}
	return names
}
