package setup

import (
	"errors"
	"flag"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write the golden files")

func trees(t *testing.T) (all []tree) {
	t.Helper()
	paths, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(paths) < 25 {
		t.Fatalf("%d trees, want 25: %v", len(paths), err)
	}
	for _, path := range paths {
		all = append(all, read(t, path))
	}
	return all
}

// told is a plan in few words.
func told(p *Plan) string {
	var b strings.Builder
	fmt.Fprintf(&b, "model %s, hat %s, port %s, pin ", p.Model, p.HAT, p.Port)
	if p.Pin == nil {
		b.WriteString("none")
	} else {
		fmt.Fprint(&b, *p.Pin)
	}
	fmt.Fprintf(&b, "; %s; reboot %v\n", p.Outcome(), p.Reboot)
	for _, st := range p.Steps {
		fmt.Fprintf(&b, "%-7s %s", st.State, st.Code)
		if st.File != "" {
			fmt.Fprintf(&b, " %s", st.File)
		}
		if st.Wanted != st.Current {
			fmt.Fprintf(&b, ": %q -> %q", st.Current, st.Wanted)
		}
		b.WriteString("\n")
	}
	return b.String()
}

// changed is what was run, and every file that is another one now.
func changed(before, after map[string]string, ran []string) string {
	var b strings.Builder
	for _, line := range ran {
		b.WriteString("# " + line + "\n")
	}
	for _, name := range slices.Sorted(maps.Keys(after)) {
		if after[name] != before[name] && !ours(name) {
			fmt.Fprintf(&b, "-- %s --\n%s", name, lines(before[name], after[name]))
		}
	}
	return b.String()
}

// lines are those that have gone and come, between those that begin and end both.
func lines(before, after string) string {
	was, is := strings.SplitAfter(before, "\n"), strings.SplitAfter(after, "\n")
	first := 0
	for first < min(len(was), len(is)) && was[first] == is[first] {
		first++
	}
	last := 0
	for last < min(len(was), len(is))-first && was[len(was)-1-last] == is[len(is)-1-last] {
		last++
	}
	var b strings.Builder
	for _, part := range []struct {
		sign  string
		lines []string
	}{{"-", was[first : len(was)-last]}, {"+", is[first : len(is)-last]}} {
		for _, line := range part.lines {
			fmt.Fprintf(&b, "%s%q\n", part.sign, line)
		}
	}
	return b.String()
}

func TestEachTreeBecomesWhatItShouldAndComesBack(t *testing.T) {
	for _, tr := range trees(t) {
		t.Run(tr.name, func(t *testing.T) {
			s := tr.plant(t)
			h := s.Commands.(*host)
			before, unitsBefore := seen(t, s), units(s)
			p := s.Plan(t.Context(), tr.choice)
			if now := seen(t, s); !maps.Equal(now, before) || h.ran != nil {
				t.Fatal("looking has changed something")
			}
			plan := told(p)
			if err := s.Apply(t.Context(), p); err != nil && p.Outcome() != Blocked {
				t.Fatal(err)
			}
			after := seen(t, s)
			golden(t, tr.name, plan+changed(before, after, h.ran))
			ran := len(h.ran)
			again := s.Plan(t.Context(), tr.choice)
			if err := s.Apply(t.Context(), again); err != nil && p.Outcome() != Blocked {
				t.Fatal(err)
			}
			if p.Outcome() != Blocked && again.Outcome() != Done || len(h.ran) != ran || !maps.Equal(seen(t, s), after) {
				t.Errorf("the second time: %s%q", told(again), h.ran[ran:])
			}
			if _, err := s.Undo(t.Context()); err != nil && !errors.Is(err, ErrNothing) {
				t.Fatal(err)
			}
			back(t, s, before, unitsBefore)
		})
	}
}

// back checks that all is as it was.
func back(t *testing.T, s *System, before map[string]string, unitsBefore string) {
	t.Helper()
	now := seen(t, s)
	for name := range now {
		if before[name] != now[name] {
			t.Errorf("%s is %q after --undo, was %q", name, now[name], before[name])
		}
	}
	if len(now) != len(before) {
		t.Errorf("%d files after --undo, were %d", len(now), len(before))
	}
	if got := units(s); got != unitsBefore {
		t.Errorf("units after --undo:\n%s, were:\n%s", got, unitsBefore)
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", path, got, want)
	}
}
