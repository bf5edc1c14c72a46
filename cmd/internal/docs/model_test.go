package docs

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// model holds what the sources of the clock's model name: every identifier, and the
// constants that are plain numbers.
type model struct {
	names   map[string]bool
	numbers map[string]float64
}

func readModel(t *testing.T) model {
	t.Helper()
	m := model{map[string]bool{}, map[string]float64{}}
	for _, folder := range []string{"discipline", "discipline/filter", "cmd/internal/simulation"} {
		files, err := filepath.Glob(root + folder + "/*.go")
		if err != nil || len(files) == 0 {
			t.Fatal(folder, err)
		}
		for _, path := range files {
			if !strings.HasSuffix(path, "_test.go") {
				m.add(t, path, folder != "cmd/internal/simulation")
			}
		}
	}
	return m
}

func (m model) add(t *testing.T, path string, constants bool) {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	m.names[file.Name.Name] = true
	ast.Inspect(file, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.Ident:
			m.names[n.Name] = true
		case *ast.ValueSpec:
			for i, v := range n.Values {
				if l, ok := v.(*ast.BasicLit); ok && constants {
					if x, err := strconv.ParseFloat(l.Value, 64); err == nil {
						m.numbers[n.Names[i].Name] = x
					}
				}
			}
		}
		return true
	})
}

func TestTheClocksModelNamesWhatTheCodeNames(t *testing.T) {
	code, text := readModel(t), read(t, root+"docs/clock-model.md")
	seen := 0
	for _, m := range regexp.MustCompile("`([A-Za-z][A-Za-z0-9.]*)`").FindAllStringSubmatch(text, -1) {
		seen++
		for name := range strings.SplitSeq(m[1], ".") {
			if !code.names[name] {
				t.Errorf("docs/clock-model.md: `%s`, which nothing in the code is called", m[1])
			}
		}
	}
	if seen < 200 {
		t.Errorf("only %d names found", seen)
	}
}

func TestTheClocksModelHasTheConstantsOfTheCode(t *testing.T) {
	code, text := readModel(t), read(t, root+"docs/clock-model.md")
	_, table, _ := strings.Cut(text, "## 13. Constants")
	compared := 0
	for _, row := range regexp.MustCompile("(?m)^\\| (`[^|]*) \\| ([^|]*) \\|").FindAllStringSubmatch(table, -1) {
		names, values := strings.Split(row[1], ", "), strings.Split(row[2], ", ")
		if len(names) != len(values) {
			continue // one name for several numbers
		}
		for i, name := range names {
			want, ok := code.numbers[strings.Trim(name, "`")]
			got, err := strconv.ParseFloat(values[i], 64)
			if !ok || err != nil {
				continue
			}
			if compared++; got != want {
				t.Errorf("docs/clock-model.md: %s is %g, in the code %g", name, got, want)
			}
		}
	}
	if compared < 70 {
		t.Errorf("only %d constants compared", compared)
	}
}
