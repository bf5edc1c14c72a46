package serial

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestEachDeviceIsACandidateOnceInTheOrderOfTheOperator(t *testing.T) {
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	for _, name := range []string{"ttyAMA0", "ttyUSB0", "ttyUSB1"} {
		if err := os.WriteFile(in(name), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Symlink("ttyAMA0", in("serial0")); err != nil {
		t.Fatal(err)
	}
	patterns := []string{in("serial0"), in("ttyAMA0"), in("ttyS0"), in("ttyUSB*"), in("ttyACM*"), in("[")}
	for current, want := range map[string][]string{
		"":            {"serial0", "ttyS0", "ttyUSB0", "ttyUSB1", "ttyACM*", "["},
		in("ttyAMA0"): {"ttyS0", "ttyUSB0", "ttyUSB1", "ttyACM*", "["},
		in("ttyUSB0"): {"ttyUSB1", "ttyACM*", "[", "serial0", "ttyS0"},
		in("gone"):    {"serial0", "ttyS0", "ttyUSB0", "ttyUSB1", "ttyACM*", "["},
	} {
		var got []string
		for _, c := range candidates(patterns, current) {
			got = append(got, filepath.Base(c.path))
		}
		if !slices.Equal(got, want) {
			t.Errorf("after %q: %v, want %v", current, got, want)
		}
	}
}

func TestALinkThatNowLeadsElsewhereIsAnotherDevice(t *testing.T) {
	folder := t.TempDir()
	link, device := filepath.Join(folder, "gps"), ""
	for _, name := range []string{"ttyUSB0", "ttyUSB1"} {
		os.Remove(link)
		os.WriteFile(filepath.Join(folder, name), nil, 0o600)
		if err := os.Symlink(name, link); err != nil {
			t.Fatal(err)
		}
		c := candidates([]string{link}, device)
		if len(c) != 1 || c[0].path != link || filepath.Base(c[0].device) != name {
			t.Fatalf("candidates are %v, want the link to %s", c, name)
		}
		device = c[0].device
	}
}
