package refclock

import "time"

// notes are the newest that the receiver has sent of its pulses, and that were not used.
type notes [pulsesRemembered]PulseNote

// Announce takes what the receiver says of a pulse, before it comes or after; a
// note without a second is none.
func (p *Pairer) Announce(n PulseNote) {
	if n.Second == 0 {
		return
	}
	copy(p.notes[1:], p.notes[:])
	p.notes[0] = n
}

// sawtooth is how late the pulse at second is, as was said of it, and whether anything
// was. What was said is used up: it is of one pulse.
func (n *notes) sawtooth(second UTC) (late time.Duration, said bool) {
	for i := range n {
		if n[i].Second == second {
			s := n[i].Sawtooth
			n[i] = PulseNote{}
			return s, true
		}
	}
	return 0, false
}
