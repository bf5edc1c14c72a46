package configure

import (
	"encoding/binary"
	"fmt"
	"math"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock/ubx"
)

// Position is where the antenna stands, in the earth's frame, and how sure that is. The
// zero value is unknown.
type Position struct {
	X        int `json:"x_cm"`
	Y        int `json:"y_cm"`
	Z        int `json:"z_cm"`
	Accuracy int `json:"accuracy_mm"`
}

// Known reports whether it is one.
func (p Position) Known() bool { return p != Position{} }

// from is how far apart two positions are, in metres.
func (p Position) from(q Position) float64 {
	return math.Hypot(math.Hypot(float64(p.X-q.X), float64(p.Y-q.Y)), float64(p.Z-q.Z)) / 100
}

// A survey lasts so long, and until it is so sure. A metre is 3 ns; what a survey of half
// an hour yields is right to less than that (u-blox, "NEO/LEA-M8T", section on survey-in).
const (
	surveyLeast = 2000   // s
	surveyLimit = 20_000 // mm
	surveyAsk   = time.Minute

	moved  = 100              // metres from where it was: more than a fix of one epoch errs
	steady = 10 * time.Second // of a fix, before it is compared with that
)

// Modes of TMODE2 and TMODE-MODE.
const (
	surveying = 1
	fixedMode = 2
)

// site is what is known of the antenna's place.
type site struct {
	here    Position // of the newest fix …
	since   hw.Raw   // … and since when there is one
	decided bool     // whether it is to be surveyed or given
	running bool     // a survey is
	asked   hw.Raw   // for how far it is
	forced  bool     // it is to be decided without a fix
	found   bool     // a survey has ended, and no one has been told
}

// locate takes the place of a fix from NAV-PVT, and the end of a survey.
func (c *Configurator) locate(now hw.Raw, f hw.Frame) {
	m, b, ok := ubx.Cut(f.Bytes)
	switch {
	case !ok:
	case m == ubx.NavPVT && len(b) >= 84:
		if b[20] == 5 && c.Position.Known() { // it is fixed, and has no place of its own
			c.site.forced = c.site.forced || !c.site.decided
		}
		if b[20] != 3 || b[21]&1 == 0 {
			c.site.since = 0
			return
		}
		if c.site.since == 0 {
			c.site.since = now
		}
		at := func(i int) float64 { return float64(int32(binary.LittleEndian.Uint32(b[i:]))) }
		c.site.here = earth(at(28)*1e-7, at(24)*1e-7, at(32)/1000)
	case m == ubx.TimSVIN && len(b) >= 28:
		c.surveyed(b[4:], b[24] != 0, b[25] != 0, math.Sqrt(float64(binary.LittleEndian.Uint32(b[16:]))))
	case m == ubx.NavSVIN && len(b) >= 40:
		c.surveyed(b[12:], b[36] != 0, b[37] != 0, float64(binary.LittleEndian.Uint32(b[28:]))/10)
	}
}

// surveyed takes the state of a survey: its mean in cm and its accuracy in mm.
func (c *Configurator) surveyed(mean []byte, valid, active bool, accuracy float64) {
	if !c.site.running || !valid || active {
		return
	}
	at := func(i int) int { return int(int32(binary.LittleEndian.Uint32(mean[i:]))) }
	p := Position{at(0), at(4), at(8), int(min(accuracy, surveyLimit))}
	const radius = 6_371_000 // metres
	if high := p.from(Position{}) - radius; math.Abs(high) > 100_000 {
		return // that is not on the earth
	}
	c.Position, c.site.running, c.site.decided, c.site.forced, c.site.found = p, false, false, true, true
}

// earth is a place in degrees and metres above the ellipsoid of WGS 84.
func earth(latitude, longitude, height float64) Position {
	const a, e2 = 6378137.0, 6.69437999014e-3
	φ, λ := latitude*math.Pi/180, longitude*math.Pi/180
	n := a / math.Sqrt(1-e2*math.Sin(φ)*math.Sin(φ))
	cm := func(m float64) int { return int(math.Round(m * 100)) }
	return Position{X: cm((n + height) * math.Cos(φ) * math.Cos(λ)), Y: cm((n + height) * math.Cos(φ) * math.Sin(λ)), Z: cm((n*(1-e2) + height) * math.Sin(φ))}
}

