package sim

import (
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func document(t *testing.T) string {
	t.Helper()
	text, err := os.ReadFile("../../docs/scenarios.md")
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// keys lists what can be said in a file, in order.
func keys(section string, s reflect.Type) (all []string) {
	for i := range s.NumField() {
		f := s.Field(i)
		tag := f.Tag.Get("toml")
		if tag == "" {
			continue // inside a value that is read from text
		}
		inner := f.Type
		if inner.Kind() == reflect.Slice {
			inner = inner.Elem()
		}
		var below []string
		if inner.Kind() == reflect.Struct {
			below = keys(section+tag+".", inner)
		}
		if f.Type.Kind() == reflect.Slice || section != "" || below == nil {
			all = append(all, section+tag)
		}
		all = append(all, below...)
	}
	return all
}

func TestEveryKeyIsInTheDocument(t *testing.T) {
	var documented []string
	_, table, _ := strings.Cut(document(t), "## Keys")
	table, _, _ = strings.Cut(table, "## Faults")
	for _, row := range regexp.MustCompile("(?m)^\\| `([a-z.-]+)` \\|").FindAllStringSubmatch(table, -1) {
		documented = append(documented, row[1])
	}
	if all := keys("", reflect.TypeFor[Scenario]()); !slices.Equal(all, documented) {
		t.Errorf("there are   %v\ndocumented %v", all, documented)
	}
}

func TestEveryFaultAndEveryScenarioIsInTheDocument(t *testing.T) {
	text := document(t)
	for _, k := range kinds {
		if !strings.Contains(text, "\n| `"+string(k)+"` |") {
			t.Errorf("no fault %s", k)
		}
	}
	for _, name := range Names() {
		if !strings.Contains(text, "`"+name+"`") && !strings.HasPrefix(name, whites) {
			t.Errorf("no scenario %s", name)
		}
	}
}

func TestTheExampleInTheDocumentIsAScenario(t *testing.T) {
	_, example, _ := strings.Cut(document(t), "```toml\n")
	example, _, _ = strings.Cut(example, "```")
	file := filepath.Join(t.TempDir(), "example.toml")
	if err := os.WriteFile(file, []byte(example), 0o600); err != nil {
		t.Fatal(err)
	}
	if s := load(t, file); !s.Sensor.Present || len(s.Faults) != 1 {
		t.Errorf("%+v", s)
	}
}
