// Package docs holds the documents to the program, as far as that can be done.
package docs

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode"

	"gpsntpd/discipline"
	"gpsntpd/refclock"
	"gpsntpd/server/alarm"
	"gpsntpd/server/human"
	"gpsntpd/server/ntp"
	"gpsntpd/server/recorder"
)

const root = "../../../"

func read(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// documents returns the text of every document by its path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	all := map[string]string{}
	for _, pattern := range []string{"*.md", "docs/*.md", "docs/*/*.md", "hw/sim/vm/*.md"} {
		paths, err := filepath.Glob(root + pattern)
		if err != nil || len(paths) == 0 {
			t.Fatalf("no %s: %v", pattern, err)
		}
		for _, path := range paths {
			all[path] = read(t, path)
		}
	}
	return all
}

// inManual returns what form finds in a manual page, which a test beside each
// program holds to what that says of itself.
func inManual(t *testing.T, page, form string) (found []string) {
	t.Helper()
	text := strings.ReplaceAll(read(t, root+"docs/man/"+page), `\-`, "-")
	for _, m := range regexp.MustCompile(form).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	if len(found) == 0 {
		t.Fatalf("no %s in %s", form, page)
	}
	return found
}

func TestEveryVerbIsInBothReadmesAndEveryFlagOfTheDaemonInTheListOfCommands(t *testing.T) {
	for _, name := range []string{"README.md", "README.zh-CN.md"} {
		text := read(t, root+name)
		for _, verb := range inManual(t, "gpsntpctl.1", `(?m)^\.SS ([a-z]+)`) {
			if !strings.Contains(text, "`"+verb+"`") {
				t.Errorf("%s does not name %s", name, verb)
			}
		}
	}
	for _, name := range []string{"docs/operate.md", "docs/operate.zh-CN.md"} {
		text := read(t, root+name)
		for _, flag := range inManual(t, "gpsntpd.8", `(?m)^\\fB(--[a-z-]+)`) {
			if !regexp.MustCompile(flag + `\b[^-]`).MatchString(text) {
				t.Errorf("%s does not name %s", name, flag)
			}
		}
	}
}

// A reader has five minutes: what takes longer stands elsewhere. Chinese has no spaces
// between words, and about two characters in each.
func TestTheReadmesAreShort(t *testing.T) {
	english, chinese := read(t, root+"README.md"), read(t, root+"README.zh-CN.md")
	if n := len(strings.Fields(english)); n > 1200 {
		t.Errorf("README.md has %d words, want 1200 at most", n)
	}
	han := 0
	for _, r := range chinese {
		if unicode.Is(unicode.Han, r) {
			han++
		}
	}
	if n := han/2 + len(regexp.MustCompile(`[!-~]+`).FindAllString(chinese, -1)); n > 1200 {
		t.Errorf("README.zh-CN.md has %d words, want 1200 at most", n)
	}
	for name, text := range map[string]string{"README.md": english, "README.zh-CN.md": chinese} {
		for _, want := range []string{"make run", "make test", "page.png"} {
			if at := strings.Index(text, want); at < 0 || strings.Count(text[:at], "\n") > 40 {
				t.Errorf("%s: no %s in the first 40 lines", name, want)
			}
		}
	}
}

func TestEveryWordThatTheProgramUsesIsExplained(t *testing.T) {
	text := read(t, root+"docs/how-it-works.md")
	var words []string
	for s := discipline.Starting; s <= discipline.Unsynchronized; s++ {
		words = append(words, s.String())
	}
	for _, r := range refclock.Reasons {
		words = append(words, r.Word)
	}
	for _, v := range refclock.Verdicts {
		words = append(words, string(v))
	}
	for v := range ntp.Verdict(ntp.Verdicts) {
		words = append(words, v.String())
	}
	for _, r := range alarm.Rules() {
		words = append(words, string(r.Code))
		row := fmt.Sprintf("\n| `%s` | %s | %s | %s |", r.Code, r.Severity, after(r.Raise), after(r.Clear))
		if !strings.Contains(text, row) && r.Code != alarm.Certificate {
			t.Errorf("docs/how-it-works.md lacks: %s", row)
		}
	}
	for _, word := range words {
		if !strings.Contains(text, "\n| `"+word+"` |") {
			t.Errorf("docs/how-it-works.md does not explain %s", word)
		}
	}
}

