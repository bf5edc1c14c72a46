package configure

import (
	"fmt"
	"strconv"
	"strings"

	"gpsntpd/hw"
)

// fields are those of a sentence, without dollar sign and checksum; nil for one that
// is none, or too long to be an answer.
func fields(f hw.Frame) []string {
	if f.Protocol != hw.NMEA || len(f.Bytes) < 8 || len(f.Bytes) > 160 {
		return nil
	}
	return strings.Split(string(f.Bytes[1:len(f.Bytes)-3]), ",")
}

// spoken is a setting that a receiver tells as text when asked with a sentence: its
// answer begins with words, and after them come the values.
func spoken(name, wanted, ask, words string, read func(values []string) reading) step {
	begin := strings.Split(words, ",")
	return step{name: name, wanted: wanted, ask: sentence(ask), read: func(f hw.Frame) (reading, bool) {
		w := fields(f)
		if len(w) <= len(begin) {
			return reading{}, false
		}
		for i := range begin {
			if w[i] != begin[i] {
				return reading{}, false
			}
		}
		return read(w[len(begin):]), true
	}}
}

// How often a receiver of text is to say each of kinds. What shows the sky alone is
// for every fifth second, and for none on a line that was full.
func (c *Configurator) wantedRates() [len(kinds)]int {
	rates := [len(kinds)]int{0: 1, 2: seldom, 3: seldom, 4: 1}
	if c.crowded {
		rates[2], rates[3] = 0, 0
	}
	return rates
}

const seldom = 5 // seconds

func ratesText(rates []int) string {
	var words []string
	for i, r := range rates {
		if r != 0 {
			words = append(words, kinds[i]+" "+often(byte(r)))
		}
	}
	return strings.Join(words, ", ")
}

// mtk are the settings of an MT33xx.
func (c *Configurator) mtk() []step {
	at := [len(kinds)]int{3, 0, 4, 5, 1, 2, 17} // of each kind in PMTK314
	rates := c.wantedRates()
	all := make([]string, 19)
	for i := range all {
		all[i] = "0"
	}
	for i, r := range rates {
		all[at[i]] = strconv.Itoa(r)
	}
	return []step{
		spoken("sentences", ratesText(rates[:]), "PMTK414", "PMTK514", func(v []string) reading {
			var are [len(kinds)]int
			for i := range are {
				if at[i] < len(v) {
					are[i], _ = strconv.Atoi(v[at[i]])
				}
			}
			got := reading{actual: ratesText(are[:])}
			if are != rates {
				got.cure = sentence("PMTK314," + strings.Join(all, ","))
			}
			return got
		}),
		spoken("rate", "1 Hz", "PMTK400", "PMTK500", second("PMTK220,1000")),
		silentPulse(),
		c.faster(func(baud int) []byte { return sentence(fmt.Sprintf("PMTK251,%d", baud)) }, nil, nil),
	}
}

// second reads an interval in ms.
func second(cure string) func(v []string) reading {
	return func(v []string) reading {
		if v[0] == "1000" {
			return reading{actual: "1 Hz"}
		}
		return reading{actual: clean("every " + v[0] + " ms"), cure: sentence(cure)}
	}
}

// airoha are the settings of an LC29H.
func (c *Configurator) airoha() []step {
	const pulse = "1,1,100,2,1"
	all := []step{
		spoken("pulse", wantedPulse, "PQTMCFGPPS,R,1", "PQTMCFGPPS,OK", func(v []string) reading {
			if strings.HasPrefix(strings.Join(v, ","), pulse) {
				return reading{actual: wantedPulse}
			}
			return reading{actual: clean("PQTMCFGPPS " + strings.Join(v, ",")), cure: sentence("PQTMCFGPPS,W," + pulse + ",0")}
		}),
		spoken("rate", "1 Hz", "PAIR051", "PAIR051", second("PAIR050,1000")),
	}
	for i, r := range c.wantedRates() {
		if kinds[i] == "ZDA" {
			continue
		}
		all = append(all, spoken(kinds[i], often(byte(r)), fmt.Sprintf("PAIR063,%d", i), fmt.Sprintf("PAIR063,%d", i), func(v []string) reading {
			n, _ := strconv.Atoi(v[0])
			got := reading{actual: often(byte(n))}
			if n != r {
				got.cure = sentence(fmt.Sprintf("PAIR062,%d,%d", i, r))
			}
			return got
		}))
	}
	return append(all, c.faster(func(baud int) []byte { return sentence(fmt.Sprintf("PAIR864,0,0,%d", baud)) }, nil, nil))
}

