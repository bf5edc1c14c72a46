package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/hw/sim"
	"gpsntpd/refclock"
	"gpsntpd/server/control"
	"gpsntpd/server/recorder"
)

// taped is a daemon with a flight recorder.
type taped struct {
	known
	recording recorder.Recording
	broken    error
}

func (d taped) Record(context.Context) (io.WriterTo, error) { return d.recording, d.broken }

func (d taped) History(_ context.Context, span string) (io.WriterTo, error) {
	return control.History{Span: span}, nil
}

func (d taped) Why(context.Context, string) (control.Why, error) {
	return control.Why{State: "locked"}, nil
}
func (d taped) Alarms(context.Context, string) (control.Alarms, error) { return control.Alarms{}, nil }

const shortly = hw.Time(1_790_000_000_000_000_000)

// twoMinutes is a recording of a calm machine, as a daemon would have made it that
// was doing well already.
func twoMinutes(t *testing.T) recorder.Recording {
	s, err := sim.Load("calm")
	if err != nil {
		t.Fatal(err)
	}
	source := sim.NewMachine(s, sim.Truth(shortly))
	when := func(e sim.Event) hw.Reading {
		return hw.Reading{Time: hw.Time(e.At), Raw: hw.Raw(int64(e.At) - int64(shortly) + 5e9)}
	}
	events := []recorder.Event{
		{Kind: recorder.Device, At: hw.Reading{Time: shortly, Raw: 5e9}, Name: "receiver", Path: "/dev/ttyS0", Word: "open"},
	}
	for seq := uint32(1); ; {
		e, _ := source.Next()
		at := when(e)
		switch {
		case e.At > sim.Truth(shortly.Add(2*time.Minute)):
			events = append(events,
				recorder.Event{Kind: recorder.Rejected, At: at, Word: "learning"},
				recorder.Event{Kind: recorder.Rejected, At: at, Word: "learning"},
				recorder.Event{Kind: recorder.Acted, At: at, Step: 250 * time.Millisecond, Moved: 250 * time.Millisecond, Frequency: -11.8 * hw.PPM},
				recorder.Event{Kind: recorder.Sampled, At: at, Sample: refclock.Sample{At: at.Time, Offset: 1500, Source: refclock.FromPulse}},
				recorder.Event{Kind: recorder.Heated, At: at, Temperature: 45.25},
				recorder.Event{Kind: recorder.Entered, At: at, Word: "locked"})
			return recorder.NewRecording(recorder.Header{Version: "1.2.3", Recorded: shortly.Add(2 * time.Minute).Std()}, events)
		case e.Edge:
			at.Time, at.Raw = at.Time.Add(20*time.Microsecond), at.Raw+20_000
			events = append(events, recorder.Event{Kind: recorder.Edge, At: at, Edge: hw.Edge{At: at.Time.Add(-20 * time.Microsecond), Seq: seq}})
			seq++
		case len(e.Bytes) > 0:
			events = append(events, recorder.Event{Kind: recorder.Bytes, At: at, Bytes: e.Bytes})
		}
	}
}

// sipped is a reader that gives little at a time, and looks how much memory is in use.
type sipped struct {
	io.Reader
	before, most uint64
}

func (s *sipped) Read(b []byte) (int, error) {
	var memory runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&memory)
	s.before = min(s.before, memory.HeapAlloc)
	s.most = max(s.most, memory.HeapAlloc)
	return s.Reader.Read(b[:min(len(b), 512)])
}

func TestAReportOfAMillionEventsTakesLittleMemory(t *testing.T) {
	const parts, inPart = 8, 125_000
	events := make([]recorder.Event, inPart)
	for i := range events {
		events[i] = recorder.Event{Kind: recorder.Bytes, At: hw.Reading{Time: shortly, Raw: 5e9}, Bytes: []byte("$GPGGA,4\r\n")}
	}
	var made recorder.Recording
	for range parts {
		made.Add(events)
	}
	events = nil
	var text bytes.Buffer
	if _, err := made.WriteTo(&text); err != nil {
		t.Fatal(err)
	}
	made = recorder.Recording{}
	size := text.Len()
	s := &sipped{Reader: &text, before: math.MaxUint64}
	blurred, err := unplaced(s)
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	if _, err = recorder.Read(bytes.NewReader(blurred), func(e recorder.Event) error {
		if n++; string(e.Bytes) != "$GPGGA,0\r\n" {
			t.Fatalf("%q", e.Bytes)
		}
		return nil
	}); err != nil || n != parts*inPart {
		t.Errorf("%d events, %v", n, err)
	}
	if used := s.most - s.before; used > 16<<20 {
		t.Errorf("%d bytes of a recording took %d bytes of memory", size, used)
	} else {
		t.Logf("%d bytes of a recording took %d bytes of memory", size, used)
	}
}

