package screen

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// speaking are what takes a text, and says it in the language of the screen: by which of
// its arguments those are.
var speaking = map[string][]int{
	"Say": {0}, "Row": {0}, "Mark": {0}, "Section": {0}, "Title": {0}, "Stale": {0}, "Count": {1, 2},
	"said": {0}, "happened": {0}, "limit": {1}, "briefRow": {1}, "countedTable": {1}, "expiryRow": {1},
}

// tables are variables whose values are texts.
var tables = []string{"leapWords", "leapStatus", "leapStateWords", "leapKinds", "fastPathWords", "stampWords", "latencyNotes", "phaseTexts", "stateTexts"}

// allSaid are all texts of the screens, as they stand in the verbs and in this package.
func allSaid(t *testing.T) []string {
	t.Helper()
	all := map[string]bool{}
	add := func(e ast.Expr) {
		if literal, ok := e.(*ast.BasicLit); ok && literal.Kind == token.STRING {
			if text, err := strconv.Unquote(literal.Value); err == nil && text != "" {
				all[text] = true
			}
		}
	}
	var values func(ast.Expr)
	values = func(e ast.Expr) {
		switch e := e.(type) {
		case *ast.CompositeLit:
			for _, x := range e.Elts {
				values(x)
			}
		case *ast.KeyValueExpr:
			values(e.Value)
		default:
			add(e)
		}
	}
	ours := func(f fs.FileInfo) bool { return !strings.HasSuffix(f.Name(), "_test.go") }
	for folder, name := range map[string]string{"..": "main", ".": "screen"} {
		packages, err := parser.ParseDir(token.NewFileSet(), folder, ours, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(packages[name], func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.CallExpr:
				called := ""
				switch f := n.Fun.(type) {
				case *ast.SelectorExpr:
					called = f.Sel.Name
				case *ast.Ident:
					called = f.Name
				}
				places := speaking[called]
				if len(places) == 0 || len(n.Args) <= slices.Max(places) {
					break
				}
				for _, i := range places {
					add(n.Args[i])
				}
			case *ast.AssignStmt:
				for i, to := range n.Lhs {
					if x, ok := to.(*ast.Ident); ok && x.Name == "form" && i < len(n.Rhs) {
						add(n.Rhs[i])
					}
				}
			case *ast.ValueSpec:
				for i, to := range n.Names {
					if i < len(n.Values) && (slices.Contains(tables, to.Name) || to.Name == "Privacy") {
						values(n.Values[i])
					}
				}
			}
			return true
		})
	}
	var texts []string
	for text := range all {
		texts = append(texts, text)
	}
	slices.Sort(texts)
	return texts
}

func TestEverythingThatAScreenSaysIsThereInChinese(t *testing.T) {
	texts := allSaid(t)
	if len(texts) < 200 {
		t.Fatalf("only %d texts were found", len(texts))
	}
	for _, text := range texts {
		if chinese[text] == "" {
			t.Errorf("%q", text)
		}
	}
}

func TestAFormInChineseTakesTheSameValues(t *testing.T) {
	verbs := regexp.MustCompile(`%[-+ 0-9.*]*(\[\d+\])?[a-z]`)
	letter := func(s string) string { return s[len(s)-1:] }
	for english, other := range chinese {
		a, b := verbs.FindAllString(english, -1), verbs.FindAllString(other, -1)
		if len(a) != len(b) {
			t.Errorf("%q: %q", english, other)
			continue
		}
		if !strings.Contains(other, "[") {
			for i := range a {
				if letter(a[i]) != letter(b[i]) || strings.Count(a[i], "*") != strings.Count(b[i], "*") {
					t.Errorf("%q: %q", english, other)
				}
			}
		}
	}
}
