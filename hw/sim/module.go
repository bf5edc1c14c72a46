package sim

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"time"

	"gpsntpd/hw"
)

// Module is a receiver that can be spoken to. It keeps its configuration in RAM,
// answers as its family does, and sends no faster than its line carries. It is
// for one goroutine.
type Module struct {
	Heard int // bytes that reached it, whatever it made of them

	model   model
	family  family
	random  *rand.Rand
	voice   *receiver // speaks its sentences
	framer  hw.Framer
	inbox   []parcel // on the way to it, in order of time
	replies []parcel // that it will send later
	line    line
	now     Truth
	epoch   Truth // when it speaks next …
	second  Truth // … of this second
	booted  Truth // when it was last switched on
	made    condition
	troubled
}

// model is what modules of one kind have in common.
type model struct {
	name    string
	baud    int           // of the factory
	latency time.Duration // from the second to the first byte that names it
	room    int           // bytes that may wait for the line
	talker  string
	family  func(*Module) family
}

// family is what the protocols of makers differ in.
type family interface {
	reset()          // to what the factory set, when the power comes
	greet()          // what is said after that
	speak(m moment)  // an epoch
	hear(f hw.Frame) // what the host sent
	pulsed() pulsed  // how the pulse is set
}

// pulsed is how a pulse is set.
type pulsed struct {
	always bool          // also without a fix, at no particular place in the second
	clear  bool          // it falls at the second
	late   time.Duration // its grid after UTC
}

// parcel is bytes that arrive at a moment.
type parcel struct {
	at   Truth
	text []byte
}

var models = []model{
	{"ublox-8", 9600, 60 * time.Millisecond, 2048, "GN", newUBlox8},
	{"f9t", 38400, 50 * time.Millisecond, 4096, "GN", newF9T},
	{"l76k", 9600, 180 * time.Millisecond, 4096, "GN", newCASIC},
	{"mtk3339", 9600, 470 * time.Millisecond, 1024, "GP", newMTK},
	{"lc29h", 115200, 120 * time.Millisecond, 4096, "GN", newAiroha},
	{"clone", 9600, 120 * time.Millisecond, 1024, "GN", newClone},
}

// Modules lists the names of the receivers that there are.
func Modules() (names []string) {
	for _, m := range models {
		names = append(names, m.name)
	}
	return names
}

// NewModule returns a receiver of the kind name that is switched on at start, with
// its troubles. The same seed yields the same receiver.
func NewModule(name string, start Truth, seed uint64, troubles ...Trouble) (*Module, error) {
	i := slices.IndexFunc(models, func(m model) bool { return m.name == name })
	if i < 0 {
		return nil, fmt.Errorf("no receiver %q; there are %s", name, strings.Join(Modules(), ", "))
	}
	s, err := Load("calm")
	if err != nil {
		return nil, err
	}
	s.Receiver.Talker, s.Receiver.Satellites, s.Seed = models[i].talker, 12, seed
	m := &Module{model: models[i], random: s.random(moduleStream), voice: newReceiver(s), now: start}
	m.usual = m.model.baud
	m.voice.sky.systems = m.voice.sky.systems[:min(2, len(m.voice.sky.systems))]
	for _, t := range troubles {
		t.with(m)
	}
	m.family = m.model.family(m)
	m.power(start)
	return m, nil
}

// boots is how long a receiver says nothing after the power came.
const boots = 600 * time.Millisecond

// power switches the receiver on: what it was told is gone.
func (m *Module) power(at Truth) {
	const whole = Truth(time.Second)
	m.booted, m.framer, m.inbox, m.replies = at, hw.Framer{}, nil, nil
	m.line = line{baud: m.usual, room: m.model.room}
	if m.behind > 0 {
		m.line.room = 1 << 17
	}
	m.family.reset()
	m.second = (at.Add(boots) + whole - 1) / whole * whole
	m.reschedule()
	m.later(boots/2, m.family.greet)
}

func (m *Module) reschedule() {
	jitter := scale(2*time.Millisecond, m.random.Float64())
	m.epoch = m.second.Add(m.model.latency + jitter)
}

// Baud is the speed that it sends and hears at.
func (m *Module) Baud() int { return m.line.baud }

