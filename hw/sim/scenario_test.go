package sim

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func write(t *testing.T, text string) string {
	t.Helper()
	name := filepath.Join(t.TempDir(), "mine.toml")
	if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}

func TestAFileSaysOnlyWhatDiffersFromDefault(t *testing.T) {
	s := load(t, write(t, `
seed = 9
[pulse]
jitter = "3us"
[receiver]
sentences = ["RMC"]
[[faults]]
kind = "wrong_date"
at = "2h"
by = "-1024w"
`))
	want := load(t, "default")
	if s.Seed != 9 || s.Pulse.Jitter.Duration != 3*time.Microsecond || s.Pulse.SpikeShare != want.Pulse.SpikeShare {
		t.Errorf("got %+v", s)
	}
	if len(s.Receiver.Sentences) != 1 || s.Receiver.Baud != want.Receiver.Baud {
		t.Errorf("got %+v", s.Receiver)
	}
	if len(s.Faults) != 1 || s.Faults[0].By.Duration != -1024*7*24*time.Hour {
		t.Errorf("got %+v", s.Faults)
	}
}

func TestWhatAScenarioCannotSayIsRefusedWithItsLine(t *testing.T) {
	for text, want := range map[string]string{
		"seed = 1\n[pulse]\njiter = \"1us\"":                              "mine.toml:3: pulse.jiter: no such key",
		"\n[pulse]\njitter = \"1\"":                                       `mine.toml:3: pulse.jitter: "1" is no time`,
		"[pulse]\njitter = \"-1us\"":                                      `mine.toml:2: pulse.jitter: "-1us" is negative`,
		"[pulse]\nmissing = \"101%\"":                                     `mine.toml:2: pulse.missing: "101%" is no share`,
		"[oscillator]\noffset = \"1\"":                                    `mine.toml:2: oscillator.offset: "1" is no rate`,
		"[oscillator]\nwalk = \"1e-9\"":                                   `mine.toml:2: oscillator.walk: "1e-9" is no random walk`,
		"[receiver]\nbaud = \"9600\"":                                     "mine.toml:2: receiver.baud: ",
		"[receiver]\nsentences = [\"XYZ\"]":                               `receiver.sentences: there is no "XYZ"; there are [RMC`,
		"[receiver]\nlatency = \"1s\"":                                    "receiver.latency: 1s is more than 990ms",
		"[receiver]\ntalker = \"gp\"":                                     `receiver.talker: "gp" is not two capitals`,
		"[[faults]]\nkind = \"fire\"":                                     `faults, number 1: "fire" is no fault; there are [no_pulse`,
		"[[faults]]\nkind = \"off_by\"":                                   "off_by: by must be whole seconds",
		"[[faults]]\nkind = \"spikes\"\nby = \"1s\"":                      "spikes: by must not be 0, nor beyond 100ms",
		"[[faults]]\nat = \"1s\"":                                         `"" is no fault`,
		"[[faults]]\nkind = \"no_pulse\"\nby = \"1s\"":                    "no_pulse: by says nothing here",
		"[oscillator]\ncycle = { amplitude = \"1ppm\", period = \"0s\" }": "oscillator.cycle.period",
		"[pulse]\njitter = 5":                                             `"5" is no time`,
		"[oscillator]\noffset = 5.0":                                      `"5.0" is no rate`,
		"seed =":                                                          "mine.toml:1: ",
	} {
		if _, err := Load(write(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAnUnknownNameIsAnsweredWithThoseThatThereAre(t *testing.T) {
	_, err := Load("fault")
	if err == nil || !strings.HasPrefix(err.Error(), `no scenario "fault"; there are calm, default, faults, `) {
		t.Error(err)
	}
	if _, err := Load("./none.toml"); err == nil || !strings.Contains(err.Error(), "open ./none.toml") {
		t.Error(err)
	}
}
