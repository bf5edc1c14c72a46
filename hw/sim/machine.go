package sim

import (
	"cmp"
	"slices"
	"time"

	"gpsntpd/hw"
)

// Event is something that happens at the machine's inputs: an edge of the
// pulse, the first of some bytes, a reading of the temperature, or none of them
// in a second that is silent.
type Event struct {
	At          Truth
	Edge        bool
	Path        hw.Path       // that an edge came by; "": the kernel's
	Stamp       Truth         // when an edge came that is delivered later, at At; 0: at At
	Within      time.Duration // as hw.Edge has it
	Eased       time.Duration // by how much earlier an edge is stamped while another path is polled
	Bytes       []byte
	Baud        int  // that they were sent at; 0: whatever the host is set to
	Read        bool // Temperature was
	Temperature hw.Temperature
}

// Source is a sequence of events in order of time. Next returns false after
// the last.
type Source interface {
	Next() (Event, bool)
}

// lead is how long before its second a pulse may come at the earliest.
const lead = 100 * time.Millisecond

// maxJitter keeps a pulse within that, even at ten times its rms.
const maxJitter = lead / 10

// Machine is the receiver and its pulse as a scenario describes them. The same
// scenario and start yield the same events, without end.
type Machine struct {
	scenario Scenario
	start    Truth
	second   Truth // the next to come
	pulse    *pulser
	receiver *receiver
	sensor   *Probe
	module   *Module // speaks instead of receiver; nil: that does
	due      []Event
}

// NewMachine returns a machine that is switched on at start.
func NewMachine(s Scenario, start Truth) *Machine {
	const whole = Truth(time.Second)
	return &Machine{
		scenario: s,
		start:    start,
		second:   (start + whole - 1) / whole * whole,
		pulse:    newPulser(s),
		receiver: newReceiver(s),
		sensor:   NewProbe(s),
	}
}

// Live is a source whose next event may depend on what it is told meanwhile.
type Live interface {
	Source
	// Due is when the next event comes, if nothing is told before.
	Due() Truth
	// Tell sends bytes to the receiver, at a speed.
	Tell(at Truth, text []byte, baud int)
}

// Attach has r speak, and make the pulses, instead of the receiver of the scenario.
func (m *Machine) Attach(r *Module) { m.module = r }

// Due implements Live.
func (m *Machine) Due() Truth {
	m.fill()
	if m.module != nil {
		return min(m.due[0].At, m.module.Due())
	}
	return m.due[0].At
}

// Tell implements Live. A receiver that cannot be told anything does not hear it.
func (m *Machine) Tell(at Truth, text []byte, baud int) {
	if m.module != nil {
		m.module.Tell(at, text, baud)
	}
}

// fill has at least one event due.
func (m *Machine) fill() {
	// What is due last in one second may come after what is due first in the
	// one that follows.
	for len(m.due) == 0 || m.due[0].At >= m.second.Add(-lead) {
		m.due = append(m.due, m.happenings()...)
		inOrder(m.due)
		m.second = m.second.Add(time.Second)
	}
}

// Next returns the next event.
func (m *Machine) Next() (Event, bool) {
	m.fill()
	if m.module != nil && m.module.Due() < m.due[0].At {
		return m.module.Next()
	}
	e := m.due[0]
	m.due = m.due[1:]
	return e, true
}

func (m *Machine) happenings() []Event {
	elapsed := m.second.Sub(m.start)
	c := m.scenario.condition(elapsed)
	var events []Event
	if m.module != nil {
		m.module.made = c
		off, comes := m.module.pulse(m.second)
		c.noPulse, c.shift = c.noPulse || !comes, c.shift+off
		events = m.pulse.edges(m.second, c)
	} else {
		events = append(m.pulse.edges(m.second, c), m.receiver.epoch(m.second, c)...)
	}
	events = append(events, m.sensor.reading(m.second, elapsed)...)
	if len(events) == 0 {
		return []Event{{At: m.second}} // time passes
	}
	return events
}

func inOrder(events []Event) {
	slices.SortStableFunc(events, func(a, b Event) int { return cmp.Compare(a.At, b.At) })
}