// Tell sends bytes to the receiver, at the speed that the host is set to: they
// have arrived when the line has carried them.
func (m *Module) Tell(at Truth, text []byte, baud int) {
	if m.usb || baud == 0 {
		baud = m.line.baud
	}
	if baud != m.line.baud {
		text = Sent{text, baud}.Heard(m.line.baud)
	}
	if n := len(m.inbox); n > 0 {
		at = max(at, m.inbox[n-1].at)
	}
	m.inbox = append(m.inbox, parcel{at.Add(sending(len(text), baud)), slices.Clone(text)})
}

// sending is how long n bytes take: start bit, eight bits, stop bit.
func sending(n, baud int) time.Duration {
	return time.Duration(n) * 10 * time.Second / time.Duration(baud)
}

// Due is when something happens to the receiver next.
func (m *Module) Due() Truth {
	due := min(m.epoch, m.line.due())
	if len(m.inbox) > 0 {
		due = min(due, m.inbox[0].at)
	}
	if len(m.replies) > 0 {
		due = min(due, m.replies[0].at)
	}
	return min(due, m.nextTrouble())
}

// Next lets what is due happen. The event has the bytes that have arrived at the
// host by then, if any, and the speed that they were sent at.
func (m *Module) Next() (Event, bool) {
	m.now = max(m.now, m.Due())
	switch now := m.now; {
	case m.nextTrouble() <= now:
		m.strike()
	case len(m.replies) > 0 && m.replies[0].at <= now:
		text := m.replies[0].text
		m.replies = m.replies[1:]
		m.line.send(now, text)
	case m.line.due() <= now:
		return Event{At: now, Bytes: m.garble(m.line.take(now)), Baud: m.line.baud}, true
	case len(m.inbox) > 0 && m.inbox[0].at <= now:
		text := m.inbox[0].text
		m.inbox = m.inbox[1:]
		m.listen(text)
	case m.epoch <= now:
		m.speak()
	}
	return Event{At: m.now}, true
}

// listen takes what has arrived.
func (m *Module) listen(text []byte) {
	m.Heard += len(text)
	if m.echo {
		m.line.send(m.now, text)
	}
	for _, f := range m.framer.Feed(text, hw.Time(m.now)) {
		if f.Sound() && !m.mute {
			m.family.hear(f)
		}
	}
}

// speak says the epoch that is due.
func (m *Module) speak() {
	c := m.made
	since := m.second.Sub(m.booted)
	if since < m.cold {
		c.cold()
	} else if since < m.cold+m.unresolved {
		c.lie += m.wrongBy
	}
	if !m.silent && !c.noSentences {
		m.family.speak(moment{Time: m.second.Add(c.lie).Std(), true: m.second, condition: c})
	}
	if m.line.overran {
		m.line.overran = false
		m.say(wrap(m.model.talker, TXT, "01,01,01,txbuf alloc"))
	}
	m.second = m.second.Add(time.Second)
	m.reschedule()
}

// say sends an unasked message, or loses it when the line has no room for it.
func (m *Module) say(text string) { m.line.send(m.now, []byte(text)) }

// reply answers after a moment, or as its troubles have it.
func (m *Module) reply(text string) {
	if m.random.Float64() < m.losing {
		return
	}
	after := 5*time.Millisecond + m.lateness
	m.replies = append(m.replies, parcel{m.now.Add(after), []byte(text)})
	slices.SortStableFunc(m.replies, func(a, b parcel) int { return int(min(max(a.at-b.at, -1), 1)) })
}

// later does something that says something, after a while.
func (m *Module) later(after time.Duration, do func()) {
	m.strikes = append(m.strikes, strike{m.now.Add(after), do})
}

// pulse reports whether a pulse begins second, and how far off it is.
func (m *Module) pulse(second Truth) (off time.Duration, comes bool) {
	p := m.family.pulsed()
	since := second.Sub(m.booted)
	locked := since >= m.cold+m.unresolved && since >= boots && !m.made.noFix
	switch {
	case m.silent:
		return 0, false
	case !locked && p.always:
		return scale(lead, m.random.Float64()), true // it runs free
	case !locked:
		return 0, false
	}
	off = p.late
	if p.clear {
		off += lead
	}
	return off, true
}

// Wrong lists what the receiver does that a clock would not have it do.
func (m *Module) Wrong() (all []string) {
	p := m.family.pulsed()
	for what, is := range map[string]bool{
		"the pulse comes without a fix": p.always, "the pulse falls at the second": p.clear, "the pulse is not on the grid of UTC": p.late != 0,
		"the line is full": m.line.overran || len(m.line.waiting) > m.line.baud/10, // more than goes in a second
	} {
		if is {
			all = append(all, what)
		}
	}
	slices.Sort(all)
	return all
}
