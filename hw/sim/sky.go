package sim

import (
	"cmp"
	"math"
	"slices"
	"time"
)

// sky is the satellites that pass over the antenna, on circular orbits of the
// systems' real size, tilt and period.
type sky struct {
	systems []system
	at      Truth // when seen was reckoned
	seen    []sighting
	active  []string // the GSA sentences of seen, from when they are first asked for
}

// system is a constellation: a Walker pattern of satellites that are spread
// evenly over planes.
type system struct {
	talker string
	id     int // in GSA and GSV, as NMEA 4.11 has it
	signal int // the same, of its best known signal
	first  int // number of the first satellite
	count  int
	planes int
	tilt   float64       // radians
	radius float64       // in radii of the earth
	period time.Duration // of an orbit
}

const degree = math.Pi / 180

var (
	gpsSystem     = system{"GP", 1, 1, 1, 31, 6, 55 * degree, 4.164, 43_082 * time.Second}
	glonassSystem = system{"GL", 2, 1, 65, 24, 3, 64.8 * degree, 3.999, 40_544 * time.Second}
	galileoSystem = system{"GA", 3, 7, 1, 27, 3, 56 * degree, 4.647, 50_685 * time.Second}
	beidouSystem  = system{"GB", 4, 1, 19, 24, 3, 55 * degree, 4.378, 46_392 * time.Second}
)

// Where the antenna stands.
const (
	latitude  = 48.117 * degree
	longitude = 11.517 * degree
)

// sighting is one satellite as the antenna sees it.
type sighting struct {
	system, number     int // the system by its place in the list
	elevation, azimuth int // degrees
	strength           int // dBHz; 0: not heard
	used               bool
}

const (
	siderealDay = 86_164 * time.Second
	mask        = 5               // degrees above the horizon; lower ones are not listed
	skyEvery    = 5 * time.Second // a satellite moves by a few hundredths of a degree
)

func newSky(talker string) sky {
	if talker == "GN" {
		return sky{systems: []system{gpsSystem, glonassSystem, galileoSystem, beidouSystem}}
	}
	return sky{systems: []system{gpsSystem}}
}

// look returns what is seen at t, by system: the highest use of all satellites,
// and hidden more.
func (k *sky) look(t Truth, use int) []sighting {
	if at := t - t%Truth(skyEvery); at != k.at {
		k.at = at
		k.reckon(at, use)
	}
	return k.seen
}

func (k *sky) reckon(t Truth, use int) {
	k.seen, k.active = k.seen[:0], nil
	for i, s := range k.systems {
		for j := range s.count {
			if v := s.sight(j, t); v.elevation >= mask {
				v.system = i
				k.seen = append(k.seen, v)
			}
		}
	}
	slices.SortFunc(k.seen, func(a, b sighting) int { return b.elevation - a.elevation })
	k.seen = k.seen[:min(len(k.seen), use+hidden)]
	for i := range k.seen {
		k.seen[i].used = i < use
		if i >= use && i%2 == 1 {
			k.seen[i].strength = 0
		}
	}
	slices.SortFunc(k.seen, func(a, b sighting) int {
		return cmp.Or(a.system-b.system, a.number-b.number)
	})
}

// turn is which angle something has gone round at t.
func turn(t Truth, period time.Duration) float64 {
	return 2 * math.Pi * float64(t%Truth(period)) / float64(period)
}

// sight is where satellite j of s is seen at t: its place on its orbit, turned
// into the frame of the earth, then into that of the horizon.
func (s system) sight(j int, t Truth) sighting {
	plane := j % s.planes
	node := 2*math.Pi*float64(plane)/float64(s.planes) - turn(t, siderealDay) - longitude
	along := 2*math.Pi*(float64(j/s.planes)/math.Ceil(float64(s.count)/float64(s.planes))+
		float64(plane)/float64(s.count)) + turn(t, s.period)
	sinU, cosU := math.Sincos(along)
	sinN, cosN := math.Sincos(node)
	sinI, cosI := math.Sincos(s.tilt)
	x := s.radius * (cosU*cosN - sinU*cosI*sinN)
	east := s.radius * (cosU*sinN + sinU*cosI*cosN)
	z := s.radius * sinU * sinI
	sinL, cosL := math.Sincos(latitude)
	north := z*cosL - x*sinL
	up := z*sinL + x*cosL - 1
	elevation := math.Atan2(up, math.Hypot(east, north)) / degree
	azimuth := math.Atan2(east, north) / degree
	wave := math.Sin(turn(t, 11*time.Minute) + float64(7*j))
	return sighting{
		number:    s.first + j,
		elevation: int(math.Floor(elevation)),
		azimuth:   (int(math.Round(azimuth)) + 360) % 360,
		strength:  int(30 + 17*math.Sin(elevation*degree) + float64(j*5%7) - 3 + 1.5*wave),
	}
}
