package nmea

import (
	"strings"

	"gpsntpd/refclock"
)

// satellite names a satellite: its number within its system.
type satellite struct {
	system refclock.System
	number int
}

// sky is what GSV and GSA said last of the satellites. Receivers spread the
// groups of GSV over an epoch, or send them every few seconds only, so it lives
// on from epoch to epoch.
type sky struct {
	views map[signal]*view
	round int                // counts up when a view comes again
	used  map[satellite]bool // by the last epoch that had a GSA; nil before
}

// signal names a group of GSV: NMEA 4.11 sends one for each signal of a system.
type signal struct{ talker, id string }

// view is one group of GSV.
type view struct {
	complete []refclock.Satellite // of the last group that came to its end
	open     []refclock.Satellite // of the one that is being sent …
	next     int                  // … and the number of its next sentence; 0: it is damaged
	round    int                  // when it was last complete
}

// outlives is for how many rounds of the others a view stays that comes no
// more: of a system that the receiver has been told to leave, say.
const outlives = 3

// maxViews bounds the memory: six systems of four signals each are enough.
const maxViews = 32

// maxInView bounds the satellites of a view: nine sentences have room for 36. maxListed
// bounds those of all of them: there are not so many in orbit.
const (
	maxInView = 64
	maxListed = 256
)

// view takes a GSV. A group that lacks a sentence is passed over.
func (k *sky) view(s sentence) {
	total, number := number(s.field(0)), number(s.field(1))
	if total < 1 || total > 9 || number < 1 || number > total {
		return
	}
	fields := s.fields[min(3, len(s.fields)):]
	name := signal{talker: s.talker}
	if len(fields)%4 == 1 {
		name.id, fields = fields[len(fields)-1], fields[:len(fields)-1]
	}
	v := k.views[name]
	switch {
	case v == nil && len(k.views) >= maxViews:
		return
	case v == nil:
		v = &view{}
		k.views[name] = v
	}
	if number == 1 {
		v.open, v.next = v.open[:0], 1
	}
	if number != v.next {
		v.next = 0
		return
	}
	v.next++
	for ; len(fields) >= 4; fields = fields[4:] {
		if n := seen(s.talker, fields); n.Number != 0 && len(v.open) < maxInView {
			v.open = append(v.open, n)
		}
	}
	if number == total {
		v.complete, v.open, v.next = v.open, v.complete, 0
		if v.round == k.round {
			k.round++
		}
		v.round = k.round
	}
}

// seen reads the four fields of one satellite of a GSV.
func seen(talker string, f []string) refclock.Satellite {
	n := number(f[0])
	if n < 1 {
		return refclock.Satellite{}
	}
	id := identify(systemOf(talker, ""), n)
	s := refclock.Satellite{
		System: id.system, Number: id.number,
		Elevation: refclock.Unsaid, Azimuth: refclock.Unsaid, CN0: refclock.Unsaid,
	}
	below := strings.HasPrefix(f[1], "-")
	if e := number(strings.TrimPrefix(f[1], "-")); e >= 0 && e <= 90 {
		s.Elevation = e
		if below {
			s.Elevation = -e
		}
	}
	if a := number(f[2]); a >= 0 && a <= 360 {
		s.Azimuth = a % 360
	}
	if c := number(f[3]); c > 0 && c < 100 {
		s.CN0 = c
	}
	return s
}

// Satellites implements refclock.Decoder.
func (d *Decoder) Satellites() (all []refclock.Satellite, told bool) {
	index := map[satellite]int{}
	for _, v := range d.sky.views {
		if d.sky.round-v.round > outlives {
			continue
		}
		for _, s := range v.complete {
			id := satellite{s.System, s.Number}
			i, again := index[id]
			if !again {
				if len(all) == maxListed {
					continue
				}
				index[id] = len(all)
				s.Used = d.sky.used[id]
				all = append(all, s)
				continue
			}
			o := &all[i]
			o.Elevation, o.Azimuth, o.CN0 = max(o.Elevation, s.Elevation), max(o.Azimuth, s.Azimuth), max(o.CN0, s.CN0)
		}
	}
	for id := range d.sky.used {
		if _, known := index[id]; !known && len(all) < maxListed {
			all = append(all, refclock.Satellite{
				System: id.system, Number: id.number, Used: true,
				Elevation: refclock.Unsaid, Azimuth: refclock.Unsaid, CN0: refclock.Unsaid,
			})
		}
	}
	return all, d.sky.used != nil
}

// systemOf returns the system of a talker, or of the number that a GSA of NMEA
// 4.11 ends with; "" when the numbers of the satellites tell it.
func systemOf(talker, id string) refclock.System {
	switch id {
	case "1":
		return refclock.GPS
	case "2":
		return refclock.GLONASS
	case "3":
		return refclock.Galileo
	case "4":
		return refclock.BeiDou
	case "5":
		return refclock.QZSS
	case "6":
		return refclock.NavIC
	}
	switch talker {
	case "GL":
		return refclock.GLONASS
	case "GA":
		return refclock.Galileo
	case "GB", "BD":
		return refclock.BeiDou
	case "GQ", "QZ":
		return refclock.QZSS
	case "GI":
		return refclock.NavIC
	}
	return "" // GP and GN
}

// span is some numbers that receivers give to the satellites of a system.
type span struct {
	first, last int
	system      refclock.System
	less        int // what is taken off to get the number within the system
}

// spans are the numbers that mean the same whoever says them: those of NMEA
// 0183 and of receivers that had to count before it did.
var spans = [...]span{
	{33, 64, refclock.SBAS, -87},
	{65, 96, refclock.GLONASS, 64},
	{120, 158, refclock.SBAS, 0},
	{183, 192, refclock.QZSS, 182}, // their submetre augmentation
	{193, 200, refclock.QZSS, 192},
	{201, 263, refclock.BeiDou, 200},
	{301, 336, refclock.Galileo, 300},
	{401, 463, refclock.BeiDou, 400},
}

// identify returns which satellite a receiver means by n within system.
func identify(system refclock.System, n int) satellite {
	own := 32 // as many satellites as a system may number from 1 on
	switch system {
	case refclock.BeiDou, refclock.Galileo:
		own = 64
	case "":
		system = refclock.GPS
	}
	if n <= own {
		return satellite{system, n}
	}
	for _, r := range spans {
		if n >= r.first && n <= r.last {
			return satellite{r.system, n - r.less}
		}
	}
	if system == refclock.GPS {
		system = refclock.OtherSystem
	}
	return satellite{system, n}
}
