// Package configure tells which receiver is on the line, and has it send and do
// what a clock needs. It keeps to the receiver's RAM: whoever switches it off and
// on has the old one back.
package configure

import (
	"time"

	"gpsntpd/hw"
)

// Mode is what may be done to the receiver.
type Mode string

// The modes.
const (
	Off     Mode = "off"     // not one byte is sent
	Monitor Mode = "monitor" // it is asked, and told nothing
	Auto    Mode = "auto"    // it is set
)

// Options are the operator's choices; the zero value sends nothing.
type Options struct {
	Mode           Mode
	ElevationMask  *int           // degrees; nil: as it is
	Constellations []string       // "gps", "galileo", …; none: as they are
	FixedSpeed     bool           // that of the line may not be changed
	Position       Position       // of the antenna, as an earlier survey found it
	CableDelay     *time.Duration // from the antenna; nil: as it is

}

// Identity is what is known of the receiver; "" is unknown.
type Identity struct {
	Family   Family
	Model    string
	Firmware string
	Protocol string // version, of u-blox
}

// Family is the makers' protocol, one enumerated word.
type Family string

// The families.
const (
	Unknown Family = ""
	UBlox   Family = "u-blox"
	CASIC   Family = "casic"
	MTK     Family = "mtk"
	Airoha  Family = "airoha"
)

// Phase is how far it has come, one enumerated word.
type Phase string

// The phases.
const (
	Hands      Phase = "off"        // of the receiver
	Listening  Phase = "listening"  // to what it says by itself
	Asking     Phase = "asking"     // who it is
	Comparing  Phase = "comparing"  // what it does with what it is to do, and setting it
	Done       Phase = "done"       // whatever could be done
	Unanswered Phase = "unanswered" // it answers nothing, and is left as it is
	NotKnown   Phase = "unknown"    // nothing that we know, and nothing more is sent
)

// Setting is one thing that the receiver is to do.
type Setting struct {
	Name   string
	Wanted string
	Actual string // as it was read back; "" when it was not
	State  State
}

// State is how a setting stands, one enumerated word.
type State string

// The states of a setting.
const (
	Pending  State = "pending"
	Right    State = "ok"
	Differs  State = "differs"   // and it is not ours to change
	Refused  State = "refused"   // by the receiver
	Ignored  State = "ignored"   // confirmed, and not done
	NoAnswer State = "no_answer" // to the question or the command
	Unread   State = "unread"    // the receiver does not tell
	Unable   State = "unable"    // gpsntpd does not know how, with this receiver
	Crowded  State = "crowded"   // the line has no room, at any speed that we know of
)

// How long is waited, and how often something is tried.
const (
	listenFor  = 3 * time.Second         // before anything is sent
	probeEvery = time.Second             // one question each
	answerIn   = 1200 * time.Millisecond // u-blox promises a second
	queued     = 5 * time.Second         // more: as much waits for a line that is full
	tries      = 3
	unanswered = 3                // settings in a row end the attempt
	restEvery  = 30 * time.Second // between attempts, doubled up to …
	restMost   = 10 * time.Minute
)

// Configurator identifies one receiver and sets it. The zero value with Options
// is ready for use.
type Configurator struct {
	Options

	USB bool // the port is on USB: its speed means nothing

	id       Identity
	phase    Phase
	opened   hw.Raw // when the line was last understood at a speed
	baud     int
	sent     int    // bytes
	strange  bool   // all questions were asked, and no one answered
	rounds   int    // of them
	retries  int    // of the whole since the port was opened
	probe    int    // number of the next question
	due      hw.Raw // of the next question; 0: not before it makes sense
	earliest hw.Raw // of the next attempt
	plan     []step
	settings []Setting
	at       int // of plan
	flight   flight
	mute     int // settings in a row without answer
	rest     time.Duration
	ended    hw.Raw   // the last attempt
	changed  hw.Raw   // when the receiver was last told something that it did
	port     int      // of a u-blox that the host is on …
	prt      []byte   // … and its block
	orders   [][]byte // that wait
	crowded  bool     // the line was full
	heard    heard
	load     load
	site     site
}

