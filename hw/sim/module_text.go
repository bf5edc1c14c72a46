package sim

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"gpsntpd/hw"
)

// texting is what receivers have in common that are set by sentences.
type texting struct {
	*Module
	every rates
	speed int // in ms, between epochs
}

func (t *texting) speak(at moment) { t.sentences(at, t.every) }

func (t *texting) pulsed() pulsed { return pulsed{always: t.always} }

// words are the fields of a sentence that the host sent, without checksum.
func words(f hw.Frame) []string {
	text, _, _ := strings.Cut(string(f.Bytes), "*")
	return strings.Split(strings.TrimPrefix(text, "$"), ",")
}

func field(w []string, i int) int {
	if i >= len(w) {
		return -1
	}
	n, err := strconv.Atoi(w[i])
	if err != nil {
		return -1
	}
	return n
}

// closed adds the checksum to what stands behind the dollar sign.
func closed(text string) string {
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return fmt.Sprintf("$%s*%02X\r\n", text, sum)
}

// obeys reports whether what is told is done.
func (t *texting) obeys() bool { return !t.refuses && !t.lies }

func (t *texting) retune(baud int) {
	if !t.slow && t.obeys() && baud > 0 {
		t.later(20*time.Millisecond, func() { t.line.retune(baud) })
	}
}

// casic is an L76K: an AT6558 that is told by PCAS, and answers nothing but its version.
type casic struct{ texting }

func newCASIC(m *Module) family { return &casic{texting{Module: m}} }

func (c *casic) reset() { c.every, c.speed = usualRates(), 1000 }

func (c *casic) greet() {
	c.say(wrap("GP", TXT, "01,01,02,IC=AT6558-5N-32-1C510800"))
	c.say(wrap("GP", TXT, "01,01,02,SW=URANUS5,V5.3.0.0"))
	c.say(wrap("GP", TXT, "01,01,01,ANTENNA OK"))
}

var casicSpeeds = [...]int{4800, 9600, 19200, 38400, 57600, 115200}

func (c *casic) hear(f hw.Frame) {
	if f.Protocol != hw.NMEA || c.refuses {
		return
	}
	w := words(f)
	switch w[0] {
	case "PCAS06":
		c.reply(wrap("GP", TXT, "01,01,02,SW=URANUS5,V5.3.0.0"))
	case "PCAS03":
		for i, s := range []Sentence{GGA, GLL, GSA, GSV, RMC, VTG, ZDA} {
			if n := field(w, i+1); n >= 0 && c.obeys() {
				c.every[s] = n
			}
		}
		if c.clamps {
			c.every[GSV] = 1
		}
	case "PCAS01":
		if i := field(w, 1); i >= 0 && i < len(casicSpeeds) {
			c.retune(casicSpeeds[i])
		}
	}
}

// mtk is an MT3339, which is told by PMTK and confirms each command.
type mtk struct{ texting }

func newMTK(m *Module) family { return &mtk{texting{Module: m}} }

// mtkSentences are where in PMTK314 the rate of each sentence stands.
var mtkSentences = map[int]Sentence{0: GLL, 1: RMC, 2: VTG, 3: GGA, 4: GSA, 5: GSV, 17: ZDA}

const mtkFields = 19

func (m *mtk) reset() { m.every, m.speed = usualRates(), 1000; m.every[GSV] = 5 }

func (m *mtk) greet() {
	m.say(closed("PMTK011,MTKGPS"))
	m.say(closed("PMTK010,001"))
}

func (m *mtk) hear(f hw.Frame) {
	if f.Protocol != hw.NMEA {
		return
	}
	w := words(f)
	switch {
	case !strings.HasPrefix(w[0], "PMTK"):
	case w[0] == "PMTK605":
		m.reply(closed("PMTK705,AXN_2.31_3339_13101700,5632,PA6H,1.0"))
	case w[0] == "PMTK414":
		all := make([]string, mtkFields)
		for i := range all {
			all[i] = strconv.Itoa(m.every[mtkSentences[i]])
		}
		m.reply(closed("PMTK514," + strings.Join(all, ",")))
	case w[0] == "PMTK400":
		m.reply(closed(fmt.Sprintf("PMTK500,%d,0,0,0.0,0.0", m.speed)))
	case w[0] == "PMTK314":
		m.rates(w)
		m.acknowledge(w[0])
	case w[0] == "PMTK220":
		if m.obeys() {
			m.speed = field(w, 1)
		}
		m.acknowledge(w[0])
	case w[0] == "PMTK251":
		m.retune(field(w, 1))
	default:
		m.acknowledge(w[0])
	}
}

