package main

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
)

func TestDisciplineAnswersEachLineAndIgnoresRemarks(t *testing.T) {
	in := "# K, valid, offset, temperature\nT 0 1 400000000 nan\n#\nT 1 1 100000.25 25.1\r\nT 2 0 nan nan\nT 60 1 10 nan"
	var out bytes.Buffer
	if err := disciplined(strings.NewReader(in), &out); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
	if len(lines) != 4 {
		t.Fatalf("%d answers: %q", len(lines), lines)
	}
	for _, line := range lines {
		if words := strings.Fields(line); len(words) != 7 || words[0] != "A" {
			t.Errorf("%q", line)
		}
	}
	if !strings.Contains(lines[0], " -400000000.000 400000000.000 ") {
		t.Errorf("the first offset is not stepped away: %s", lines[0])
	}
}

func TestDisciplineAnswersBeforeTheNextLineComes(t *testing.T) {
	in, to := io.Pipe()
	from, out := io.Pipe()
	ended := make(chan error, 1)
	go func() {
		err := disciplined(in, out)
		ended <- errors.Join(err, out.Close())
	}()
	answer := make([]byte, 200)
	for _, line := range []string{"T 0 1 400000000 nan\n", "T 1 0 nan nan\n"} {
		if _, err := to.Write([]byte(line)); err != nil {
			t.Fatal(err)
		}
		if n, err := from.Read(answer); err != nil || answer[n-1] != '\n' {
			t.Fatalf("%q, %v", answer[:n], err)
		}
	}
	to.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestDisciplineNamesTheMalformedLineAndExitsWith65(t *testing.T) {
	for in, want := range map[string]string{
		"# one\nT 0 1 5 nan\nT 1 1 x nan\n":            `line 3: "x" is not a decimal number`,
		"T 5 1 5 nan\nT 4 1 5 nan\n":                   "line 2: second 4 comes after 5",
		"T 0 1 5 nan\n\n":                              "line 2: want T <K> <valid 0|1> <offset_ns|nan> <temp_C|nan>",
		"T 0 1 5 nan\n" + strings.Repeat("9", 100_000): "line 2: bufio.Scanner: token too long",
	} {
		var out bytes.Buffer
		err := disciplined(strings.NewReader(in), &out)
		var f failure
		if !errors.As(err, &f) || f.status != exitMalformed || f.Error() != want {
			t.Errorf("%.40q: %v, want %s", in, err, want)
		}
	}
}

func TestDisciplineHearsServersAndAnswersSecondsAlone(t *testing.T) {
	in := "# server, four moments, root delay and dispersion, stratum, leap\nT 0 0 400000000\n" +
		"X 7 1000 51000 71000 121000.5 0 0 1 0\nT 1 1000000000 400000000\nX 7 x 1 1 1 0 0 1 0\n"
	var out bytes.Buffer
	err := disciplinedByServers(strings.NewReader(in), &out)
	var f failure
	if !errors.As(err, &f) || f.status != exitMalformed || f.Error() != `line 5: "x" is not a decimal number` {
		t.Error(err)
	}
	if want := "A 0.000 0.000 0.000 nan nan starting\nA 0.000 -"; !strings.HasPrefix(out.String(), want) || strings.Count(out.String(), "\n") != 2 {
		t.Error(out.String())
	}
}
