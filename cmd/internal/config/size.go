package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// unit is one of memory.
type unit struct {
	name  string
	bytes int
}

// memory lists the units, the greatest first.
func memory() []unit {
	return []unit{{"MiB", 1 << 20}, {"KiB", 1 << 10}, {"MB", 1e6}, {"kB", 1e3}, {"B", 1}}
}

// size is a number of bytes, or 0.
func size(p *int, least, most int) value {
	return one(
		fmt.Sprintf("0 or a size from %s to %s", bytes(least), bytes(most)),
		func(word string) bool {
			n, ok := parseSize(word)
			if !ok || n != 0 && (n < least || n > most) {
				return false
			}
			*p = n
			return true
		},
		func() string { return strconv.Quote(bytes(*p)) },
	)
}

func parseSize(word string) (n int, ok bool) {
	if word == "0" {
		return 0, true
	}
	for _, u := range memory() {
		if rest, ok := strings.CutSuffix(word, u.name); ok {
			n, err := strconv.ParseUint(strings.TrimSpace(rest), 10, 31)
			return int(n) * u.bytes, err == nil && int64(n)*int64(u.bytes) < 1<<31
		}
	}
	return 0, false
}

// bytes writes n in the greatest unit that has no rest.
func bytes(n int) string {
	if n == 0 {
		return "0"
	}
	all := memory()
	slices.SortStableFunc(all, func(a, b unit) int { return b.bytes - a.bytes })
	for _, u := range all {
		if n%u.bytes == 0 {
			return strconv.Itoa(n/u.bytes) + u.name
		}
	}
	return strconv.Itoa(n)
}