func TestWhatIsRecordedIsSavedAndShown(t *testing.T) {
	socket := serve(t, taped{recording: twoMinutes(t)})
	file := filepath.Join(t.TempDir(), "a.record")
	said, err := verb(socket, "record", "-o", file)
	if err != nil || !strings.Contains(said, "do not publish") || !strings.Contains(said, "121 edges") {
		t.Errorf("%q, %v", said, err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Chmod(file, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := verb(socket, "record", "-o", file); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("over an open file: %v, %v", info.Mode(), err)
	}
	text, err := verb(socket, "record", "-o", "-")
	if whole, _ := os.ReadFile(file); err != nil || text != string(whole) {
		t.Errorf("%d bytes, %v", len(text), err)
	}
	shown, err := verb(socket, "replay", file)
	if err != nil {
		t.Fatal(err)
	}
	golden(t, "testdata/record/replay.golden", shown)
	shown, err = verb(socket, "replay", "--lang", "zh", file)
	if err != nil {
		t.Fatal(err)
	}
	goldenScreen(t, "testdata/zh/replay.golden", shown)
	shown, err = verb(socket, "replay", "--lang", "zh", "--all", "--again", file)
	if tail := shown[strings.Index(shown, "同一录制"):]; err != nil || !strings.Contains(tail, "状态          已锁定，误差低于") || !strings.Contains(tail, "\n已与 GPS 接收机同步") {
		t.Errorf("%q, %v", tail, err)
	}
	shown, err = verb(socket, "replay", "--again", file)
	if tail := shown[strings.Index(shown, "The same"):]; err != nil || !strings.Contains(tail, "state         locked, error below") {
		t.Errorf("%q, %v", tail, err)
	}
	shown, err = verb(socket, "replay", "--again", "--json", file)
	for line := range strings.Lines(shown) {
		var e eventJSON
		if err := json.Unmarshal([]byte(line), &e); err != nil || e.Event != "state" || e.Word == nil {
			t.Errorf("%v in %s", err, line)
		}
	}
	if err != nil || !strings.Contains(shown, `"word":"locked"`) {
		t.Errorf("%q, %v", shown, err)
	}
	shown, err = verb(socket, "replay", "--all", file)
	if n := strings.Count(shown, "edge          number"); err != nil || n < 118 || strings.Count(shown, "$GNRMC") < 118 {
		t.Errorf("%d edges, %v", n, err)
	}
	shown, err = verb(socket, "replay", "--json", file)
	if err != nil {
		t.Error(err)
	}
	words := map[string]int{}
	for line := range strings.Lines(shown) {
		var e eventJSON
		if err := json.Unmarshal([]byte(line), &e); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		words[e.Event]++
	}
	if words["edge"] < 118 || words["bytes"] < 500 || words["rejected"] != 2 || words["clock"] != 1 || words["state"] != 1 || words["temperature"] != 1 || words["sample"] != 1 || words["device"] != 1 {
		t.Errorf("%v", words)
	}
}

func TestWhatIsNoRecordingIsRefused(t *testing.T) {
	socket := serve(t, taped{broken: errors.New("nothing is recorded")})
	var f failure
	if _, err := verb(socket, "record"); !errors.As(err, &f) || f.status != exitUnreachable || !strings.Contains(err.Error(), "nothing is recorded") {
		t.Error(err)
	}
	file := filepath.Join(t.TempDir(), "b")
	if err := os.WriteFile(file, []byte("$GPRMC\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{file, file + "x"} {
		if _, err := verb(socket, "replay", name); !errors.As(err, &f) || f.status != exitNoInput {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// unpacked are the files of a report, by name.
func unpacked(t *testing.T, text []byte) map[string]string {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for in := tar.NewReader(z); ; {
		h, err := in.Next()
		if err == io.EOF {
			return all
		}
		b, err2 := io.ReadAll(in)
		if err := errors.Join(err, err2); err != nil {
			t.Fatal(err)
		}
		all[strings.TrimPrefix(h.Name, "gpsntpd-report/")] = string(b)
	}
}

func TestAReportHasAllButThePositionAndTheSecrets(t *testing.T) {
	d := taped{recording: twoMinutes(t)}
	d.log = control.Log{{Level: "warn", Message: "webhook", Fields: control.Fields{{Key: "url", Value: "https://u:pw@hook.example/in?key=s3cret"}}}}
	d.settings = control.Settings{
		{Key: "alarms.webhook", Value: json.RawMessage(`"https://u:pw@hook.example/in?key=s3cret"`), Default: json.RawMessage(`"off"`)},
		{Key: "alarms.exec", Value: json.RawMessage(`["/usr/bin/page","--token","t0ken"]`), Default: json.RawMessage(`"off"`)},
		{Key: "server.refid", Value: json.RawMessage(`"GPS"`), Default: json.RawMessage(`"GPS"`)},
	}
	file := filepath.Join(t.TempDir(), "r.tar.gz")
	said, err := verb(serve(t, d), "report", "-o", file)
	if err != nil || !strings.Contains(said, "position of the antenna") {
		t.Errorf("%q, %v", said, err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := unpacked(t, text)
	for _, name := range []string{
		"README", "status.json", "why.json", "alarms.json", "counters.json", "leap.json", "satellites.json", "pulse.json", "log.json",
		"history-1h.json", "history-24h.json", "history-60d.json", "config.toml", "recorder.record", "kernel.json", "versions.txt", "host.txt",
	} {
		if all[name] == "" {
			t.Errorf("%s is not there; %s", name, all["README"])
		}
		for _, secret := range []string{"s3cret", "t0ken", "pw", "/usr/bin/page"} {
			if strings.Contains(all[name], secret) {
				t.Errorf("%s holds %q: %s", name, secret, all[name])
			}
		}
	}
	said = ""
	if _, err := recorder.Read(strings.NewReader(all["recorder.record"]), func(e recorder.Event) error {
		said += string(e.Bytes)
		return nil
	}); err != nil {
		t.Error(err)
	}
	if strings.Contains(said, "4807.0380") || strings.Count(said, "0000.0000,N,00000.0000,E") < 200 || !strings.Contains(said, "$GNRMC") {
		t.Errorf("%.500s", said)
	}
	if !strings.Contains(all["host.txt"], "/proc/version: Linux") || !strings.Contains(all["config.toml"], "hook.example") {
		t.Errorf("%s\n%s", all["host.txt"], all["config.toml"])
	}
}

func TestOfAWebhookAReportHasSchemeAndHostAlone(t *testing.T) {
	for address, secrets := range map[string][]string{
		"https://me:p%61ss!word@hook.example/T%30A/%42x": {"p%61ss!word", "pass!word", "pass%21word", "/T%30A/%42x", "/T0A/Bx"},
		"https://me:s*cr'et@hook.example":                {"s*cr'et", "s%2Acr%27et"},
		"https://hook.example:t0ken@hook.example?k%65y":  {"t0ken", "?k%65y"},
		"https://t%6Fken@hook.example:8443":              {"t%6Fken", "token"},
	} {
		d := taped{recording: twoMinutes(t)}
		value, err := json.Marshal(address)
		if err != nil {
			t.Fatal(err)
		}
		d.settings = control.Settings{{Key: "alarms.webhook", Value: value, Default: json.RawMessage(`"off"`)}}
		for _, s := range append(secrets, address) {
			d.log = append(d.log, control.LogEntry{Level: "warn", Message: "post " + s})
		}
		text, err := verb(serve(t, d), "report", "-o", "-")
		if err != nil {
			t.Fatal(err)
		}
		all := unpacked(t, []byte(text))
		for _, name := range []string{"config.toml", "log.json"} {
			for _, secret := range append(secrets, address) {
				if strings.Contains(all[name], secret) {
					t.Errorf("%s: %s holds %q: %s", address, name, secret, all[name])
				}
			}
		}
		if !strings.Contains(all["config.toml"], `webhook = "https://hook.example`) {
			t.Errorf("%s: %s", address, all["config.toml"])
		}
	}
}

func TestAReportIsMadeOfADaemonThatIsNotThere(t *testing.T) {
	file := filepath.Join(t.TempDir(), "r.tar.gz")
	if _, err := verb(filepath.Join(t.TempDir(), "noDaemon"), "report", "-o", file); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	all := unpacked(t, text)
	if all["host.txt"] == "" || !strings.Contains(all["README"], "status.json       not there: ") {
		t.Errorf("%s", all["README"])
	}
}
