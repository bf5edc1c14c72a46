package main

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"gpsntpd/cmd/gpsntpctl/screen"
)

func TestLeapReadsLikeItsGoldenFileIn80ColumnsAndIsTheDaemonsLineInJSON(t *testing.T) {
	files, err := filepath.Glob("testdata/leap/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		line, err := os.ReadFile(file)
		var d known
		if err := errors.Join(err, json.Unmarshal(line, &d.leap)); err != nil {
			t.Fatal(err)
		}
		socket := serve(t, d)
		if got, err := verb(socket, "leap", "--json"); got != string(line) || err != nil {
			t.Errorf("%s: %s, %v", file, got, err)
		}
		got, err := verb(socket, "leap")
		if err != nil {
			t.Fatal(err)
		}
		golden(t, strings.TrimSuffix(file, ".json")+".golden", got)
		for line := range strings.Lines(got) {
			if n := utf8.RuneCountInString(line) - 1; n > screen.Columns {
				t.Errorf("%s: %d columns: %s", file, n, line)
			}
		}
	}
}
