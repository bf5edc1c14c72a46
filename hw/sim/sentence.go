package sim

import (
	"fmt"
	"strings"
	"time"
)

// moment is what the receiver says the time is, and in which condition it is.
type moment struct {
	time.Time
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
const hidden = 3

// speak returns the sentences of type s for the moment m.
func (r *receiver) speak(s Sentence, m moment) []string {
	used := min(r.Satellites, 12) // as many as a GSA has room for
	switch {
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
		ids := strings.Repeat(",", 12-used)
		for i := used - 1; i >= 0; i-- {
			ids = fmt.Sprintf("%02d,%s", satellite(i), ids)
		}
		return r.wrap(s, fmt.Sprintf("A,3,%s1.8,0.9,1.5", ids))
	case m.noFix: // GSV
		return r.wrap(s, "1,1,00")
	}
	return r.view(m)
}

// view returns the GSV sentences: four satellites in each.
func (r *receiver) view(m moment) []string {
	seen := r.Satellites + hidden
	var all []string
	for first := 0; first < seen; first += 4 {
		text := fmt.Sprintf("%d,%d,%02d", (seen+3)/4, first/4+1, seen)
		for i := first; i < min(first+4, seen); i++ {
			id := satellite(i)
			text += fmt.Sprintf(",%02d,%02d,%03d,%02d", id, 15+id*11%70, id*37%360, 28+(id+m.Minute())%18)
		}
		all = append(all, r.wrap(GSV, text)...)
	}
	return all
}

// satellite is the number of the i-th satellite: 32 of them, all different.
func satellite(i int) int { return 1 + i*7%32 }

// wrap adds talker, type and checksum: the exclusive or of all that stands
// between $ and *.
func (r *receiver) wrap(s Sentence, fields string) []string {
	talker := r.Talker
	if s == GSV && talker == "GN" {
		talker = "GP" // satellites in view are told by system
	}
	text := talker + string(s) + "," + fields
	var sum byte
	for i := range len(text) {
		sum ^= text[i]
	}
	return []string{fmt.Sprintf("$%s*%02X\r\n", text, sum)}
}
