package config

import "testing"

func TestThePulseIsTakenFromWhatItsNameSays(t *testing.T) {
	for device, want := range map[string]PulseSource{
		"":               {},
		"/dev/pps1":      {Kind: PulsePPS, Path: "/dev/pps1"},
		"pps@12.-1":      {Kind: PulsePPS, Path: "pps@12.-1"},
		"dcd:/dev/ttyS0": {Kind: PulseDCD, Path: "/dev/ttyS0"},
		"gpio:18":        {Kind: PulseGPIO, Line: 18},
		"gpio:x":         {Kind: PulseGPIO, Line: -1},
		"phc:eth0":       {Kind: PulsePHC, Path: "eth0"},
		"phc:eth0@SDP1":  {Kind: PulsePHC, Path: "eth0", Pin: "SDP1"},
	} {
		if got := (Pulse{Device: device}).Source(); got != want {
			t.Errorf("%q: %+v, want %+v", device, got, want)
		}
	}
}
