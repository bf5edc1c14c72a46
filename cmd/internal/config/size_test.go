package config

import "testing"

func TestASizeHasItsUnit(t *testing.T) {
	for word, want := range map[string]int{
		"0": 0, "4MB": 4e6, "4 MB": 4e6, "2MiB": 2 << 20, "8192KiB": 8 << 20, "2500kB": 2.5e6, "3000000B": 3e6,
		"4": -1, "MB": -1, "-4MB": -1, "1.5MB": -1, "4GB": -1, "4mb": -1, "": -1, "99999999MB": -1,
	} {
		n, ok := parseSize(word)
		if ok != (want >= 0) || ok && n != want {
			t.Errorf("%q: %d, %v", word, n, ok)
		}
		if again, ok := parseSize(bytes(n)); want >= 0 && (!ok || again != want) {
			t.Errorf("%q is written as %q", word, bytes(n))
		}
	}
}
