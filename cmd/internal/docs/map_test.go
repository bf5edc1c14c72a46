package docs

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// packages are the folders of the module that have Go source. Other modules and
// what tests read are not of it.
func packages(t *testing.T) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	tree := os.DirFS(root)
	err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || name == "." {
			return err
		}
		if !d.IsDir() {
			if path.Ext(name) == ".go" {
				all[path.Dir(name)] = true
			}
			return nil
		}
		_, other := fs.Stat(tree, name+"/go.mod")
		base := path.Base(name)
		if other == nil || base == "testdata" || base == "node_modules" || base == "bin" || strings.HasPrefix(base, ".") {
			return fs.SkipDir
		}
		return nil
	})
	if err != nil || len(all) < 20 {
		t.Fatal(all, err)
	}
	return all
}

func TestTheMapHasALineForEachPackageAndNoOther(t *testing.T) {
	text := read(t, root+"docs/architecture.md")
	lines := map[string]int{}
	for _, m := range regexp.MustCompile("(?m)^\\| `([a-z0-9/]+)` \\|").FindAllStringSubmatch(text, -1) {
		lines[m[1]]++
	}
	there := packages(t)
	for name := range there {
		if lines[name] != 1 {
			t.Errorf("docs/architecture.md: %d lines begin with | `%s` |, want one that says what the package does", lines[name], name)
		}
	}
	for name := range lines {
		if !there[name] {
			t.Errorf("docs/architecture.md has a line for %s, where there is no package", name)
		}
	}
}

func TestEveryTargetOfMakeIsInContributing(t *testing.T) {
	text := read(t, root+"CONTRIBUTING.md")
	targets := map[string]bool{}
	for _, m := range regexp.MustCompile(`(?m)^([a-z0-9-]+):(?:[^=]|$)`).FindAllStringSubmatch(read(t, root+"Makefile"), -1) {
		targets[m[1]] = true
	}
	if len(targets) < 20 {
		t.Fatal(targets)
	}
	for name := range targets {
		if !strings.Contains(text, "`make "+name+"`") {
			t.Errorf("CONTRIBUTING.md does not say what `make %s` is for", name)
		}
	}
	for _, m := range regexp.MustCompile("`make ([a-z0-9-]+)`").FindAllStringSubmatch(text, -1) {
		if !targets[m[1]] {
			t.Errorf("CONTRIBUTING.md names `make %s`, which there is not", m[1])
		}
	}
}

// Files and tests are named in CONTRIBUTING.md as they are: `server/why`, `TestEveryKeyIsRead`.
func TestWhatContributingNamesIsThere(t *testing.T) {
	var tests strings.Builder
	for name := range packages(t) {
		paths, err := filepath.Glob(root + name + "/*_test.go")
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range paths {
			tests.WriteString(read(t, p))
		}
	}
	text := read(t, root+"CONTRIBUTING.md")
	for _, m := range regexp.MustCompile("`((?:cmd|docs|hw|refclock|discipline|server|systemd)/[A-Za-z0-9_./*-]+)`").FindAllStringSubmatch(text, -1) {
		if found, err := filepath.Glob(root + m[1]); err != nil || len(found) == 0 {
			t.Errorf("CONTRIBUTING.md names %s, which is not there", m[1])
		}
	}
	for _, m := range regexp.MustCompile("`(Test[A-Za-z0-9]+)`").FindAllStringSubmatch(text, -1) {
		if !strings.Contains(tests.String(), "func "+m[1]+"(") {
			t.Errorf("CONTRIBUTING.md names %s, which is no test", m[1])
		}
	}
}
