package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/rs/zerolog"
	"golang.org/x/sys/unix"

	"gpsntpd/cmd/internal/config"
)

// stream is a file that stands for the journal, of which JOURNAL_STREAM tells.
func stream(t *testing.T) *os.File {
	t.Helper()
	f, err := os.Create(filepath.Join(t.TempDir(), "journal"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	var s unix.Stat_t
	if err := unix.Fstat(int(f.Fd()), &s); err != nil {
		t.Fatal(err)
	}
	t.Setenv("JOURNAL_STREAM", fmt.Sprintf("%d:%d", s.Dev, s.Ino))
	return f
}

func TestTheJournalGetsPrioritiesAndNoSecondDate(t *testing.T) {
	f := stream(t)
	before := zerolog.GlobalLevel()
	defer zerolog.SetGlobalLevel(before)
	log, _, rate := newLog(config.Log{Level: "debug", Format: "console"}, f)
	log.Warn().AnErr("reason", errors.New("a b")).Str("device", "/dev/ttyS0").Str("state", "console").Msg("receiver")
	log.Error().Str("zone", "z").Float64("bound_us", 1.5).Str("to", "x").Msg("clock")
	log.Info().Msg("ready")
	log.Debug().Msg("sample")
	rate.close()
	text, err := os.ReadFile(f.Name())
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"<4>receiver device=/dev/ttyS0 state=console reason=\"a b\" uptime_seconds=", "\n<3>clock to=x bound_us=1.5 uptime_seconds=",
		"zone=z\n", "\n<6>ready uptime_seconds=", "\n<7>sample uptime_seconds=",
	} {
		if !bytes.Contains(append([]byte("\n"), text...), []byte(want)) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestJSONInTheJournalHasItsPriorityInFront(t *testing.T) {
	f := stream(t)
	log, _, rate := newLog(config.Log{Level: "info", Format: "json"}, f)
	log.Warn().Msg("late")
	rate.close()
	if text, _ := os.ReadFile(f.Name()); !bytes.HasPrefix(text, []byte(`<4>{"level":"warn","time":"`)) {
		t.Errorf("%s", text)
	}
}

func TestOutputThatGoesElsewhereIsNotMarked(t *testing.T) {
	stream(t)
	f, err := os.Create(filepath.Join(t.TempDir(), "log"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	log, _, rate := newLog(config.Log{Level: "info", Format: "json"}, f)
	log.Warn().Msg("late")
	rate.close()
	if text, _ := os.ReadFile(f.Name()); !bytes.HasPrefix(text, []byte(`{"level":"warn"`)) {
		t.Errorf("%s", text)
	}
}

func TestTheLastWordsAreErrorsInTheJournal(t *testing.T) {
	err := errors.New("a\nb")
	if got := failed(err, true); got != "<3>gpsntpd: a\n<3>b\n" {
		t.Errorf("%q", got)
	}
	if got := failed(err, false); got != "gpsntpd: a\nb\n" {
		t.Errorf("%q", got)
	}
}

func TestTheGreetingTellsWhatToTypeNextInATerminalOnly(t *testing.T) {
	for terminal, want := range map[bool]bool{true: true, false: false} {
		var out bytes.Buffer
		banner{about: "a machine", ntp: []string{"127.0.0.1:1"}, control: "/run/c"}.write(&out, terminal)
		if got := bytes.Contains(out.Bytes(), []byte("Ctrl-C ends it.")); got != want || !bytes.Contains(out.Bytes(), []byte("NTP on     127.0.0.1:1\n")) {
			t.Errorf("terminal %v: %s", terminal, &out)
		}
	}
}
