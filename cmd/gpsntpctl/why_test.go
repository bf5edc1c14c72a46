package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/sys/unix"

	"gpsntpd/cmd/gpsntpctl/screen"
	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/control"
	"gpsntpd/server/why"
)

func (k known) Why(context.Context, string) (control.Why, error) { return k.why, nil }

func (k known) Alarms(context.Context, string) (control.Alarms, error) { return k.alarms, nil }

// said is what a daemon says of facts.
func said(f *why.Facts, l why.Language) control.Why {
	e := f.Explain(l)
	w := control.Why{State: f.Clock.State.String(), Language: string(l), Sentence: e.Sentence, Remedy: e.Remedy}
	for _, t := range e.Links {
		w.Links = append(w.Links, control.Link{
			Part: string(t.Part), Code: string(t.Code), Condition: string(t.Condition), Text: t.Text, Remedy: t.Remedy,
		})
	}
	return w
}

func facts(receiver hw.State, s discipline.State) *why.Facts {
	return &why.Facts{
		Receiver: why.Receiver{Device: why.Device{Path: "/dev/ttyAMA0", Word: receiver, For: 3 * time.Minute}, Baud: 9600, Used: 9, InView: 14},
		Pulse:    why.Pulse{Device: why.Device{Path: "/dev/pps0", Word: "ok"}, Edge: "assert", Seen: true, Interval: time.Second},
		Clock:    why.Clock{State: s, Stratum: 1, For: 3 * time.Minute, ByPulse: true, Bound: 3900, Limit: time.Millisecond, GoodFor: 2 * time.Hour, Until: time.Date(2026, 11, 30, 18, 42, 5, 0, time.UTC), Silence: time.Minute},
		Leap:     why.Leap{Known: true, Left: 200 * 24 * time.Hour},
		NTP:      why.NTP{Requests: 1000, Recent: why.Recent{Requests: 16}},
		NTS:      why.NTS{Word: "off"}, Sensor: why.Device{Path: "cpu-thermal", Word: "ok"}, Storage: "ok",
	}
}

// fits reports whether every line fits a terminal on which Chinese is wide.
func fits(t *testing.T, name, text string) {
	t.Helper()
	for line := range strings.Lines(text) {
		if n := screen.Width(strings.TrimSuffix(line, "\n")); n > screen.Columns {
			t.Errorf("%s: %d columns: %s", name, n, line)
		}
	}
}

func TestWhyReadsLikeItsGoldenFilesInBothLanguages(t *testing.T) {
	for name, f := range map[string]*why.Facts{
		"locked":   facts("ok", discipline.Locked),
		"no_date":  facts("no_date", discipline.Starting),
		"holdover": facts("silent", discipline.Holdover),
	} {
		for _, l := range []why.Language{why.English, why.Chinese} {
			w := said(f, l)
			got, err := verb(serve(t, known{why: w}), "why", "--lang", string(l))
			if err != nil {
				t.Fatal(err)
			}
			file := fmt.Sprintf("testdata/why/%s.%s.golden", name, l)
			golden(t, file, got)
			fits(t, file, got)
			line, err := json.Marshal(w)
			if err != nil {
				t.Fatal(err)
			}
			if got, err := verb(serve(t, known{why: w}), "why", "--json"); got != string(line)+"\n" || err != nil {
				t.Errorf("%s, %v", got, err)
			}
		}
	}
}

func TestTheLanguageIsThatOfTheFlagOrOfTheLocale(t *testing.T) {
	for _, c := range []struct {
		flag, all, messages, lang string
		want                      why.Language
	}{
		{"", "", "", "", why.English},
		{"", "", "", "zh_CN.UTF-8", why.Chinese},
		{"", "", "", "zh_CN.GB18030", why.English}, // could not be shown
		{"", "C.UTF-8", "", "zh_CN.UTF-8", why.English},
		{"", "", "zh_TW.UTF-8", "en_US.UTF-8", why.Chinese},
		{"en", "zh_CN.UTF-8", "", "", why.English},
		{"zh", "C", "", "", why.Chinese},
		{"de", "", "", "", why.English},
	} {
		t.Setenv("LC_ALL", c.all)
		t.Setenv("LC_MESSAGES", c.messages)
		t.Setenv("LANG", c.lang)
		if got := screen.Spoken(c.flag); got != c.want {
			t.Errorf("%+v: %s", c, got)
		}
	}
}

