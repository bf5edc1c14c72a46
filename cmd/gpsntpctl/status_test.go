package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"go.uber.org/goleak"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
)

var update = flag.Bool("update", false, "write the golden files")

func TestMain(m *testing.M) {
	os.Setenv("LC_ALL", "C.UTF-8")
	goleak.VerifyTestMain(m)
}

// known is a daemon whose condition never changes, and of which no more is asked
// than it knows.
type known struct {
	control.Daemon
	status   control.Status
	counters control.Counters
	leap     control.Leap
	clients  control.Clients
	exchange control.KeyExchange
	settings control.Settings
	sky      control.Satellites
	scatter  control.Scatter
	why      control.Why
	alarms   control.Alarms
	log      control.Log
	past     control.History
}

func (k known) Status(context.Context) (control.Status, error)     { return k.status, nil }
func (k known) Counters(context.Context) (control.Counters, error) { return k.counters, nil }
func (k known) Leap(context.Context) (control.Leap, error)         { return k.leap, nil }
func (k known) Clients(context.Context) (control.Clients, error)   { return k.clients, nil }
func (k known) Settings(context.Context) (control.Settings, error) { return k.settings, nil }

func (k known) Satellites(context.Context) (control.Satellites, error)   { return k.sky, nil }
func (k known) Scatter(context.Context) (control.Scatter, error)         { return k.scatter, nil }
func (k known) Log(context.Context) (control.Log, error)                 { return k.log, nil }
func (k known) History(context.Context, string) (io.WriterTo, error)     { return k.past, nil }
func (k known) KeyExchange(context.Context) (control.KeyExchange, error) { return k.exchange, nil }

// serve runs a control server until the test ends.
func serve(t *testing.T, d control.Daemon) (socket string) {
	socket = filepath.Join(t.TempDir(), "control.sock")
	serveAt(t, socket, d)
	return socket
}

func serveAt(t *testing.T, socket string, d control.Daemon) {
	l, err := control.Listen(socket)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- control.Server{Daemon: d}.Run(ctx, l) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Error(err)
		}
	})
}

// verb runs gpsntpctl as its user does, and returns what it prints.
func verb(socket string, args ...string) (string, error) {
	var b bytes.Buffer
	root := newRoot()
	root.SetOut(&b)
	root.SetArgs(append([]string{"--control", socket}, args...))
	err := root.Execute()
	return b.String(), err
}

// statuses are those of testdata, by the name of their file.
func statuses(t *testing.T) map[string]control.Status {
	all := map[string]control.Status{}
	files, err := filepath.Glob("testdata/status/*.json")
	if err != nil || len(files) == 0 {
		t.Fatal(files, err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		var s control.Status
		if err := errors.Join(err, json.Unmarshal(text, &s)); err != nil {
			t.Fatal(err)
		}
		s.Sources = control.ReceiverSources(&s) // as the daemon says
		all[strings.TrimSuffix(file, ".json")] = s
	}
	return all
}

// golden compares got with a file, or writes that.
func golden(t *testing.T, file, got string) {
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if got != string(want) {
		t.Errorf("%s: got\n%s\nwant\n%s", file, got, want)
	}
}

func TestStatusReadsLikeItsGoldenFileIn80Columns(t *testing.T) {
	for name, s := range statuses(t) {
		socket := serve(t, known{status: s})
		short, err := verb(socket, "status")
		long, also := verb(socket, "status", "-v")
		if err := errors.Join(err, also); err != nil {
			t.Fatal(err)
		}
		golden(t, name+".golden", short)
		golden(t, name+".all.golden", long)
		if n := strings.Count(short, "\n"); n > statusRows {
			t.Errorf("%s: %d rows", name, n)
		}
		for line := range strings.Lines(short + long) {
			if n := utf8.RuneCountInString(line) - 1; n > screen.Columns {
				t.Errorf("%s: %d columns: %s", name, n, line)
			}
		}
	}
}

func TestStatusInJSONIsWhatTheDaemonSent(t *testing.T) {
	for name, s := range statuses(t) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := verb(serve(t, known{status: s}), "status", "--json"); got != string(want)+"\n" || err != nil {
			t.Errorf("%s: %s, %v", name, got, err)
		}
	}
}

