package config

import "testing"

func TestThePulseIsTakenFromWhatItsNameSays(t *testing.T) {
	for device, want := range map[string]PulseSource{
		"":               {},
		"/dev/pps1":      {PulsePPS, "/dev/pps1"},
		"pps@12.-1":      {PulsePPS, "pps@12.-1"},
		"dcd:/dev/ttyS0": {PulseDCD, "/dev/ttyS0"},
	} {
		if got := (Pulse{Device: device}).Source(); got != want {
			t.Errorf("%q: %+v, want %+v", device, got, want)
		}
	}
}
