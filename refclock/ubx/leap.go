package ubx

import "gpsntpd/refclock"

// leap is what is known of GPS − UTC.
type leap struct {
	seconds int // 0: not known
	source  leapSource
	changed bool // since the last valid fix
	shown   int  // by the last epoch
}

// leapSource is who said so.
type leapSource uint8

const (
	byNobody     leapSource = iota
	byFirmware              // NAV-TIMEGPS, which calls it valid
	bySatellites            // NAV-TIMELS, which names its source
)

// most is how many leap seconds there are at most: 18 in 2026, one more or less in some
// years.
const most = 64

// say takes GPS − UTC as NAV-TIMEGPS calls it valid.
func (l *leap) say(seconds int) {
	if seconds <= 0 || seconds > most {
		return
	}
	l.changed = l.changed || l.seconds != 0 && l.seconds != seconds
	l.seconds, l.source = seconds, byFirmware
}

// sources are where NAV-TIMELS says that a receiver has its count from, as far as they are
// told apart.
var sources = [...]refclock.LeapSource{
	0: refclock.LeapDefault, 1: refclock.LeapDerived, 2: refclock.LeapSatellites, 3: refclock.LeapSatellites,
	4: refclock.LeapSatellites, 5: refclock.LeapSatellites, 6: refclock.LeapAided, 7: refclock.LeapAided,
}

// timeLS reads NAV-TIMELS. Only a count that a satellite has sent is believed: others are
// called valid, too, and have been wrong.
func (d *Decoder) timeLS(p []byte) {
	source, seconds, valid := p[8], int(int8(p[9])), p[23]
	d.self.LeapSource, d.self.Leap = refclock.LeapUnknownYet, 0
	if int(source) < len(sources) {
		d.self.LeapSource = sources[source]
	}
	if valid&1 == 0 || seconds <= 0 || seconds > most {
		return
	}
	d.self.Leap = seconds
	if d.self.LeapSource != refclock.LeapSatellites {
		return
	}
	d.leap.changed = d.leap.changed || d.leap.seconds != 0 && d.leap.seconds != seconds
	d.leap.seconds, d.leap.source = seconds, bySatellites
	d.open.known(&d.leap)
}