// after is how the table of alarms writes a duration.
func after(d time.Duration) string {
	if d == 0 {
		return "at once"
	}
	return human.Duration(d)
}

var block = regexp.MustCompile("(?ms)^```\n.*?^```\n")

func TestTheDocumentedRecordingBeginsAsOursDo(t *testing.T) {
	name := regexp.MustCompile("`(gpsntpd record [0-9]+)`").FindStringSubmatch(read(t, root+"docs/files.md"))
	if name == nil || !recorder.Begins([]byte(name[1]+"\n")) {
		t.Errorf("docs/files.md names %q", name)
	}
}

func TestBothReadmesShowTheSameCommandsAndOutput(t *testing.T) {
	english := block.FindAllString(read(t, root+"README.md"), -1)
	chinese := block.FindAllString(read(t, root+"README.zh-CN.md"), -1)
	if len(english) == 0 || len(english) != len(chinese) {
		t.Fatalf("%d blocks in English, %d in Chinese", len(english), len(chinese))
	}
	for i, b := range english {
		if chinese[i] != b {
			t.Errorf("block %d differs:\n%s%s", i+1, b, chinese[i])
		}
	}
}

// fenced is a block with or without a word that says what it is.
var fenced = regexp.MustCompile("(?ms)^```[a-z-]*\n.*?^```\n")

// named are what tables have in their first two columns that is code alone: keys,
// defaults, verbs, flags.
func named(text string) (cells []string) {
	for _, row := range regexp.MustCompile(`(?m)^\|.*\|$`).FindAllString(fenced.ReplaceAllString(text, ""), -1) {
		columns := strings.Split(strings.Trim(row, "|"), " | ")
		for _, cell := range columns[:min(2, len(columns))] {
			if cell = strings.TrimSpace(cell); len(cell) > 2 && strings.Count(cell, "`") == 2 && cell[0] == '`' && cell[len(cell)-1] == '`' {
				cells = append(cells, cell)
			}
		}
	}
	return cells
}

func TestADocumentInTwoLanguagesShowsTheSameInBoth(t *testing.T) {
	chinese, err := filepath.Glob(root + "docs/*.zh-CN.md")
	below, err2 := filepath.Glob(root + "docs/*/*.zh-CN.md")
	if err != nil || err2 != nil || len(chinese) == 0 {
		t.Fatal(chinese, err, err2)
	}
	for _, path := range append(chinese, below...) {
		translated := read(t, path)
		original := read(t, strings.Replace(path, ".zh-CN.md", ".md", 1))
		want, got := fenced.FindAllString(original, -1), fenced.FindAllString(translated, -1)
		if len(want) != len(got) || len(want) == 0 && strings.Count(original, "\n|") == 0 {
			t.Errorf("%s: %d blocks, %d in English", path, len(got), len(want))
			continue
		}
		for i := range want {
			if want[i] != got[i] {
				t.Errorf("%s: block %d differs:\n%s%s", path, i+1, want[i], got[i])
			}
		}
		if a, b := named(original), named(translated); !slices.Equal(a, b) {
			for i := range min(len(a), len(b)) {
				if a[i] != b[i] {
					t.Errorf("%s: a row of a table has %s where that in English has %s", path, b[i], a[i])
					break
				}
			}
		}
		if rows := strings.Count(original, "\n|"); rows != strings.Count(translated, "\n|") {
			t.Errorf("%s: %d rows of tables, %d in English", path, strings.Count(translated, "\n|"), rows)
		}
	}
}