func TestALanguageThatThereIsNotIsRefused(t *testing.T) {
	for _, name := range []string{"why", "alarms"} {
		if _, err := verb("nowhere", name, "--lang", "fr"); err == nil || !strings.Contains(err.Error(), "want en or zh") {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhyTellsOfADaemonThatDoesNotAnswer(t *testing.T) {
	noDaemon := filepath.Join(t.TempDir(), "control.sock")
	got, err := verb(noDaemon, "why", "--json")
	var w control.Why
	f, ok := errors.AsType[failure](err)
	if err := json.Unmarshal([]byte(got), &w); err != nil || !ok || f.status != exitUnreachable || f.Error() != "" {
		t.Fatalf("%v, %s", err, got)
	}
	text, _ := verb(noDaemon, "why")
	if strings.Contains(text, "Good: 0") {
		t.Error(text)
	}
	if w.State != "unreachable" || w.Remedy == "" || !strings.Contains(w.Sentence, noDaemon) || len(w.Links) != 1 {
		t.Errorf("%+v", w)
	}
}

func TestAnErrorThatSaysAllIsSaidAsItIs(t *testing.T) {
	socket := filepath.Join(t.TempDir(), "control.sock")
	l, err := net.Listen("unix", socket)
	if err != nil {
		t.Fatal(err)
	}
	server := http.Server{Handler: http.NotFoundHandler()} // a gpsntpd that is too old for the question
	ended := make(chan error)
	go func() { ended <- server.Serve(l) }()
	got, err := verb(socket, "why")
	if f, ok := errors.AsType[failure](err); !ok || f.status != exitUnreachable || !strings.Contains(f.Error(), "404") || got != "" {
		t.Errorf("%v, %s", err, got)
	}
	server.Close()
	if err := <-ended; err != http.ErrServerClosed {
		t.Error(err)
	}
}

func TestASocketWithoutAListenerIsNotTakenForNone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "control.sock")
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		t.Fatal(err)
	}
	l.SetUnlinkOnClose(false)
	l.Close()
	_, err = control.Environ().Client(path).Why(t.Context(), "en")
	if got := cause(err, nil); got != why.DaemonStale {
		t.Errorf("%s: %v", got, err)
	}
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
	_, err = control.Environ().Client(path).Why(t.Context(), "en")
	if got := cause(err, nil); got != why.DaemonSilent {
		t.Errorf("%s: %v", got, err)
	}
}

func TestEveryReasonForAnAbsentDaemonIsFoundBySystemdsWords(t *testing.T) {
	none, stale := control.UnreachableError{}, control.UnreachableError{Stale: true}
	for _, c := range []struct {
		err   error
		shown string
		want  why.Code
	}{
		{none, "", why.DaemonSilent},
		{stale, "", why.DaemonStale},
		{&fs.PathError{Op: "dial", Path: "x", Err: unix.EACCES}, "", why.DaemonDenied},
		{control.ErrHung, "", why.DaemonHung},
		{fmt.Errorf("%w: the loop", control.ErrUnanswered), "", why.DaemonHung},
		{none, "LoadState=not-found\nActiveState=inactive\n", why.DaemonAbsent},
		{none, "LoadState=loaded\nActiveState=inactive\nSubState=dead\nResult=success\nExecMainStatus=0\n", why.DaemonStopped},
		{none, "LoadState=loaded\nActiveState=activating\nSubState=start\nResult=success\n", why.DaemonStarting},
		{none, "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainStatus=1\nStatusErrno=0\n", why.DaemonFailed},
		{none, "LoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nExecMainStatus=78\n", why.DaemonConfiguration},
		{none, "LoadState=loaded\nActiveState=failed\nResult=exit-code\nExecMainStatus=1\nStatusErrno=1\n", why.DaemonRefused},
		{none, "LoadState=loaded\nActiveState=failed\nResult=exit-code\nExecMainStatus=1\nStatusErrno=98\n", why.DaemonPortTaken},
		{none, "LoadState=loaded\nActiveState=activating\nSubState=auto-restart\nResult=exit-code\nExecMainStatus=1\nStatusErrno=13\n", why.DaemonPortDenied},
		{none, "LoadState=loaded\nActiveState=active\nResult=success\n", why.DaemonElsewhere},
		{stale, "LoadState=loaded\nActiveState=active\nResult=success\n", why.DaemonStale},
	} {
		var u unit
		if c.shown != "" {
			u = parseUnit(c.shown)
		}
		if got := cause(c.err, u); got != c.want {
			t.Errorf("%v, %q: %s, want %s", c.err, c.shown, got, c.want)
		}
	}
}

