package main

import (
	"bytes"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

func TestTheLicencesOfAllThatIsInTheProgramsAreInTheTree(t *testing.T) {
	// go list reads these, and go test is to see that the result depends on them.
	for _, folder := range []string{"cmd", "hw", "refclock", "discipline", "server", "go.mod", "go.sum"} {
		if err := filepath.WalkDir(filepath.Join("../../..", folder), func(_ string, _ fs.DirEntry, err error) error { return err }); err != nil {
			t.Fatal(err)
		}
	}
	all, err := collect()
	if err != nil {
		t.Fatal(err)
	}
	var want bytes.Buffer
	if err := write(&want, all); err != nil {
		t.Fatal(err)
	}
	got, err := os.ReadFile("../../../docs/licences.txt")
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Equal(got, want.Bytes()) {
		return
	}
	for _, one := range all {
		if !bytes.Contains(got, []byte(strings.Trim(one.text, "\n"))) {
			t.Errorf("%s of %v is missing", one.file, one.of)
		}
	}
	t.Error("docs/licences.txt is not that of what is linked: make licences")
}

func TestTheLicenceOfEachVersionThatIsInThePageIsKept(t *testing.T) {
	lock, err := os.ReadFile("../../../server/web/package.json")
	if err != nil {
		t.Fatal(err)
	}
	built := regexp.MustCompile(`"([a-z]+)": "([0-9.]+)"`).FindAllStringSubmatch(string(lock), -1)
	if len(built) != 2 {
		t.Fatal(built)
	}
	for _, b := range built {
		if b[1] == "esbuild" { // it builds the page, and is not in it
			continue
		}
		if _, err := kept.ReadFile("kept/" + b[1] + "-" + b[2] + ".txt"); err != nil {
			t.Error(err)
		}
	}
}
