package main

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/server/control"
)

// goldenScreen compares what a verb prints with its golden file, and its lines with
// the width of a terminal.
func goldenScreen(t *testing.T, file, got string) {
	t.Helper()
	golden(t, file, got)
	narrow(t, file, got)
}

// narrow reports whether every line fits a terminal.
func narrow(t *testing.T, name, got string) {
	t.Helper()
	for line := range strings.Lines(got) {
		if n := screen.Width(strings.TrimSuffix(line, "\n")); n > screen.Columns {
			t.Errorf("%s: %d columns: %s", name, n, line)
		}
	}
}

func TestWhatIsMadeOfTheStatusReadsLikeItsGoldenFiles(t *testing.T) {
	for name, s := range statuses(t) {
		socket := serve(t, known{status: s, past: fromJSON[control.History](t, "testdata/history.json")})
		for _, v := range []string{"sources", "tracking", "budget"} {
			text, err := verb(socket, v)
			line, jsonErr := verb(socket, v, "--json")
			if err := errors.Join(err, jsonErr); err != nil {
				t.Fatal(err)
			}
			goldenScreen(t, fmt.Sprintf("testdata/%s/%s.golden", v, filepath.Base(name)), text)
			golden(t, fmt.Sprintf("testdata/%s/%s.json", v, filepath.Base(name)), line)
		}
	}
}

func TestTrackingInCSVIsChronycsLine(t *testing.T) {
	s := statuses(t)["testdata/status/locked"]
	const want = "53494D00,SIM,1,1795334604.000000000,-0.000000210,0.000000340,0.000000100,-11.804,0.000,0.002,0.000000000,0.000030518,1.0,Normal\n"
	if got, err := verb(serve(t, known{status: s, past: fromJSON[control.History](t, "testdata/history.json")}), "tracking", "--csv"); got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestASourceIsMarkedAsChronycMarksIt(t *testing.T) {
	locked := statuses(t)["testdata/status/locked"]
	sentences := *locked.Sample
	sentences.Source = "sentence"
	for _, c := range []struct {
		state           string
		pulse, receiver hw.State
		last, want      string
	}{
		{"locked", "ok", "ok", "pulse", "*+"},
		{"locked", "off", "ok", "sentence", "-*"},
		{"holdover", "silent", "no_fix", "pulse", "??"},
		{"holdover", "ok", "no_fix", "pulse", "*?"},
		{"unsynchronized", "ok", "ok", "pulse", "x+"},
		{"starting", "ok", "ok", "", "--"},
	} {
		s := locked
		s.State, s.Pulse.State, s.Receiver.State = c.state, c.pulse, c.receiver
		switch c.last {
		case "sentence":
			s.Sample = &sentences
		case "":
			s.Sample = nil
		}
		all := control.ReceiverSources(&s)
		if got := all[0].Mark + all[1].Mark; got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestWithoutUTF8TheTextIsASCIIAndJSONIsNot(t *testing.T) {
	s := statuses(t)["testdata/status/locked"]
	socket := serve(t, known{status: s})
	t.Setenv("LC_ALL", "POSIX")
	for _, v := range []string{"status", "sources", "budget"} {
		got, err := verb(socket, v)
		if strings.ContainsFunc(got, func(r rune) bool { return r > '~' }) || err != nil {
			t.Errorf("%s: %s, %v", v, got, err)
		}
	}
	if got, err := verb(socket, "status", "--json"); !strings.Contains(got, "µ") || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestServersReadsLikeItsGoldenFile(t *testing.T) {
	socket := serve(t, known{
		status: statuses(t)["testdata/status/holdover"],
		past:   fromJSON[control.History](t, "testdata/history.json"),
		counters: control.Counters{"ntp": {
			"answered": 1800000900000, "rate_limited": 20, "malformed": 2, "bad_version": 1, "denied": 0, "unstamped": 3, "receive_failed": 0,
		}},
	})
	for file, args := range map[string][]string{"text": {"servers"}, "json": {"servers", "--json"}} {
		got, err := verb(socket, args...)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/servers/"+file+".golden", got)
		if file == "text" {
			narrow(t, "servers", got)
		}
	}
}

func TestHoldoverTellsTheForecastAndEveryGap(t *testing.T) {
	d := known{status: statuses(t)["testdata/status/holdover"], past: fromJSON[control.History](t, "testdata/history.json")}
	socket := serve(t, d)
	for file, args := range map[string][]string{"text": {"holdover"}, "json": {"holdover", "--json"}} {
		got, err := verb(socket, args...)
		if err != nil {
			t.Fatal(err)
		}
		golden(t, "testdata/holdover/"+file+".golden", got)
		if file == "text" {
			narrow(t, "holdover", got)
		}
	}
	none, err := verb(serve(t, known{}), "holdover")
	if !strings.Contains(none, "No forecast yet") || !strings.Contains(none, "never.") || err != nil {
		t.Error(none, err)
	}
	d.status.Holdover = &control.Holdover{}
	beyond, err := verb(serve(t, d), "holdover")
	if strings.Contains(beyond, "If the pulses stopped") || !strings.Contains(beyond, "above all of these limits now") || err != nil {
		t.Error(beyond, err)
	}
	if _, err := verb(socket, "holdover", "--span", "1y"); err == nil {
		t.Error("there is no such span")
	}
}
