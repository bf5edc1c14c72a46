package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rs/zerolog"

	"gpsntpd/cmd/gpsntpd/loop"
)

var learnt = loop.Kept{FrequencyPPM: -11.776946, LatencySeconds: 0.12, Date: time.Date(2026, 11, 22, 8, 0, 0, 0, time.UTC)}

// keeper is a state file in a folder of its own, and what it logs.
func keeper(t *testing.T) (stateFile, *bytes.Buffer) {
	var logged bytes.Buffer
	return stateIn(t.TempDir()+":/elsewhere", zerolog.New(&logged)), &logged
}

func TestWhatWasKeptComesBack(t *testing.T) {
	f, logged := keeper(t)
	if got := f.load(); got != (loop.Kept{}) || logged.Len() != 0 {
		t.Errorf("without a file: %+v, %s", got, logged)
	}
	f.save(learnt)
	f.save(loop.Kept{}) // nothing learnt does not replace what was
	if got := f.load(); got != learnt || logged.Len() != 0 {
		t.Errorf("got %+v, %s", got, logged)
	}
}

func TestATornOrForeignFileIsRefusedWithAReason(t *testing.T) {
	f, logged := keeper(t)
	f.save(learnt)
	whole, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	impossible := `{"frequency_ppm":5000}`
	for _, text := range []string{
		"", "{}", string(whole[:20]), string(whole[:len(whole)-1]), strings.Replace(string(whole), "11.7", "12.7", 1),
		string(whole) + "x", impossible + "\n" + checksum([]byte(impossible)), "nonsense\n" + checksum([]byte("nonsense")),
	} {
		logged.Reset()
		if err := os.WriteFile(f.path, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
		if got := f.load(); got != (loop.Kept{}) || !strings.Contains(logged.String(), "starting cold") {
			t.Errorf("%q: %+v, %s", text, got, logged)
		}
	}
}

func TestAFolderThatCannotBeWrittenIsLoggedAndNoMore(t *testing.T) {
	f, logged := keeper(t)
	f.path = filepath.Join(f.path, "not", "there")
	f.save(learnt)
	if !strings.Contains(logged.String(), "state not saved") {
		t.Errorf("logged %q", logged)
	}
}

func TestWithoutAFolderNothingIsKept(t *testing.T) {
	f := stateIn("", zerolog.Nop())
	f.save(learnt)
	if got := f.load(); got != (loop.Kept{}) {
		t.Errorf("got %+v", got)
	}
}
