package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/format"
	"path"
	"regexp"
	"slices"
	"strings"
)

// Greatest lengths, in lines. Longer things do more than one thing.
const (
	maxFile     = 500
	maxFunction = 60
)

// formatting finds files that gofmt would change.
func formatting(t *tree) (found []finding) {
	for _, s := range t.sources {
		if formatted, err := format.Source(s.text); err != nil || !bytes.Equal(formatted, s.text) {
			found = append(found, finding{s.path, 1, "gofmt would change this file"})
		}
	}
	return found
}

// length finds files and functions that are too long. A table of cases may be
// long, so functions in tests are not counted.
func length(t *tree) (found []finding) {
	for _, s := range t.sources {
		if n := bytes.Count(s.text, []byte("\n")); n > maxFile {
			found = append(found, finding{s.path, maxFile + 1, fmt.Sprintf("the file has %d lines, more than %d", n, maxFile)})
		}
		for _, decl := range s.file.Decls {
			f, ok := decl.(*ast.FuncDecl)
			if !ok || s.test() {
				continue
			}
			if n := t.set.Position(f.End()).Line - t.set.Position(f.Pos()).Line + 1; n > maxFunction {
				found = append(found, t.at(f, "%s has %d lines, more than %d", f.Name.Name, n, maxFunction))
			}
		}
	}
	return found
}

// folders are all that may stand at the top.
var folders = []string{"cmd", "refclock", "discipline", "server", "hw", "systemd", "docs"}

// layout finds files outside the folders of the data path, and source beside
// them.
func layout(t *tree) (found []finding) {
	for _, name := range t.paths {
		top, _, below := strings.Cut(name, "/")
		switch {
		case !below && path.Ext(name) == ".go":
			found = append(found, finding{name, 1, "source at the top belongs into a folder"})
		case below && !slices.Contains(folders, top):
			found = append(found, finding{name, 1, "no such folder at the top: " + strings.Join(folders, ", ")})
		}
	}
	return found
}

// vague is a word that says nothing of what it names.
var vague = regexp.MustCompile(`^(data|info|manager|handler|utils?|helpers?|common|base)$`)

// word is a part of a name: nextEdge, NTPServer and next_edge have two each.
var word = regexp.MustCompile(`[A-Z]+[a-z0-9]*|[a-z0-9]+`)

// naming finds packages, files and declarations with vague names.
func naming(t *tree) (found []finding) {
	for _, s := range t.sources {
		check := func(n ast.Node, name string) {
			for _, w := range word.FindAllString(name, -1) {
				if vague.MatchString(strings.ToLower(w)) {
					found = append(found, t.at(n, "%s is named vaguely: %s", name, w))
				}
			}
		}
		check(s.file.Name, s.file.Name.Name)
		check(s.file, strings.TrimSuffix(path.Base(s.path), ".go"))
		for _, decl := range s.file.Decls {
			for _, name := range declared(decl) {
				check(name, name.Name)
			}
		}
	}
	return found
}

// declared returns the names that a declaration gives to types, functions,
// variables and constants of the package.
func declared(decl ast.Decl) (names []*ast.Ident) {
	switch d := decl.(type) {
	case *ast.FuncDecl:
		return []*ast.Ident{d.Name}
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				names = append(names, s.Name)
			case *ast.ValueSpec:
				names = append(names, s.Names...)
			}
		}
	}
	return names
}

// honesty finds tests that wait for the wall clock or skip what they should
// show.
func honesty(t *tree) (found []finding) {
	for _, s := range t.sources {
		if !s.test() {
			continue
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if from, name := t.from(n); from == "time" && name == "Sleep" {
				found = append(found, t.at(n, "a test sleeps"))
			}
			if call, ok := n.(*ast.SelectorExpr); ok && slices.Contains([]string{"Skip", "Skipf", "SkipNow"}, call.Sel.Name) {
				if x, ok := call.X.(*ast.Ident); ok && slices.Contains([]string{"t", "tb", "b", "f"}, x.Name) {
					found = append(found, t.at(n, "a test is skipped"))
				}
			}
			return true
		})
	}
	return found
}
