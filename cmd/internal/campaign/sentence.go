package main

import (
	"strconv"
	"time"

	"gpsntpd/hw"
)

// epoch is a moment as a receiver names it.
type epoch struct {
	at                      time.Time
	sixty                   bool // as the leap second after at
	digits                  int
	void, undated, timeless bool
}

// sentence returns a sentence of kind, with its checksum.
func (e epoch) sentence(kind string) []byte {
	b := make([]byte, 0, 96)
	b = append(b, "$GN"...)
	b = append(append(b, kind...), ',')
	switch kind {
	case "RMC":
		b = e.clock(b)
		if e.invalid() {
			b = e.date(append(b, ",V,,,,,,,"...))
			b = append(b, ",,,N"...)
			break
		}
		b = e.date(append(b, ",A,4807.0380,N,01131.0000,E,0.02,31.66,"...))
		b = append(b, ",,,A"...)
	case "GGA":
		b = e.clock(b)
		if e.invalid() {
			b = append(b, ",,,,,0,00,,,M,,M,,"...)
			break
		}
		b = append(b, ",4807.0380,N,01131.0000,E,1,09,0.9,545.4,M,46.9,M,,"...)
	case "GLL":
		b = append(b, "4807.0380,N,01131.0000,E,"...)
		b = e.clock(b)
		b = append(b, e.letter(",A,A", ",V,N")...)
	case "GNS":
		b = e.clock(b)
		b = append(b, e.letter(",4807.0380,N,01131.0000,E,AANN,09,0.9,545.4,46.9,,", ",,,,,NNNN,00,,,,,")...)
	case "ZDA":
		b = e.long(e.clock(b))
	case "GSA":
		b = append(b, e.letter("A,3,01,02,03,04,05,06,07,08,09,,,,1.8,0.9,1.5", "A,1,,,,,,,,,,,,,,,")...)
	case "GSV":
		b = append(b, "1,1,04,01,40,083,46,02,17,308,41,12,07,344,39,14,22,228,45"...)
	}
	return append(hw.AppendXOR(b), "\r\n"...)
}

func (e epoch) invalid() bool { return e.void || e.timeless }

func (e epoch) letter(well, ill string) string {
	if e.invalid() {
		return ill
	}
	return well
}

// two appends n with two digits.
func two(b []byte, n int) []byte { return append(b, byte('0'+n/10%10), byte('0'+n%10)) }

// clock appends the time of day.
func (e epoch) clock(b []byte) []byte {
	if e.timeless {
		return b
	}
	h, m, s := e.at.Clock()
	if e.sixty {
		s = 60
	}
	b = two(two(two(b, h), m), s)
	if e.digits == 0 {
		return b
	}
	n := strconv.Itoa(1_000_000_000 + e.at.Nanosecond())
	return append(append(b, '.'), n[1:1+e.digits]...)
}

// date appends ddmmyy.
func (e epoch) date(b []byte) []byte {
	if e.undated || e.timeless {
		return b
	}
	year, month, day := e.at.Date()
	return two(two(two(b, day), int(month)), year)
}

// long appends the fields of ZDA after the time.
func (e epoch) long(b []byte) []byte {
	if e.undated || e.timeless {
		return append(b, ",,,,00,00"...)
	}
	year, month, day := e.at.Date()
	b = two(append(two(append(b, ','), day), ','), int(month))
	return append(strconv.AppendInt(append(b, ','), int64(year), 10), ",00,00"...)
}
