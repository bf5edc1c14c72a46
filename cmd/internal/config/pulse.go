package config

import (
	"strconv"
	"strings"
)

// PulseKind is what the edges of the pulse are taken from.
type PulseKind string

// The kinds; each but the last is what its name begins with in pulse.device.
const (
	PulseDCD  PulseKind = "dcd"  // the DCD line of a serial port, by the kernel's line discipline
	PulsePHC  PulseKind = "phc"  // a PTP hardware clock, by its network interface
	PulseGPIO PulseKind = "gpio" // a line of the header, by the kernel's events
	PulsePPS  PulseKind = "pps"  // a PPS device of the kernel
	NoPulse   PulseKind = ""
)

// PulseSource is pulse.device, taken apart.
type PulseSource struct {
	Kind PulseKind
	Path string // of the serial port; of the PPS device, or what sysfs says of it; the interface, or the path of its clock
	Line int    // of the header
	Pin  string // of the clock; "": the program chooses
}

// Source takes Device apart.
func (p Pulse) Source() PulseSource { return pulseSource(p.Device) }

// Beside takes Compare apart, if it names a device.
func (p Pulse) Beside() PulseSource {
	if p.Compare == "auto" {
		return PulseSource{}
	}
	return pulseSource(p.Compare)
}

func pulseSource(device string) PulseSource {
	if device == "" {
		return PulseSource{}
	}
	if port, ok := strings.CutPrefix(device, string(PulseDCD)+":"); ok {
		return PulseSource{Kind: PulseDCD, Path: port}
	}
	if clock, ok := strings.CutPrefix(device, string(PulsePHC)+":"); ok {
		clock, pin, _ := strings.Cut(clock, "@")
		return PulseSource{Kind: PulsePHC, Path: clock, Pin: pin}
	}
	if line, ok := strings.CutPrefix(device, string(PulseGPIO)+":"); ok {
		n, err := strconv.Atoi(line)
		if err != nil {
			n = -1
		}
		return PulseSource{Kind: PulseGPIO, Line: n}
	}
	return PulseSource{Kind: PulsePPS, Path: device}
}
