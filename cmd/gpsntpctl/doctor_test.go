package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gpsntpd/cmd/internal/doctor"
)

// grow makes the machine that a file of testdata/doctor describes: "like: NAME" begins
// with that one; then files, "-> " before what a link leads to, "=> " before what it leads
// to below the root; "(gone)" takes a file away.
func grow(t *testing.T, root, path string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, _ := strings.Cut("\n"+string(text), "\n-- ")
	if like, ok := strings.CutPrefix(strings.TrimSpace(head), "like: "); ok {
		grow(t, root, filepath.Join(filepath.Dir(path), like+".txt"))
	}
	for file := range strings.SplitSeq(rest, "\n-- ") {
		name, content, ok := strings.Cut(file+"\n", " --\n")
		if !ok {
			t.Fatalf("%s: no file: %q", path, file)
		}
		put(t, filepath.Join(root, name), root, strings.TrimSuffix(content, "\n"))
	}
}

func put(t *testing.T, path, root, content string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(path); err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	link, isLink := strings.CutPrefix(content, "-> ")
	inside, isInside := strings.CutPrefix(content, "=> ")
	err := error(nil)
	switch {
	case isLink:
		err = os.Symlink(strings.TrimSpace(link), path)
	case isInside:
		err = os.Symlink(filepath.Join(root, strings.TrimSpace(inside)), path)
	case strings.TrimSpace(content) == "(gone)":
		for folder := filepath.Dir(path); folder != root && os.Remove(folder) == nil; { // those that are empty
			folder = filepath.Dir(folder)
		}
	default:
		if strings.Contains(path, "/cmdline") || strings.Contains(path, "/compatible") {
			content = strings.ReplaceAll(content, "\n", "\x00")
		}
		err = os.WriteFile(path, []byte(content), 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func TestDoctorFindsWhatIsWrongWithEachMachine(t *testing.T) {
	trees, err := filepath.Glob("testdata/doctor/*.txt")
	if err != nil || len(trees) < 15 {
		t.Fatal(trees, err)
	}
	for _, path := range trees {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txt"), func(t *testing.T) {
			root := t.TempDir()
			grow(t, root, path)
			screen, err := verb("", "doctor", "--root", root, "--lang", "en")
			status := 0
			if f := (failure{}); errors.As(err, &f) {
				status = f.status
			} else if err != nil {
				t.Fatal(err)
			}
			all, _ := verb("", "doctor", "--root", root, "--lang", "zh", "-v")
			codes := summary(doctor.Examine(t.Context(), questionFor(t.Context(), new(flags), root, "en")))
			narrow(t, path, screen)
			if strings.ContainsAny(screen+all, "{}") {
				t.Errorf("a name is not filled in: %s%s", screen, all)
			}
			golden(t, strings.TrimSuffix(path, ".txt")+".golden", fmt.Sprintf("%s\n%sexit status %d\n", screen, codes, status))
		})
	}
}

// summary is a line for each finding.
func summary(found []doctor.Finding) string {
	var b strings.Builder
	for _, d := range found {
		line := string(d.Severity) + " " + string(d.Code)
		if d.Subject != "" {
			line += " " + d.Subject
		}
		if d.Because != "" {
			line += " because " + string(d.Because)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}
