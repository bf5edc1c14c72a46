package rules

import (
	"go/ast"
	"go/token"
	"regexp"
	"strconv"
	"strings"
)

// isStill reports whether the package in a folder decides and computes, and does
// nothing else.
func isStill(folder string) bool {
	top, _, _ := strings.Cut(folder, "/")
	switch folder {
	case "server/ntp", "server/nts", "server/why", "server/alarm", "server/human":
		return true
	}
	return top == "refclock" || top == "discipline"
}

// What still packages do without: anything with a file descriptor, a log, the
// time of day, or chance of its own.
var (
	restless = regexp.MustCompile(`^(os|os/.*|io/fs|io/ioutil|net|net/(http|textproto|rpc|mail|smtp).*|log|log/.*|syscall|math/rand.*|crypto/rand|` +
		`github.com/rs/zerolog.*|golang.org/x/sys/.*|golang.org/x/net.*)$`)
	ticking = regexp.MustCompile(`^(Now|Since|Until|Sleep|After|AfterFunc|Tick|NewTimer|NewTicker)$`)
)

// stillness finds what does more than compute in packages that should not.
func stillness(t *tree) (found []finding) {
	for _, s := range t.sources {
		if !isStill(s.folder()) || s.test() {
			continue
		}
		for _, spec := range s.file.Imports {
			if name, _ := strconv.Unquote(spec.Path.Value); restless.MatchString(name) {
				found = append(found, t.at(spec, "a still package imports %s", name))
			}
		}
		ast.Inspect(s.file, func(n ast.Node) bool {
			if _, ok := n.(*ast.GoStmt); ok {
				found = append(found, t.at(n, "a still package starts a goroutine"))
			}
			if from, name := t.from(n); from == "time" && ticking.MatchString(name) {
				found = append(found, t.at(n, "a still package calls time.%s", name))
			}
			return true
		})
		found = append(found, t.state(s)...)
	}
	return found
}

// state finds package-level variables that are neither errors nor tables.
func (t *tree) state(s *source) (found []finding) {
	for _, decl := range s.file.Decls {
		g, ok := decl.(*ast.GenDecl)
		if !ok || g.Tok != token.VAR {
			continue
		}
		for _, spec := range g.Specs {
			v := spec.(*ast.ValueSpec)
			for i, name := range v.Names {
				isError := strings.HasPrefix(name.Name, "Err") || strings.HasPrefix(name.Name, "err")
				isTable := i < len(v.Values) && t.table(v.Values[i])
				if name.Name != "_" && !isError && !isTable {
					found = append(found, t.at(name, "a still package has the variable %s, neither an error nor a table", name.Name))
				}
			}
		}
	}
	return found
}

// table reports whether e is a literal of values: nothing with a lock or a
// counter inside.
func (t *tree) table(e ast.Expr) bool {
	literal, ok := e.(*ast.CompositeLit)
	ast.Inspect(e, func(n ast.Node) bool {
		from, _ := t.from(n)
		ok = ok && !strings.HasPrefix(from, "sync")
		return true
	})
	return ok && literal.Type != nil
}
