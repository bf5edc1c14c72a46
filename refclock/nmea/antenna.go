package nmea

import (
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// antenna reads what s, which arrived at a moment, says of the antenna;
// refclock.AntennaUnsaid when it is of something else. Receivers of u-blox, Quectel and
// CASIC send "$GPTXT,01,01,02,ANTSTATUS=OPEN" and the like, those of GlobalTop
// "$PGTOP,11,3".
func (d *Decoder) antenna(s *sentence, at hw.Time) refclock.Antenna {
	switch s.kind {
	case "TXT":
		return d.self.Notice([]byte(s.field(3)), at)
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
	}
	return refclock.AntennaUnsaid
}
