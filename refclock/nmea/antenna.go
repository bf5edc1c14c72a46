package nmea

import (
	"strings"

	"gpsntpd/refclock"
)

// antenna reads what s says of the antenna; refclock.AntennaUnsaid when it is of
// something else. Receivers of u-blox and Quectel send
// "$GPTXT,01,01,02,ANTSTATUS=OPEN", those of CASIC "$GPTXT,01,01,01,ANTENNA
// OPEN", each second or when it changes, and those of GlobalTop "$PGTOP,11,3".
func (s *sentence) antenna() refclock.Antenna {
	switch s.kind {
	case "GTOP":
		if s.field(0) != "11" {
			return refclock.AntennaUnsaid
		}
		switch s.field(1) {
		case "1":
			return refclock.AntennaShort
		case "2":
			return refclock.AntennaInternal
		case "3":
			return refclock.AntennaOK
		}
	case "TXT":
		text := strings.ToUpper(strings.TrimSpace(s.field(3)))
		for _, prefix := range []string{"ANTSTATUS=", "ANTENNA "} {
			if word, ok := strings.CutPrefix(text, prefix); ok {
				return antennaWord(word)
			}
		}
	}
	return refclock.AntennaUnsaid
}

func antennaWord(word string) refclock.Antenna {
	switch word {
	case "OK":
		return refclock.AntennaOK
	case "OPEN":
		return refclock.AntennaOpen
	case "SHORT":
		return refclock.AntennaShort
	}
	return refclock.AntennaUnsaid // INIT, DONTKNOW
}
