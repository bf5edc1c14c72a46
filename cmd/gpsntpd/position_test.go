package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"

	"gpsntpd/refclock/configure"
)

func TestThePositionIsKeptForNobodyElse(t *testing.T) {
	folder := t.TempDir()
	f := positionIn(folder, zerolog.Nop())
	if f.load().Known() {
		t.Error("known before it was surveyed")
	}
	want := configure.Position{X: 418_050_327, Y: 85_182_480, Z: -472_597_750, Accuracy: 900}
	f.save(want)
	if got := f.load(); got != want {
		t.Errorf("got %+v, want %+v", got, want)
	}
	path := filepath.Join(folder, "position")
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.WriteFile(path, []byte("{\"x_cm\":1}\ncrc32 00000000\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if got := f.load(); got.Known() {
		t.Errorf("torn, and used: %+v", got)
	}
}
