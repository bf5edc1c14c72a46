package sim

import (
	"fmt"
	"strings"
	"time"

	"gpsntpd/hw"
)

// moment is what the receiver says the time is, and in which condition it is.
type moment struct {
	time.Time
	true Truth // the moment that it is
	condition
}

func (m moment) clock() string {
	if m.noTime {
		return ""
	}
	return m.Format("150405.000")
}

// in formats the date, which is missing before the time is known.
func (m moment) in(layout, missing string) string {
	if m.noTime || m.noDate {
		return missing
	}
	return m.Format(layout)
}

// Where the antenna stands: latitude and longitude as NMEA 0183 writes them.
const position = "4807.0380,N,01131.0000,E"

// hidden is how many satellites are seen beyond those that are used.
const hidden = 6

// viewEvery is in which of its epochs the receiver tells which satellites are in
// view: as many real ones at 9600 bit/s do.
const viewEvery = 5

// speak returns the sentences of type s for the moment m.
func (r *receiver) speak(s Sentence, m moment) []string {
	used := min(r.Satellites, 12) // as many as a GGA tells in many receivers
	switch {
	case s == TXT && m.antenna == "":
		return nil
	case s == TXT:
		return r.wrap(s, "01,01,02,ANTSTATUS="+m.antenna)
	case s == RMC && m.noFix:
		return r.wrap(s, fmt.Sprintf("%s,V,,,,,,,%s,,,N", m.clock(), m.in("020106", "")))
	case s == RMC:
		return r.wrap(s, fmt.Sprintf("%s,A,%s,0.02,31.66,%s,,,A", m.clock(), position, m.in("020106", "")))
	case s == ZDA:
		return r.wrap(s, fmt.Sprintf("%s,%s,00,00", m.clock(), m.in("02,01,2006", ",,")))
	case s == GGA && m.noFix:
		return r.wrap(s, fmt.Sprintf("%s,,,,,0,00,,,M,,M,,", m.clock()))
	case s == GGA:
		return r.wrap(s, fmt.Sprintf("%s,%s,1,%02d,0.9,545.4,M,46.9,M,,", m.clock(), position, used))
	case s == GSA && m.noFix:
		return r.wrap(s, "A,1,,,,,,,,,,,,,,,")
	case s == GSA:
		return r.active(m)
	case m.true/Truth(time.Second)%viewEvery != 0: // GSV
		return nil
	case m.noFix:
		return r.wrap(s, "1,1,00")
	}
	return r.view(m)
}

// active returns the GSA sentences: one for each system, if there are several.
func (r *receiver) active(m moment) []string {
	seen := r.sky.look(m.true, r.Satellites)
	if r.sky.active != nil {
		return r.sky.active
	}
	var all []string
	for i, y := range r.sky.systems {
		var ids strings.Builder
		free := 12
		for _, v := range seen {
			if v.system == i && v.used && free > 0 {
				fmt.Fprintf(&ids, "%02d,", v.number)
				free--
			}
		}
		text := "A,3," + ids.String() + strings.Repeat(",", free) + "1.8,0.9,1.5"
		if len(r.sky.systems) > 1 {
			text += fmt.Sprintf(",%d", y.id)
		}
		all = append(all, r.wrap(GSA, text)...)
	}
	r.sky.active = all
	return all
}

// view returns the GSV sentences: four satellites in each.
func (r *receiver) view(m moment) []string {
	var all []string
	seen := r.sky.look(m.true, r.Satellites)
	for i, y := range r.sky.systems {
		n := 0
		for n < len(seen) && seen[n].system == i {
			n++
		}
		for first := 0; first < n; first += 4 {
			text := fmt.Sprintf("%d,%d,%02d", (n+3)/4, first/4+1, n)
			for _, v := range seen[first:min(first+4, n)] {
				text += fmt.Sprintf(",%02d,%02d,%03d,", v.number, v.elevation, v.azimuth)
				if v.strength > 0 {
					text += fmt.Sprintf("%02d", v.strength)
				}
			}
			if len(r.sky.systems) > 1 {
				text += fmt.Sprintf(",%d", y.signal)
			}
			all = append(all, wrap(y.talker, GSV, text))
		}
		seen = seen[n:]
	}
	return all
}

// wrap adds the receiver's talker, type and checksum.
func (r *receiver) wrap(s Sentence, fields string) []string {
	talker := r.Talker
	if s == GSV && talker == "GN" {
		talker = "GP" // satellites in view are told by system
	}
	return []string{wrap(talker, s, fields)}
}

// wrap adds the checksum too.
func wrap(talker string, s Sentence, fields string) string {
	return string(append(hw.AppendXOR([]byte("$"+talker+string(s)+","+fields)), "\r\n"...))
}