func TestChineseIsFoldedByItsWidth(t *testing.T) {
	for text, want := range map[string][]string{
		"":                    {""},
		"two words":           {"two words"},
		"three words, here":   {"three", "words,", "here"},
		"接收机尚未定位，请等待":         {"接收机尚", "未定位，", "请等待"},
		"等 3 分钟（约）。":          {"等 3 分钟", "（约）。"},
		"averylongwordhere x": {"averylongwordhere", "x"},
	} {
		if got := screen.Fold(text, 9); strings.Join(got, "|") != strings.Join(want, "|") {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}

func TestAlarmsReadLikeTheirGoldenFiles(t *testing.T) {
	at := func(minute int) control.Time {
		return control.Time{Time: time.Date(2026, 11, 22, 8, minute, 0, 0, time.UTC)}
	}
	cleared := at(30)
	for _, l := range []why.Language{why.English, why.Chinese} {
		f := facts("ok", discipline.Holdover)
		alarmOf := func(code why.Code, name, severity string, minute int, cleared *control.Time) control.Alarm {
			text, remedy := f.Tell(code, l)
			return control.Alarm{Code: name, Severity: severity, Raised: at(minute), Cleared: cleared, Text: text, Remedy: remedy}
		}
		all := control.Alarms{
			alarmOf(why.PulseSilent, "no_pulse", "critical", 40, nil),
			alarmOf(why.LeapExpiresSoon, "leap_table", "warning", 2, nil),
			alarmOf(why.AntennaShort, "antenna", "critical", 20, &cleared),
		}
		socket := serve(t, known{alarms: all})
		for name, args := range map[string][]string{"now": nil, "all": {"--all"}} {
			got, err := verb(socket, append([]string{"alarms", "--lang", string(l)}, args...)...)
			if err != nil {
				t.Fatal(err)
			}
			file := fmt.Sprintf("testdata/alarms/%s.%s.golden", name, l)
			golden(t, file, got)
			fits(t, file, got)
		}
		lines, err := verb(socket, "alarms", "--json")
		for i, line := range strings.Split(strings.TrimSpace(lines), "\n") {
			want, _ := json.Marshal(all[i])
			if line != string(want) || err != nil {
				t.Errorf("%s, %v", line, err)
			}
		}
		if got, err := verb(serve(t, known{alarms: control.Alarms{}}), "alarms", "--lang", string(l)); strings.Count(got, "\n") != 1 || err != nil {
			t.Errorf("%s, %v", got, err)
		}
	}
}

func FuzzParseUnit(f *testing.F) {
	f.Add("LoadState=loaded\nActiveState=failed\nStatusErrno=1\n")
	f.Fuzz(func(t *testing.T, text string) {
		u := parseUnit(text)
		text, remedy := new(why.Facts).Tell(cause(control.UnreachableError{}, u), why.English)
		if text == "" || remedy == "" {
			t.Errorf("%q: nothing is said", u)
		}
	})
}

func FuzzFolded(f *testing.F) {
	f.Add("守时 (holdover) 中，仍为层级 1。", 20)
	f.Fuzz(func(t *testing.T, text string, columns int) {
		if columns < 1 || columns > 200 || !utf8.ValidString(text) {
			return
		}
		got := strings.Join(screen.Fold(text, columns), "")
		if strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q: %q", text, got)
		}
	})
}
