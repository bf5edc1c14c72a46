package main

import (
	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/board"
	"gpsntpd/hw/gpio"
	"gpsntpd/hw/phc"
	"gpsntpd/hw/pps"
)

// paths adds the ways in which the pulse is seen.
func (m *machine) paths(p config.Pulse) {
	b := board.Read()
	if m.pulses = m.edges(p.Source(), p.Device, p.Edge); m.pulses == nil {
		return
	}
	m.edgeLatency, m.conditions = b.EdgeLatency, b.Conditions
	if p.Compare != "auto" {
		m.beside = m.edges(p.Beside(), p.Compare, p.Edge)
		return
	}
	levels, known := b.Levels()
	if !known || p.Source().Kind != config.PulsePPS {
		return
	}
	pin := func() (int, bool, error) {
		n, low, err := gpio.PinOf("", p.Device)
		return n, low != (hw.Transition(p.Edge) == hw.Clear), err
	}
	m.poller, m.due = &gpio.Level{Registers: gpio.Registers(levels), Pin: pin, Clock: m.clock}, make(chan hw.Due, 1)
	m.poll = func(d hw.Due) bool {
		select {
		case m.due <- d:
			return true
		default: // no one looks
			return false
		}
	}
}

// edges is the source of edges that device names; nil for none.
func (m *machine) edges(s config.PulseSource, device, edge string) hw.Pulses {
	marks := hw.Transition(edge)
	switch s.Kind {
	case config.PulsePHC:
		return &phc.Edges{Source: s.Path, Pin: s.Pin, Clock: m.clock}
	case config.PulseGPIO:
		return &gpio.Events{Line: s.Line, Edge: marks, Clock: m.clock}
	case config.PulseDCD:
		return &pps.Device{Path: device, Port: s.Path, Edge: marks, Clock: m.clock}
	case config.PulsePPS:
		return &pps.Device{Path: device, Edge: marks, Clock: m.clock}
	}
	return nil
}