func (m *mtk) rates(w []string) {
	for i, s := range mtkSentences {
		if n := field(w, i+1); n >= 0 && m.obeys() {
			m.every[s] = n
		}
	}
	if m.clamps {
		m.every[GSV] = 1
	}
}

func (m *mtk) acknowledge(command string) {
	answer := 3
	if m.refuses {
		answer = 2
	}
	m.reply(closed(fmt.Sprintf("PMTK001,%s,%d", strings.TrimPrefix(command, "PMTK"), answer)))
}

// airoha is an LC29H, which is told by PAIR and PQTM.
type airoha struct {
	texting
	pps string
}

func newAiroha(m *Module) family { return &airoha{texting: texting{Module: m}} }

// airohaSentences are the numbers of the sentences in PAIR062.
var airohaSentences = []Sentence{GGA, GLL, GSA, GSV, RMC, VTG, ZDA}

func (a *airoha) reset() {
	a.every, a.speed, a.pps = usualRates(), 1000, "1,1,100,2,1,0"
	if a.always {
		a.pps = "1,1,100,1,1,0"
	}
}

func (a *airoha) pulsed() pulsed {
	w := strings.Split(a.pps, ",")
	return pulsed{always: field(w, 3) == 1, clear: field(w, 4) == 0}
}

func (a *airoha) greet() {
	a.say(closed("PAIR001,0,0"))
	a.say(closed("PQTMVER,1,LC29HBS,HW1.0,SN1"))
}

func (a *airoha) hear(f hw.Frame) {
	if f.Protocol != hw.NMEA {
		return
	}
	w := words(f)
	switch {
	case w[0] == "PQTMVERNO":
		a.reply(closed("PQTMVERNO,LC29HBSNR11A01S,2022/03/23,12:34:56"))
	case w[0] == "PQTMCFGPPS" && len(w) >= 3 && w[1] == "R":
		a.reply(closed("PQTMCFGPPS,OK," + a.pps))
	case w[0] == "PQTMCFGPPS" && len(w) == 8 && w[1] == "W":
		a.pulseTold(w[2:])
	case w[0] == "PAIR062" && len(w) == 3:
		if i := field(w, 1); i >= 0 && i < len(airohaSentences) && a.obeys() && !(a.clamps && i == 3) {
			a.every[airohaSentences[i]] = field(w, 2)
		}
		a.acknowledge(w[0])
	case w[0] == "PAIR063" && len(w) == 2:
		if i := field(w, 1); i >= 0 && i < len(airohaSentences) {
			a.reply(closed(fmt.Sprintf("PAIR063,%d,%d", i, a.every[airohaSentences[i]])))
		}
	case w[0] == "PAIR051":
		a.reply(closed(fmt.Sprintf("PAIR051,%d", a.speed)))
	case w[0] == "PAIR050":
		if a.obeys() {
			a.speed = field(w, 1)
		}
		a.acknowledge(w[0])
	case w[0] == "PAIR864" && len(w) == 4:
		a.acknowledge(w[0])
		a.retune(field(w, 3))
	case strings.HasPrefix(w[0], "PAIR"):
		a.acknowledge(w[0])
	}
}

func (a *airoha) pulseTold(w []string) {
	if a.refuses {
		a.reply(closed("PQTMCFGPPS,ERROR,1"))
		return
	}
	if !a.lies {
		w = slices.Clone(w)
		if a.clamps {
			w[2] = "50"
		}
		a.pps = strings.Join(w, ",")
	}
	a.reply(closed("PQTMCFGPPS,OK"))
}

func (a *airoha) acknowledge(command string) {
	answer := 0
	if a.refuses {
		answer = 2
	}
	a.reply(closed(fmt.Sprintf("PAIR001,%s,%d", strings.TrimPrefix(command, "PAIR"), answer)))
}

// clone says that it is a u-blox, and answers nothing.
type clone struct{ texting }

func newClone(m *Module) family { return &clone{texting{Module: m}} }

func (c *clone) reset()        { c.every = usualRates(); c.every[GSV] = 5 }
func (c *clone) greet()        { c.say(wrap("GN", TXT, "01,01,02,u-blox ag - www.u-blox.com")) }
func (c *clone) hear(hw.Frame) {}
func (c *clone) speak(t moment) {
	c.texting.speak(t)
	c.say(ubx(ubxPVT, (&ublox{Module: c.Module, surveyed: unsurveyed}).pvt(t)))
}
func unsurveyed() (int, time.Duration) { return 0, 0 }
