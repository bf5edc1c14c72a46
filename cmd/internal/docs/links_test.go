package docs

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode"
)

var (
	link    = regexp.MustCompile(`\]\(([^)#]*)(?:#([^)]*))?\)`)
	heading = regexp.MustCompile(`(?m)^#{1,6} (.*)$`)
)

// anchors are the names by which links lead to the headings of a document, as
// GitHub makes them.
func anchors(text string) map[string]bool {
	all := map[string]bool{}
	for _, h := range heading.FindAllStringSubmatch(fenced.ReplaceAllString(text, ""), -1) {
		all[strings.Map(func(r rune) rune {
			switch {
			case r == ' ':
				return '-'
			case r == '-', r == '_', unicode.IsLetter(r), unicode.IsDigit(r):
				return unicode.ToLower(r)
			}
			return -1
		}, regexp.MustCompile(`\]\([^)]*\)`).ReplaceAllString(h[1], ""))] = true
	}
	return all
}

func TestEveryLinkLeadsToAFileAndToAHeadingInIt(t *testing.T) {
	for path, text := range documents(t) {
		for _, to := range link.FindAllStringSubmatch(text, -1) {
			if strings.HasPrefix(to[1], "https://") {
				continue
			}
			file := path
			if to[1] != "" {
				file = filepath.Join(filepath.Dir(path), to[1])
			}
			if _, err := os.Stat(file); err != nil {
				t.Errorf("%s: %v", path, err)
			} else if to[2] != "" && !anchors(read(t, file))[to[2]] {
				t.Errorf("%s: no heading in %s leads to #%s", path, to[1], to[2])
			}
		}
	}
}

func TestAChinesePageLeadsToChinesePages(t *testing.T) {
	for path, text := range documents(t) {
		original, chinese := strings.CutSuffix(path, ".zh-CN.md")
		if !chinese {
			continue
		}
		for _, to := range link.FindAllStringSubmatch(text, -1) {
			english := filepath.Join(filepath.Dir(path), to[1])
			if strings.HasSuffix(english, ".zh-CN.md") || english == original+".md" || to[1] == "" {
				continue
			}
			if _, err := os.Stat(strings.TrimSuffix(english, ".md") + ".zh-CN.md"); err == nil {
				t.Errorf("%s leads to %s, which is in Chinese, too", path, to[1])
			}
		}
	}
}

// A page that is in Chinese, too, is in the Chinese index as that.
func TestEveryPageIsInTheIndex(t *testing.T) {
	english, chinese := read(t, root+"docs/README.md"), read(t, root+"docs/README.zh-CN.md")
	paths, err := filepath.Glob(root + "docs/*.md")
	below, err2 := filepath.Glob(root + "docs/*/README.md")
	if err != nil || err2 != nil || len(paths) == 0 || len(below) == 0 {
		t.Fatal(paths, below, err, err2)
	}
	for _, path := range append(paths, below...) {
		name, err := filepath.Rel(root+"docs", path)
		if err != nil {
			t.Fatal(err)
		}
		base, translated := strings.CutSuffix(name, ".zh-CN.md")
		if base == "README" || name == "README.md" || translated {
			continue
		}
		if !strings.Contains(english, "]("+name) {
			t.Errorf("docs/README.md leads nowhere to %s", name)
		}
		want := name
		if _, err := os.Stat(strings.TrimSuffix(path, ".md") + ".zh-CN.md"); err == nil {
			want = strings.TrimSuffix(name, ".md") + ".zh-CN.md"
		}
		if !strings.Contains(chinese, "]("+want) {
			t.Errorf("docs/README.zh-CN.md leads nowhere to %s", want)
		}
		if want != name && strings.Contains(chinese, "]("+name) {
			t.Errorf("docs/README.zh-CN.md leads to %s, which is in Chinese, too", name)
		}
	}
}