// silentPulse is the pulse of a receiver that does not tell of it.
func silentPulse() step {
	return step{name: "pulse", wanted: wantedPulse, look: func(hw.Raw) reading { return reading{state: Unread} }}
}

// casic are the settings of an AT6558, which does not tell how it is set: what it
// says shows it.
func (c *Configurator) casic() []step {
	rates := c.wantedRates()
	at := [len(kinds)]int{0, 1, 2, 3, 4, 5, 6}
	words := make([]string, len(kinds))
	for i, r := range rates {
		words[at[i]] = strconv.Itoa(r)
	}
	cure := sentence("PCAS03," + strings.Join(words, ",") + ",0,0,,,0,0")
	speeds := map[int]int{4800: 0, 9600: 1, 19200: 2, 38400: 3, 57600: 4, 115200: 5}
	return []step{
		{name: "sentences", wanted: ratesText(rates[:]), look: func(now hw.Raw) reading {
			said := c.heard.said(now)
			got := reading{actual: saidText(said)}
			for i, r := range rates {
				if r != seldom && (r == 0) != (said[i] == 0) {
					got.cure = cure
				}
			}
			return got
		}},
		silentPulse(),
		c.faster(func(baud int) []byte { return sentence(fmt.Sprintf("PCAS01,%d", speeds[baud])) }, nil, nil),
	}
}

func saidText(said [len(kinds)]int) string {
	var words []string
	for i, n := range said {
		if n == 1 {
			words = append(words, kinds[i])
		}
	}
	return strings.Join(words, ", ")
}

// textVerdict is what a sentence says of a command.
func textVerdict(command []byte, f hw.Frame) verdict {
	w := fields(f)
	if len(w) < 2 || len(command) == 0 {
		return nothing
	}
	of, _, _ := strings.Cut(string(command[1:]), ",")
	of, _, _ = strings.Cut(of, "*")
	switch {
	case w[0] == "PQTMCFGPPS" && of == w[0] && len(w) == 2 && w[1] == "OK":
		return confirmed
	case w[0] == "PQTMCFGPPS" && of == w[0] && w[1] == "ERROR":
		return refused
	case len(of) < 5 || len(w) < 3 || w[0] != of[:4]+"001" || w[1] != of[4:]:
		return nothing
	case w[0] == "PMTK001" && w[2] == "3", w[0] == "PAIR001" && w[2] == "0":
		return confirmed
	case w[0] == "PMTK001", w[0] == "PAIR001" && w[2] != "1":
		return refused
	}
	return nothing
}

// busy is the share of a line above which it is given more speed, and fast the speed.
const (
	busy = 0.6
	fast = 115200
)

// faster gives a line more speed that is used too much. A receiver that can be asked is
// asked at it; of another one anything that makes sense will do.
func (c *Configurator) faster(command func(baud int) []byte, ask []byte, answers func(f hw.Frame) bool) step {
	return step{name: "line", wanted: fmt.Sprintf("at most %.0f %% used", busy*100), baud: fast, poll: ask, answers: answers,
		skip: func() bool { return c.USB },
		look: func(hw.Raw) reading {
			got := reading{actual: fmt.Sprintf("%.0f %% of %d bit/s used", c.load.used*100, c.baud)}
			switch {
			case c.load.used <= busy && !c.load.full():
				return got
			case c.FixedSpeed || c.baud >= fast:
				got.state = Crowded
			default:
				if got.cure = command(fast); got.cure == nil {
					got.state = NoAnswer // to what was to be known before
				}
			}
			return got
		}}
}
