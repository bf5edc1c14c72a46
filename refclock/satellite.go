package refclock

// System is a constellation of satellites.
type System string

// The systems.
const (
	GPS         System = "gps"
	GLONASS     System = "glonass"
	Galileo     System = "galileo"
	BeiDou      System = "beidou"
	QZSS        System = "qzss"
	NavIC       System = "navic"
	SBAS        System = "sbas" // geostationary satellites with corrections
	OtherSystem System = "unknown"
)

// Unsaid stands for a number that the receiver has not said of a satellite.
const Unsaid = -1 << 15

// Satellite is what the receiver says of one satellite. Several names of one,
// such as 65 and 1 for the first of GLONASS, have become one.
type Satellite struct {
	System    System
	Number    int  // within its system: PRN or slot, from 1; of SBAS the PRN, from 120
	Elevation int  // degrees above the horizon; Unsaid
	Azimuth   int  // degrees clockwise from north, 0 to 359; Unsaid
	CN0       int  // carrier to noise density of its best signal, dBHz; Unsaid: not received
	Used      bool // for the fix
}

// SatelliteAt puts together what a binary message says of a satellite: elevation and azimuth
// in degrees, both 0 while they are not known, and CN0 in dBHz. What is impossible is not
// said.
func SatelliteAt(system System, number, elevation, azimuth, cn0 int) Satellite {
	s := Satellite{System: system, Number: number, Elevation: Unsaid, Azimuth: Unsaid, CN0: Unsaid}
	if elevation >= -90 && elevation <= 90 && (elevation != 0 || azimuth != 0) {
		s.Elevation = elevation
		if azimuth >= 0 && azimuth <= 360 {
			s.Azimuth = azimuth % 360
		}
	}
	if cn0 > 0 && cn0 < 100 {
		s.CN0 = cn0
	}
	return s
}
