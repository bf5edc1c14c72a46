package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/server/control"
)

func TestNTSShowReadsLikeItsGoldenFileIn80ColumnsAndIsTheDaemonsLineInJSON(t *testing.T) {
	files, err := filepath.Glob("testdata/nts/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		line, err := os.ReadFile(file)
		var d known
		if err := errors.Join(err, json.Unmarshal(line, &d.exchange)); err != nil {
			t.Fatal(err)
		}
		want := 0
		if d.exchange.State != "ok" {
			want = exitNoKeys
		}
		socket := serve(t, d)
		got, err := verb(socket, "nts", "show", "--json")
		if got != string(line) || exitStatus(err) != want {
			t.Errorf("%s: %s, %v", file, got, err)
		}
		got, err = verb(socket, "nts", "show")
		if exitStatus(err) != want {
			t.Errorf("%s: exit status %d, want %d", file, exitStatus(err), want)
		}
		golden(t, strings.TrimSuffix(file, ".json")+".golden", got)
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(line) - 1; n > screen.Columns {
				t.Errorf("%s: %d columns: %s", file, n, line)
			}
		}
	}
}

// exitStatus is the exit status that err leads to.
func exitStatus(err error) int {
	f, _ := errors.AsType[failure](err)
	return f.status
}

func TestEveryStateOfNTSIsExplained(t *testing.T) {
	for _, word := range []string{"no_certificate", "no_date", "expired", "ok"} {
		if ntsMeaning(&control.NTS{State: word}, time.Time{}, screen.Style{}) == "" {
			t.Error(word)
		}
	}
}
