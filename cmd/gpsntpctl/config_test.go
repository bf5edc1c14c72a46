package main

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"gpsntpd/cmd/internal/config"
)

// written is a configuration file.
func written(t *testing.T, text string) (path string) {
	path = filepath.Join(t.TempDir(), "gpsntpd.toml")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

const someKeys = "[clock]\nmax-error = \"5ms\"\n[receiver]\nnot-before = 2026-11-22\ndevice = [\"/dev/ttyS1\"]\n[server]\ndscp = 46\ndeny = \"10.0.0.0/8\"\n"

func TestConfigShowIsAFileThatAmountsToTheSame(t *testing.T) {
	path := written(t, someKeys)
	want, err := config.Load(path)
	if err != nil {
		t.Fatal(err)
	}
	fromFile, err := verb("", "config", "show", path)
	if err != nil {
		t.Fatal(err)
	}
	narrow(t, "config show", fromFile)
	if !strings.Contains(fromFile, " Default: \"1ms\"\nmax-error = \"5ms\"\n") { // the whole would change with every new key
		t.Error(fromFile)
	}
	running, err := verb(serve(t, known{settings: want.Settings()}), "config", "show")
	if running != fromFile || err != nil {
		t.Errorf("of the daemon: %s, %v", running, err)
	}
	if got, err := config.Parse("shown", []byte(fromFile)); got.String() != want.String() || err != nil {
		t.Errorf("%s, %v", got, err)
	}
}

func TestConfigShowInJSONIsALineForEachKey(t *testing.T) {
	got, err := verb("", "config", "show", "--json", written(t, someKeys))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`{"key":"clock.max-error","value":"5ms","default":"1ms","doc":"`,
		`{"key":"receiver.not-before","value":"2026-11-22","default":"build","doc":"`,
		`{"key":"receiver.device","value":["/dev/ttyS1"],"default":["/dev/serial0",`,
		`{"key":"server.dscp","value":46,"default":0,`,
		`{"key":"clock.steer","value":true,"default":true,`,
	} {
		if !strings.Contains("\n"+got, "\n"+want) {
			t.Errorf("no %s in\n%s", want, got)
		}
	}
}

func TestConfigCheckSaysWhatIsWrongAndExitsWith78(t *testing.T) {
	good, bad := written(t, someKeys), written(t, "[clock]\nsteer = 1\nmax-eror = \"1ms\"\n")
	if got, err := verb("", "config", "check", good); got != good+": ok\n" || err != nil {
		t.Errorf("%s, %v", got, err)
	}
	for _, args := range [][]string{{"config", "check", bad}, {"config", "show", bad}, {"config", "check", bad, "--json"}} {
		got, err := verb("", args...)
		f, ok := errors.AsType[failure](err)
		all := got + f.Error()
		if !ok || f.status != exitConfig || !strings.Contains(all, bad+":2: ") || !strings.Contains(all, bad+":3: ") {
			t.Errorf("%v: %s, %v", args, got, err)
		}
	}
}
