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
		"seed = 1\n[pulse]\njiter = \"1us\"":                "mine.toml:3: pulse.jiter: no such key",
		"\n[pulse]\njitter = \"1\"":                         `mine.toml:3: pulse.jitter: "1" is no time`,
		"[pulse]\njitter = \"-1us\"":                        `mine.toml:2: pulse.jitter: "-1us" is negative`,
		"[pulse]\nmissing = \"101%\"":                       `mine.toml:2: pulse.missing: "101%" is no share`,
		"[oscillator]\noffset = \"1\"":                      `mine.toml:2: oscillator.offset: "1" is no rate`,
		"[oscillator]\nwalk = \"1e-9\"":                     `mine.toml:2: oscillator.walk: "1e-9" is no random walk`,
		"[receiver]\nbaud = \"9600\"":                       "mine.toml:2: receiver.baud: ",
		"[receiver]\nsentences = [\"XYZ\"]":                 `receiver.sentences: there is no "XYZ"; there are [RMC`,
		"[receiver]\nlatency = \"1s\"":                      "receiver.latency: 1s is more than 990ms",
		"[receiver]\ntalker = \"gp\"":                       `receiver.talker: "gp" is not two capitals`,
		"[[faults]]\nkind = \"fire\"":                       `faults, number 1: "fire" is no fault; there are [no_pulse`,
		"[[faults]]\nkind = \"off_by\"":                     "off_by: by must be whole seconds",
		"[[faults]]\nkind = \"spikes\"\nby = \"1s\"":        "spikes: by must not be 0, nor beyond 100ms",
		"[[faults]]\nat = \"1s\"":                           `"" is no fault`,
		"[[faults]]\nkind = \"no_pulse\"\nby = \"1s\"":      "no_pulse: by says nothing here",
		"[oscillator]\ncycles = [{ amplitude = \"1ppm\" }]": "oscillator.cycles, number 1: period is missing",
		"[temperature]\ncycles = [{ amplitude = \"1C\" }]":  "temperature.cycles, number 1: period is missing",
		"[sensor]\nlies = [{ amplitude = \"1C\" }]":         "sensor.lies, number 1: period is missing",
		"[temperature]\nmean = \"45\"":                      `"45" is no temperature`,
		"[temperature]\ncoefficient = \"100ppb\"":           `"100ppb" is no coefficient`,
		"temperature.fan.by = \"5C\"":                       "temperature.fan: it can't run for 0s every 0s",
		"[pulse]\nspike-sides = \"left\"":                   `pulse.spike-sides: "left" is neither`,
		"[pulse]\ntick = \"1s\"":                            "pulse.jitter and all other times are at most 10ms",
		"[[faults]]\nkind = \"load\"":                       "load: by must be above 0",
		"[simulate]\nsteady = \"2h\"":                       "simulate: steady must come before",
		"like = \"./other.toml\"":                           `like: no scenario "./other.toml"`,
		"[pulse]\njitter = 5":                               `"5" is no time`,
		"[oscillator]\noffset = 5.0":                        `"5.0" is no rate`,
		"seed =":                                            "mine.toml:1: ",
	} {
		if _, err := Load(write(t, text)); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q:\n got %v\nwant %s", text, err, want)
		}
	}
}

func TestAScenarioIsLikeAnotherButForWhatItSays(t *testing.T) {
	s := load(t, write(t, "like = \"temp-cycle\"\nsensor.lag = \"1m\"\n"))
	want := load(t, "temp-cycle")
	if s.Sensor.Lag.Duration != time.Minute || !s.Sensor.Present || s.Simulate != want.Simulate || s.Pulse != want.Pulse {
		t.Errorf("got %+v", s)
	}
	if !strings.HasSuffix(s.About, "mine.toml") {
		t.Errorf("says %q of itself", s.About)
	}
}

func TestTheNameOfWhiteNoiseSaysItAll(t *testing.T) {
	s, calm := load(t, "white-700ns-2e-9"), load(t, "calm")
	if jitter, walk := s.White(); jitter != 700*time.Nanosecond || walk != 2e-9 {
		t.Errorf("jitter %v, walk %v", jitter, walk)
	}
	if s.About == calm.About || len(s.Faults) != 0 || s.Sensor.Present {
		t.Errorf("got %+v", s)
	}
	if _, err := Load("white-700-2e-9"); err == nil || !strings.Contains(err.Error(), `pulse.jitter: "700" is no time`) {
		t.Error(err)
	}
}

func TestAnUnknownNameIsAnsweredWithThoseThatThereAre(t *testing.T) {
	_, err := Load("fault")
	if err == nil || !strings.HasPrefix(err.Error(), `no scenario "fault"; there are calm, default, fan, `) {
		t.Error(err)
	}
	if _, err := Load("./none.toml"); err == nil || !strings.Contains(err.Error(), "open ./none.toml") {
		t.Error(err)
	}
}

func TestAScenarioWithoutEndIsRefused(t *testing.T) {
	if _, err := Load("/dev/zero"); err == nil || !strings.Contains(err.Error(), "/dev/zero: it is longer than") {
		t.Error(err)
	}
}