// Opened tells that the port is open and understood at baud. What was known of
// whoever was there before is not.
func (c *Configurator) Opened(now hw.Raw, baud int) {
	if c.Mode == Off || c.Mode == "" {
		c.phase, c.baud, c.load = Hands, baud, load{}
		return
	}
	if c.opened != 0 && baud == c.baud {
		return // our own doing, or nothing new
	}
	c.opened, c.baud = now, baud
	c.id, c.heard, c.load, c.crowded, c.retries = Identity{}, heard{}, load{}, false, 0
	c.restart(now)
}

// restart begins anew with the receiver that is there.
func (c *Configurator) restart(now hw.Raw) {
	c.phase, c.flight, c.at, c.mute = Listening, flight{}, 0, 0
	c.site = site{}
	c.due = 0
	if c.heard.any != 0 {
		c.due = now.Add(listenFor)
	}
	if c.ended != 0 {
		if now.Sub(c.ended) > restMost {
			c.rest = 0
		}
		c.earliest, c.rest = c.ended.Add(c.rest), min(max(2*c.rest, restEvery), restMost)
	}
	if c.strange && c.id.Family == Unknown {
		c.phase = NotKnown
	}
}

// Closed tells that the port is not open any more.
func (c *Configurator) Closed() {
	*c = Configurator{Options: c.Options, sent: c.sent, strange: c.strange, rounds: c.rounds, ended: c.ended, rest: c.rest}
}

// Frame takes what the receiver sent.
func (c *Configurator) Frame(now hw.Raw, f hw.Frame) {
	c.load.frame(now, f, c.baud)
	c.crowded = c.crowded || c.load.full()
	if c.phase == Hands || c.phase == "" || !f.Sound() {
		return
	}
	c.heard.frame(now, f)
	c.locate(now, f)
	booted := c.identify(f)
	switch {
	case c.phase == NotKnown && c.id.Family != Unknown, booted && c.phase != Listening && now.Sub(c.opened) > listenFor:
		c.restart(now) // it has come just now, or the power was gone
	default:
		c.answer(now, f)
	}
}

// Next is what is to be sent now, if anything.
func (c *Configurator) Next(now hw.Raw) hw.Output {
	var o hw.Output
	if len(c.orders) > 0 && c.flight.doing == idle && c.phase != Hands && c.phase != "" {
		o.Bytes, c.orders = c.orders[0], c.orders[1:]
		c.sent, c.changed = c.sent+len(o.Bytes), now
		return o
	}
	switch c.phase {
	case Listening:
		if c.due == 0 && c.heard.any != 0 { // something that makes sense
			c.due = now.Add(listenFor)
		}
		if c.due != 0 && now >= max(c.due, c.earliest) {
			c.phase, c.probe = Asking, 0
		}
	case Asking:
		o = c.question(now)
	case Comparing:
		o = c.step(now)
	case Unanswered:
		c.retry(now)
	case Done:
		if c.watch(now); c.phase == Done {
			o = c.place(now)
		}
	}
	c.sent += len(o.Bytes)
	return o
}

// Changed is when the receiver was last told something: how late its sentences
// are may have changed then. 0: never.
func (c *Configurator) Changed() hw.Raw { return c.changed }

// Phase is how far it has come.
func (c *Configurator) Phase() Phase { return c.phase }

// Report is what there is to say of it.
type Report struct {
	Mode     Mode
	Phase    Phase
	Identity Identity
	Settings []Setting
	Sent     int     // bytes, in all
	Load     float64 // share of the line that is used; 0: unknown
	Full     bool    // it carries no more
}

// Report tells how far it has come.
func (c *Configurator) Report() Report {
	return Report{
		Mode: c.Mode, Phase: c.phase, Identity: c.id, Sent: c.sent,
		Settings: append([]Setting(nil), c.settings...), Load: c.load.used, Full: c.load.full(),
	}
}

// Full reports whether the line from the receiver carries no more: its sentences
// may be seconds late, and nothing shows by how much.
func (c *Configurator) Full() bool { return c.load.full() }

// Systems are the words for the satellite systems.
func Systems() []string { return []string{"gps", "sbas", "galileo", "beidou", "qzss", "glonass"} }