func TestColourAddsNothingToTheWords(t *testing.T) {
	p := screen.Style{Good: "\x1b[32m", Fair: "\x1b[33m", Bad: "\x1b[31m", End: "\x1b[m", Pale: "\x1b[2m"}
	escape := regexp.MustCompile("\x1b\\[[0-9]*m")
	for name, s := range statuses(t) {
		for _, text := range []func(*control.Status, screen.Style) string{statusText, detailsText} {
			coloured := text(&s, p)
			if plain := escape.ReplaceAllString(coloured, ""); plain != text(&s, screen.Style{}) {
				t.Errorf("%s: %s", name, plain)
			}
			for _, word := range []string{s.State, string(s.Receiver.State)} {
				if !strings.Contains(coloured, "m"+word+p.End) {
					t.Errorf("%s: %s has no colour", name, word)
				}
			}
		}
	}
}

func TestWithoutATerminalThereIsNoColour(t *testing.T) {
	f, err := os.Create(filepath.Join(t.TempDir(), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if p := screen.On(f, ""); p != (screen.Style{}) {
		t.Error(p)
	}
}

func TestEveryStateOfADeviceIsExplained(t *testing.T) {
	both := []hw.State{hw.Missing, hw.Denied, hw.Busy, hw.Failed, hw.Silent, hw.OK}
	fix := []*refclock.Reason{refclock.ErrNoFix, refclock.ErrNoDate, refclock.ErrNoTime, refclock.ErrBadTime, refclock.ErrLeapSecond}
	receiver := slices.Concat(both, []hw.State{hw.Garbage})
	for _, r := range fix {
		receiver = append(receiver, r.State())
	}
	for _, word := range receiver {
		if receiverMeaning(&control.Receiver{State: word}, screen.Style{}) == "" {
			t.Errorf("receiver: %s", word)
		}
	}
	for _, word := range slices.Concat(both, []hw.State{refclock.ErrIrregular.State(), hw.Off, refclock.ErrWrongEdge.State()}) {
		if pulseMeaning(&control.Pulse{State: word}, screen.Style{}) == "" {
			t.Errorf("pulse: %s", word)
		}
	}
	if got := receiverMeaning(&control.Receiver{State: "new"}, screen.Style{}) + pulseMeaning(&control.Pulse{State: "new"}, screen.Style{}); got != "" {
		t.Errorf("a word that is not known: %s", got)
	}
}

func TestCountersAreATableAndJSON(t *testing.T) {
	d := known{counters: control.Counters{
		"refclock": {"no_fix": 12, "no_pulse": 0},
		"ntp":      {"answered": 18446744073709551615, "unknown_key": 3},
	}}
	socket := serve(t, d)
	got, err := verb(socket, "counters", "--all")
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/counters.golden", got)
	if happened, err := verb(socket, "counters"); err != nil || happened != strings.Replace(got, "refclock    no_pulse                                       0\n", "", 1) {
		t.Errorf("%s, %v", happened, err)
	}
	got, err = verb(socket, "counters", "--json")
	const want = `{"ntp":{"answered":18446744073709551615,"unknown_key":3},"refclock":{"no_fix":12,"no_pulse":0}}` + "\n"
	if got != want || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestVersionAnswersWithAndWithoutADaemon(t *testing.T) {
	running := serve(t, known{status: control.Status{Version: "0.1.0"}})
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	for _, c := range []struct {
		socket, want string
		args         []string
	}{
		{running, "gpsntpctl  dev\ngpsntpd    0.1.0\n", []string{"version"}},
		{noDaemon, "gpsntpctl  dev\ngpsntpd    does not answer\n", []string{"version"}},
		{running, `{"gpsntpctl":"dev","gpsntpd":"0.1.0"}` + "\n", []string{"version", "--json"}},
		{noDaemon, `{"gpsntpctl":"dev","gpsntpd":null}` + "\n", []string{"version", "--json"}},
	} {
		if got, err := verb(c.socket, c.args...); got != c.want || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	}
}

func TestWithoutADaemonTheStatusIs69AndTheReasonIsSaid(t *testing.T) {
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	for _, name := range []string{"status", "counters", "leap", "receiver save"} {
		args := strings.Fields(name)
		got, err := verb(noDaemon, args...)
		f, ok := errors.AsType[failure](err)
		if !ok || f.status != exitUnreachable || !strings.Contains(f.Error(), noDaemon) || got != "" {
			t.Errorf("%s: %v, printed %q", name, err, got)
		}
		if _, err = verb(noDaemon, append(args, "--lang", "zh")...); exitOf(err) != exitUnreachable || !strings.Contains(err.Error(), "。\n→ ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
