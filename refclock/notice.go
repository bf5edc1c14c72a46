package refclock

import (
	"strings"

	"gpsntpd/hw"
)

// Line takes a line of what receivers of several makers say when they start, and of the
// extensions of u-blox's MON-VER: "MOD=NEO-M8T-0", "FWVER=TIM 1.10", "PROTVER 14.00",
// "HW UBX-G70xx 00070000", "ROM CORE 1.00 (59842) Jun 27 2012", "SW=URANUS5,V5.1.0.0",
// "IC=AT6558R-5N-32-1C580901". It reports whether it is one.
func (m *Model) Line(s string) bool {
	s = strings.TrimSpace(s)
	key, value, ok := strings.Cut(s, "=")
	if !ok {
		if key, value, ok = strings.Cut(s, " "); !ok {
			return false
		}
	}
	switch strings.ToUpper(key) {
	case "MOD", "PRODUCT", "IC":
		m.Name = value
	case "FWVER", "SW":
		m.Firmware = value
	case "PROTVER":
		m.Protocol = value
	case "HW":
		m.Hardware = value
	case "ROM", "EXT":
		if !strings.HasPrefix(value, "CORE") {
			return false
		}
		if m.Firmware == "" { // FWVER says more
			m.Firmware = key + " " + value
		}
	default:
		return false
	}
	return true
}

// Notice takes a line of text that a receiver sends for people, at a moment. It returns
// what that says of the antenna: u-blox and Quectel say "ANTSTATUS=OPEN", CASIC "ANTENNA
// OPEN", each second or when it changes.
func (r *Receiver) Notice(text []byte, at hw.Time) Antenna {
	if len(text) == 0 || len(text) > longestNotice {
		return AntennaUnsaid
	}
	var upper [longestNotice]byte
	n := 0
	for _, c := range text {
		switch {
		case c >= 'a' && c <= 'z':
			c -= 'a' - 'A'
		case c < ' ' || c > '~':
			continue
		}
		upper[n] = c
		n++
	}
	switch s := string(upper[:n]); { // does not escape
	case strings.HasPrefix(s, "ANTSTATUS="):
		return antennaWord(s[len("ANTSTATUS="):])
	case strings.HasPrefix(s, "ANTENNA "):
		return antennaWord(s[len("ANTENNA "):])
	case strings.Contains(s, "TXBUF ALLOC"):
		r.Overflow = at
	case strings.HasPrefix(s, "MOD=") || strings.HasPrefix(s, "FWVER=") || strings.HasPrefix(s, "PROTVER") || strings.HasPrefix(s, "HW ") ||
		strings.HasPrefix(s, "ROM ") || strings.HasPrefix(s, "EXT ") || strings.HasPrefix(s, "SW=") || strings.HasPrefix(s, "IC=") || strings.HasPrefix(s, "HW="):
		r.Line(printable(text))
	}
	return AntennaUnsaid
}

// longestNotice is how long a line for people may be.
const longestNotice = 128

// printable is text without what cannot be shown.
func printable(text []byte) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r > '~' {
			return -1
		}
		return r
	}, string(text))
}

func antennaWord(word string) Antenna {
	switch strings.TrimSpace(word) {
	case "OK":
		return AntennaOK
	case "OPEN":
		return AntennaOpen
	case "SHORT":
		return AntennaShort
	}
	return AntennaUnsaid // INIT, DONTKNOW
}
