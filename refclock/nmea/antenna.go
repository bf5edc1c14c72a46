package nmea

import "strings"

// Antenna is what the receiver says of its antenna, one enumerated word.
type Antenna string

// What can be said of it.
const (
	AntennaUnsaid   Antenna = ""
	AntennaOK       Antenna = "ok"
	AntennaOpen     Antenna = "open"     // none is connected
	AntennaShort    Antenna = "short"    // its supply is shorted
	AntennaInternal Antenna = "internal" // the one inside is used
)

// antenna reads what s says of the antenna; AntennaUnsaid when it is of
// something else. Receivers of u-blox and Quectel send
// "$GPTXT,01,01,02,ANTSTATUS=OPEN", those of CASIC "$GPTXT,01,01,01,ANTENNA
// OPEN", each second or when it changes, and those of GlobalTop "$PGTOP,11,3".
func (s *sentence) antenna() Antenna {
	switch s.kind {
	case "GTOP":
		if s.field(0) != "11" {
			return AntennaUnsaid
		}
		switch s.field(1) {
		case "1":
			return AntennaShort
		case "2":
			return AntennaInternal
		case "3":
			return AntennaOK
		}
	case "TXT":
		text := strings.ToUpper(strings.TrimSpace(s.field(3)))
		for _, prefix := range []string{"ANTSTATUS=", "ANTENNA "} {
			if word, ok := strings.CutPrefix(text, prefix); ok {
				return antennaWord(word)
			}
		}
	}
	return AntennaUnsaid
}

func antennaWord(word string) Antenna {
	switch word {
	case "OK":
		return AntennaOK
	case "OPEN":
		return AntennaOpen
	case "SHORT":
		return AntennaShort
	}
	return AntennaUnsaid // INIT, DONTKNOW
}