// place goes on with the survey of a timing receiver that is set otherwise.
func (c *Configurator) place(now hw.Raw) hw.Output {
	s := &c.site
	switch {
	case c.id.Family != UBlox || !c.id.timing() || c.Mode != Auto:
	case s.running && c.settings[len(c.settings)-1].State != Right:
		s.running = false // it cannot
	case s.running && now.Sub(s.asked) >= surveyAsk:
		s.asked = now
		m := ubx.TimSVIN
		if c.id.protocol() >= valuesFrom {
			m = ubx.NavSVIN
		}
		return hw.Output{Bytes: ubx.Append(nil, m, nil)}
	case s.running, s.decided:
	case s.forced, s.since != 0 && now.Sub(s.since) >= steady:
		c.settleDown(now)
	}
	return hw.Output{}
}

// settleDown has the position given, or surveyed where it is not known or not that of the
// antenna any more.
func (c *Configurator) settleDown(now hw.Raw) {
	s := &c.site
	known := c.Position.Known() && (!s.here.Known() || c.Position.from(s.here) < moved)
	s.decided, s.running, s.forced, s.asked = true, !known, false, now
	one := c.positionStep(known)
	for i := range c.settings {
		if c.settings[i].Name == one.name {
			c.plan, c.settings = append(c.plan[:i:i], c.plan[i+1:]...), append(c.settings[:i:i], c.settings[i+1:]...)
			break
		}
	}
	c.plan = append(c.plan, one)
	c.settings = append(c.settings, Setting{Name: one.name, Wanted: one.wanted, State: Pending})
	c.phase, c.at, c.mute, c.flight = Comparing, len(c.plan)-1, 0, flight{}
}

// positionStep is what is wanted of the mode of a timing receiver.
func (c *Configurator) positionStep(known bool) step {
	const name = "position"
	p := c.Position
	wanted, mode := fmt.Sprintf("survey for at least %d s", surveyLeast), surveying
	if known {
		wanted, mode = fmt.Sprintf("fixed, to %.1f m", float64(p.Accuracy)/1000), fixedMode
	}
	if c.id.protocol() >= valuesFrom {
		keys := []key{{0x20030001, uint64(mode), "mode"}, {0x40030010, surveyLeast, "s"}, {0x40030011, surveyLimit * 10, "0.1 mm"}}
		if known {
			keys = []key{{0x20030001, fixedMode, "mode"}, {0x20030002, 0, "ECEF"}, {0x40030003, word(p.X), "X"}, {0x40030004, word(p.Y), "Y"}, {0x40030005, word(p.Z), "Z"}, {0x4003000F, uint64(p.Accuracy * 10), "0.1 mm"}}
		}
		return c.group(name, wanted, keys)
	}
	return block(name, wanted, ubx.CfgTMODE2, nil, 28, func(b []byte) string {
		at := func(i int) int { return int(int32(binary.LittleEndian.Uint32(b[i:]))) }
		switch is := (Position{X: at(4), Y: at(8), Z: at(12)}); {
		case b[0] == surveying && mode == surveying, b[0] == fixedMode && mode == fixedMode && is.from(p) < 1:
			return wanted
		case b[0] == surveying:
			return "survey"
		case b[0] == fixedMode:
			return "fixed"
		}
		return "neither survey nor fixed"
	}, func(b []byte) {
		clear(b)
		b[0] = byte(mode)
		for i, v := range []int{p.X, p.Y, p.Z, p.Accuracy, surveyLeast, surveyLimit} {
			binary.LittleEndian.PutUint32(b[4*(i+1):], uint32(v))
		}
	})
}

func word(v int) uint64 { return uint64(uint32(v)) }

// Surveyed returns the position that a survey has just found, once.
func (c *Configurator) Surveyed() (p Position, ok bool) {
	ok, c.site.found = c.site.found, false
	return c.Position, ok
}

// resurvey has a timing receiver survey its position again.
func (c *Configurator) resurvey() error {
	switch {
	case c.id.Family == Unknown:
		return ErrNobody
	case c.id.Family != UBlox || !c.id.timing() || c.phase != Done || c.Mode != Auto:
		return ErrCannot
	}
	c.Position, c.site = Position{}, site{forced: true}
	return nil
}
