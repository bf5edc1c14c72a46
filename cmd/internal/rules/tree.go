// Package rules holds the program to its own rules: which package may import
// which, what may stand in packages that only compute, and how long things may
// be. Each rule is a function over the source and names file and line; the
// tests apply them to this module.
package rules

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"path"
	"slices"
	"strings"
)

// module is the path of the module.
const module = "gpsntpd"

// tree is the Go source of the module.
type tree struct {
	set     *token.FileSet
	paths   []string // of all files
	sources []*source
	uses    map[*ast.Ident]types.Object // what names refer to, as far as the source of their package tells
}

// source is one Go file.
type source struct {
	path string // from the module's root
	text []byte
	file *ast.File
}

// test reports whether s is compiled for tests alone.
func (s *source) test() bool { return strings.HasSuffix(s.path, "_test.go") }

// folder is where s lies: "hw/pps".
func (s *source) folder() string { return path.Dir(s.path) }

// finding is a place where a rule is broken.
type finding struct {
	path string
	line int
	text string
}

func (f finding) String() string { return fmt.Sprintf("%s:%d: %s", f.path, f.line, f.text) }

// at makes a finding at a node of the tree.
func (t *tree) at(n ast.Node, format string, args ...any) finding {
	p := t.set.Position(n.Pos())
	return finding{p.Filename, p.Line, fmt.Sprintf(format, args...)}
}

// read reads the module at root.
func read(root fs.FS) (*tree, error) {
	t := &tree{set: token.NewFileSet(), uses: map[*ast.Ident]types.Object{}}
	err := fs.WalkDir(root, ".", func(name string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case d.IsDir():
			return enter(root, name)
		}
		t.paths = append(t.paths, name)
		if path.Ext(name) != ".go" {
			return nil
		}
		text, err := fs.ReadFile(root, name)
		if err != nil {
			return err
		}
		file, err := parser.ParseFile(t.set, name, text, parser.ParseComments|parser.SkipObjectResolution)
		t.sources = append(t.sources, &source{name, text, file})
		return err
	})
	t.resolve()
	return t, err
}

// enter skips what is not the module's source: what was built, what belongs to
// other tools, other modules, and what tests read.
func enter(root fs.FS, name string) error {
	if name == "." {
		return nil
	}
	_, err := fs.Stat(root, name+"/go.mod")
	if built := name == "bin" || name == "dist"; built || err == nil ||
		strings.HasPrefix(path.Base(name), ".") || path.Base(name) == "testdata" || path.Base(name) == "node_modules" {
		return fs.SkipDir
	}
	return nil
}

// resolve finds out what the names in each package refer to. Imported packages
// stay empty: that a name comes from them is all that the rules need.
func (t *tree) resolve() {
	packages := map[string][]*ast.File{}
	for _, s := range t.sources {
		key := s.folder() + " " + s.file.Name.Name
		packages[key] = append(packages[key], s.file)
	}
	config := types.Config{
		Importer: empty{},
		Error:    func(error) {}, // what empty packages lack
	}
	info := types.Info{Uses: t.uses}
	for _, key := range slices.Sorted(maps.Keys(packages)) {
		config.Check(key, t.set, packages[key], &info)
	}
}

// empty imports packages without anything in them.
type empty struct{}

// Import returns the package at importPath.
func (empty) Import(importPath string) (*types.Package, error) {
	name := path.Base(importPath)
	if len(name) > 1 && name[0] == 'v' && name[1] >= '0' && name[1] <= '9' { // module/v2
		name = path.Base(path.Dir(importPath))
	}
	p := types.NewPackage(importPath, strings.TrimPrefix(name, "go-"))
	p.MarkComplete()
	return p, nil
}

// from returns the import path and the name when n is pkg.Name.
func (t *tree) from(n ast.Node) (importPath, name string) {
	if s, ok := n.(*ast.SelectorExpr); ok {
		if x, ok := s.X.(*ast.Ident); ok {
			if p, ok := t.uses[x].(*types.PkgName); ok {
				return p.Imported().Path(), s.Sel.Name
			}
		}
	}
	return "", ""
}
