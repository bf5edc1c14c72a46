package sim

import (
	"math"
	"time"
)

// Trouble is what goes wrong with a module. Troubles are composed by listing them.
type Trouble struct {
	Name string
	with func(*Module)
}

// troubled is what troubles do to a module; the zero value is health.
type troubled struct {
	usual      int           // speed after the power came
	cold       time.Duration // no fix before
	unresolved time.Duration // the time is wrong for so long after the first fix …
	wrongBy    time.Duration // … by this much
	losing     float64       // share of answers that are lost
	lateness   time.Duration // of answers
	noise      float64       // share of bytes that are damaged on the way
	refuses    bool          // everything is refused
	lies       bool          // everything is confirmed, and nothing done
	clamps     bool          // a value is confirmed, and the one beside it taken
	mute       bool          // it hears nothing
	echo       bool          // it sends back what it hears
	silent     bool          // it says nothing
	usb        bool          // the speed does not matter
	slow       bool          // it cannot change its speed
	flooded    bool          // it says more than its line carries, until told not to
	behind     time.Duration // so late is what it says, always alike
	always     bool          // its pulse runs free without a fix
	strikes    []strike      // in any order
}

// strike is something that happens once.
type strike struct {
	at Truth
	do func()
}

func (m *Module) nextTrouble() Truth {
	next := Truth(math.MaxInt64)
	for _, s := range m.strikes {
		next = min(next, s.at)
	}
	return next
}

func (m *Module) strike() {
	for i, s := range m.strikes {
		if s.at <= m.now {
			m.strikes = append(m.strikes[:i:i], m.strikes[i+1:]...)
			s.do()
			return
		}
	}
}

// after is a trouble that happens once, so long after the module is switched on.
func after(name string, d time.Duration, do func(*Module)) Trouble {
	return Trouble{name, func(m *Module) { m.later(d, func() { do(m) }) }}
}

func always(name string, with func(*troubled)) Trouble {
	return Trouble{name, func(m *Module) { with(&m.troubled) }}
}

// Speaks is a module that was left at another speed than the factory's.
func Speaks(baud int) Trouble { return always("speed", func(t *troubled) { t.usual = baud }) }

// FixAfter is one without a fix for so long after the power came.
func FixAfter(d time.Duration) Trouble { return always("no_fix", func(t *troubled) { t.cold = d }) }

// LeapUnknown is one that is wrong by some seconds for so long after its first fix.
func LeapUnknown(d, by time.Duration) Trouble {
	return always("leap_unknown", func(t *troubled) { t.unresolved, t.wrongBy = d, by })
}

// LosesAnswers loses a share of its answers.
func LosesAnswers(share float64) Trouble {
	return always("lost", func(t *troubled) { t.losing = share })
}

// AnswersLate takes so long for an answer.
func AnswersLate(d time.Duration) Trouble {
	return always("late", func(t *troubled) { t.lateness = d })
}

// Refuses refuses whatever it is told.
func Refuses() Trouble { return always("nak", func(t *troubled) { t.refuses = true }) }

// Lies confirms whatever it is told, and does nothing of it.
func Lies() Trouble { return always("lying_ack", func(t *troubled) { t.lies = true }) }

// Clamps takes another value than the one that it confirms.
func Clamps() Trouble { return always("clamped", func(t *troubled) { t.clamps = true }) }

// Mute hears nothing: only the line from it is connected.
func Mute() Trouble { return always("mute", func(t *troubled) { t.mute = true }) }

// Noisy damages a share of the bytes.
func Noisy(share float64) Trouble { return always("noise", func(t *troubled) { t.noise = share }) }

// Overfull says more than its line carries, until it is told to say less.
func Overfull() Trouble { return always("overfull", func(t *troubled) { t.flooded = true }) }

// Behind says just as much as its line carries, so long after the time, until it is
// told to say less.
func Behind(d time.Duration) Trouble {
	return always("behind", func(t *troubled) { t.flooded, t.behind = true, d })
}

// FreeRunning has a pulse without a fix, too, until it is told otherwise.
func FreeRunning() Trouble { return always("free_running", func(t *troubled) { t.always = true }) }

// KeepsSpeed cannot change its speed.
func KeepsSpeed() Trouble { return always("keeps_speed", func(t *troubled) { t.slow = true }) }

// Reboots loses its power for a moment, so long after it was switched on.
func Reboots(d time.Duration) Trouble {
	return after("reboot", d, func(m *Module) { m.power(m.now) })
}

// FallsBack reboots, and comes back at another speed.
func FallsBack(d time.Duration, baud int) Trouble {
	return after("brown_out", d, func(m *Module) {
		m.usual = baud
		m.power(m.now)
	})
}

// garble damages what is on its way.
func (m *Module) garble(text []byte) []byte {
	if m.noise == 0 {
		return text
	}
	damaged := []byte(string(text))
	for i := range damaged {
		if m.random.Float64() < m.noise {
			damaged[i] ^= 1 << m.random.IntN(8)
		}
	}
	return damaged
}
