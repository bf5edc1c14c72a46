package config

import "strings"

// PulseKind is what the edges of the pulse are taken from.
type PulseKind string

// The kinds; each but the last two is what its name begins with in pulse.device.
const (
	PulseDCD PulseKind = "dcd" // the DCD line of a serial port, by the kernel's line discipline
	PulsePPS PulseKind = "pps" // a PPS device of the kernel
	NoPulse  PulseKind = ""
)

// PulseSource is pulse.device, taken apart.
type PulseSource struct {
	Kind PulseKind
	Path string // of the serial port; of the PPS device, or what sysfs says of it
}

// Source takes Device apart.
func (p Pulse) Source() PulseSource {
	if p.Device == "" {
		return PulseSource{}
	}
	if port, ok := strings.CutPrefix(p.Device, string(PulseDCD)+":"); ok {
		return PulseSource{PulseDCD, port}
	}
	return PulseSource{PulsePPS, p.Device}
}
