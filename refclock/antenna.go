package refclock

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
