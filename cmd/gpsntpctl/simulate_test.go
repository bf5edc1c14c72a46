package main

import (
	"encoding/json"
	"errors"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/cmd/internal/simulation"
	"gpsntpd/hw/sim"
	"gpsntpd/server/why"
)

// short is a scenario file of some minutes.
func short(t *testing.T) string {
	file := filepath.Join(t.TempDir(), "short.toml")
	text := "about = \"Three minutes.\"\nlike = \"white-300ns-1e-9\"\nsimulate = { for = \"3m\", steady = \"1m\" }\n"
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestSimulatePrintsALineForEachSeedAndOneForAll(t *testing.T) {
	args := []string{"simulate", "--scenario", short(t), "--seed", "3-5", "--json"}
	text, err := verb("", args...)
	if err != nil {
		t.Fatal(err)
	}
	if again, _ := verb("", args...); again != text {
		t.Errorf("twice the same:\n%s%s", text, again)
	}
	lines := strings.Split(strings.TrimSpace(text), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d lines:\n%s", len(lines), text)
	}
	for i, line := range lines {
		var l map[string]any
		if err := json.Unmarshal([]byte(line), &l); err != nil {
			t.Fatal(err)
		}
		for _, k := range simulation.Keys {
			if _, ok := l[k.Name]; !ok {
				t.Errorf("line %d has no %s", i+1, k.Name)
			}
		}
		if seed := l["seed"]; i < 3 && seed != float64(3+i) || i == 3 && seed != nil {
			t.Errorf("line %d: seed %v", i+1, seed)
		}
		if l["lies"] != 0.0 || l["std_ns"].(float64) > 300 || l["holdover_held_ratio"] != nil {
			t.Errorf("line %d: %s", i+1, line)
		}
	}
}

func TestFiguresReadLikeTheirGoldenFileIn80Columns(t *testing.T) {
	s, err := sim.Load("white-300ns-1e-9")
	if err != nil {
		t.Fatal(err)
	}
	var f simulation.Figures
	for i := range f {
		f[i] = -987.6 * math.Pow(10, float64(i%7-1))
	}
	f[simulation.Within1us], f[simulation.HoldoverHeld] = 12345, math.NaN()
	f[simulation.LockedHeld], f[simulation.TheLimit], f[simulation.Ratio], f[simulation.RateError], f[simulation.Lies] = 0.999999, 87.5, 1.138, 41.4, 0
	f[simulation.Within1ms], f[simulation.Within10us] = 3, 4
	first, second := trial{"white-300ns-1e-9", s}, trial{"white-300ns-1e-9", s}
	second.Seed = 1234
	var b strings.Builder
	if err := printFigureTables(&b, []measured{{first, f, 0}, {second, f, time.Second}}, screen.Style{}); err != nil {
		t.Fatal(err)
	}
	goldenScreen(t, "testdata/simulate.golden", b.String())
	b.Reset()
	if err := printFigureTables(&b, []measured{{first, f, 0}, {second, f, time.Second}}, screen.Style{Language: why.Chinese}); err != nil {
		t.Fatal(err)
	}
	goldenScreen(t, "testdata/zh/simulate.golden", b.String())
}

func TestANumberOfNanosecondsHasThreeDigits(t *testing.T) {
	for v, want := range map[float64]string{
		0: "0.00 ns", 0.126: "0.13 ns", 9.996: "10.0 ns", 87.46: "87.5 ns", 99.96: "100 ns", -999.4: "−999 ns", 999.6: "1.00 µs", 2.5e8: "250 ms", 1.6e10: "16.0 s",
	} {
		if got := nanosecondsText(v); got != want {
			t.Errorf("%v: %q, want %q", v, got, want)
		}
	}
}

func TestSimulateDrawsOneRun(t *testing.T) {
	file := filepath.Join(t.TempDir(), "run.svg")
	if _, err := verb("", "simulate", "--scenario", short(t), "--svg", file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(text), "<svg ") || !strings.Contains(string(text), "Three minutes.") {
		t.Errorf("%.100s, %v", text, err)
	}
}

func TestSimulateSaysByItsStatusWhatIsWrong(t *testing.T) {
	wrong := filepath.Join(t.TempDir(), "wrong.toml")
	if err := os.WriteFile(wrong, []byte("[pulse]\njiter = \"1us\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		status int // 0: about usage, as run decides
		says   string
		args   []string
	}{
		{exitConfig, `no scenario "stormy"; there are calm`, []string{"--scenario", "stormy"}},
		{exitConfig, "wrong.toml:2: pulse.jiter: no such key", []string{"--scenario", wrong}},
		{exitNoInput, "open ./none.toml", []string{"--scenario", "./none.toml"}},
		{exitNotWritten, "open /dev/null/run.svg", []string{"--scenario", short(t), "--svg", "/dev/null/run.svg"}},
		{0, "--seed: \"5-1\" is neither", []string{"--seed", "5-1"}},
		{0, "--seed: \"1-\" is neither", []string{"--seed", "1-"}},
		{0, "--seed: \"0-1000\" is neither", []string{"--seed", "0-1000"}},
		{0, "one scenario with one seed", []string{"--seed", "1-2", "--svg", "run.svg"}},
		{0, "not these arguments", []string{"calm"}},
	} {
		_, err := verb("", append([]string{"simulate"}, c.args...)...)
		var f failure
		if errors.As(err, &f); err == nil || f.status != c.status || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v: status %d, %v", c.args, f.status, err)
		}
	}
}

func TestProgressIsToldOfLongRunsOnly(t *testing.T) {
	plan := func(d time.Duration) []trial {
		s := sim.Scenario{Simulate: sim.Simulate{For: sim.Span{Duration: d}}}
		return []trial{{"long", s}, {"long", s}}
	}
	for d, want := range map[time.Duration]string{
		time.Minute: "", 24 * time.Hour: "1 of 2: long, seed 0, 1 day in 1.5 s\n",
	} {
		var b strings.Builder
		runs := plan(d)
		progress(runs, &b, screen.Style{})(1, measured{trial: runs[0], took: 1500 * time.Millisecond})
		if b.String() != want {
			t.Errorf("%v: %q", d, b.String())
		}
	}
}
