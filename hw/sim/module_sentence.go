package sim

import (
	"fmt"
	"time"
)

// Sentences that modules speak beside those of a scenario.
const (
	GLL Sentence = "GLL"
	VTG Sentence = "VTG"
)

// spoken is the order in which modules speak their sentences.
var spoken = [...]Sentence{RMC, VTG, GGA, GSA, GSV, GLL, ZDA}

// rates is in which of its epochs a module speaks each sentence; 0: in none.
type rates map[Sentence]int

// usualRates are those of a factory: everything, whatever the line carries.
func usualRates() rates { return rates{RMC: 1, VTG: 1, GGA: 1, GSA: 1, GSV: 1, GLL: 1} }

// sentences says those that are due.
func (m *Module) sentences(t moment, every rates) {
	n := int(t.true / 1e9)
	for _, s := range spoken {
		if r := every[s]; r == 0 || n%r != 0 {
			continue
		}
		for _, text := range m.sentence(s, t) {
			m.say(text)
		}
	}
	if every[GSV] > 0 {
		m.flood()
	}
}

// sentence returns the sentences of type s.
func (m *Module) sentence(s Sentence, t moment) []string {
	switch {
	case s == GLL && t.noFix:
		return m.voice.wrap(s, fmt.Sprintf(",,,,%s,V,N", t.clock()))
	case s == GLL:
		return m.voice.wrap(s, fmt.Sprintf("%s,%s,A,A", position, t.clock()))
	case s == VTG:
		return m.voice.wrap(s, "31.66,T,,M,0.02,N,0.04,K,A")
	case s == GSV && !t.noFix:
		return m.voice.view(t)
	}
	return m.voice.speak(s, t)
}

// flood says more than the line carries.
func (m *Module) flood() {
	if !m.flooded {
		return
	}
	text := wrap("GP", GSV, "1,1,04,02,44,123,38,05,37,056,33,12,62,287,44,25,15,315,27")
	if m.behind > 0 {
		for len(m.line.waiting) < int((m.behind+time.Second).Seconds()*float64(m.line.baud))/10 {
			m.say(text)
		}
		return
	}
	for range 2 + m.line.baud/10/len(text) {
		m.say(text)
	}
}
