package nmea

import (
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	gonmea "github.com/adrianmo/go-nmea"

	"gpsntpd/refclock"
)

// status is what a sentence says of the receiver's fix.
type status uint8

const (
	silent status = iota
	good
	void
)

// sentence is what we read of one sentence.
type sentence struct {
	talker, kind string
	fields       []string // after the address, the checksum cut off
	time         time.Duration
	timed        bool
	whole        bool         // the time was sent without decimals
	date         refclock.UTC // midnight; 0 when not said
	status       status
	used         int  // satellites; −1 when not said
	impossible   bool // it names a time or a date that cannot be
}

// Why the library's parser yields no sentence.
var (
	errIgnored  = errors.New("not a sentence that we read")
	errChecksum = errors.New("checksum absent or wrong")
)

// newParser returns the library's parser, which here checks the checksum and
// splits the fields. It hands on what we read as it is, since its own reading
// refuses sentences (and panics at some) for fields that we do not need.
func newParser() gonmea.SentenceParser {
	asItIs := func(b gonmea.BaseSentence) (gonmea.Sentence, error) { return b, nil }
	ours := map[string]gonmea.ParserFunc{
		"RMC": asItIs, "ZDA": asItIs, "GNS": asItIs, "GGA": asItIs, "GLL": asItIs,
		"GSA": asItIs, "GSV": asItIs, "TXT": asItIs,
		"UBX": asItIs, "GRMF": asItIs, // $PUBX and $PGRMF, for their leap seconds
		"GTOP": asItIs, // $PGTOP, for its antenna
	}
	return gonmea.SentenceParser{
		CustomParsers: ours,
		CheckCRC: func(b gonmea.BaseSentence, raw string) error {
			if gonmea.CheckCRC(b, raw) != nil {
				return errChecksum
			}
			return nil
		},
		OnBaseSentence: func(b *gonmea.BaseSentence) error {
			proprietary := b.Type == "UBX" || b.Type == "GRMF" || b.Type == "GTOP"
			if ours[b.Type] == nil || b.Raw[0] != '$' ||
				proprietary && b.Talker != "P" || !proprietary && len(b.Talker) != 2 {
				return errIgnored
			}
			return nil
		},
	}
}

// parse reads one sentence.
func (d *Decoder) parse(text string) (s sentence, v refclock.Verdict) {
	defer func() {
		if recover() != nil { // the library is known to panic at odd input
			s, v = sentence{}, refclock.FrameMalformed
		}
	}()
	parsed, err := d.parser.Parse(text)
	switch {
	case errors.Is(err, errIgnored):
		return sentence{}, refclock.FrameIgnored
	case errors.Is(err, errChecksum):
		return sentence{}, refclock.FrameBadChecksum
	}
	b, ok := parsed.(gonmea.BaseSentence)
	if err != nil || !ok {
		return sentence{}, refclock.FrameMalformed
	}
	s = sentence{talker: b.Talker, kind: b.Type, fields: b.Fields, used: -1}
	return d.read(s)
}

// tellsTime reports whether text begins like a sentence that has a time in it.
func tellsTime(text string) bool {
	return len(text) > 6 && slices.Contains([]string{"RMC", "ZDA", "GNS", "GGA", "GLL"}, text[3:6])
}

// read takes from the fields of s what its kind says.
func (d *Decoder) read(s sentence) (sentence, refclock.Verdict) {
	complete := true
	switch s.kind {
	case "RMC":
		complete = s.clock(0)
		s.status = rmcStatus(s.field(1), s.field(11))
		s.shortDate(s.field(8), d.notBefore)
	case "ZDA":
		complete = s.clock(0)
		s.longDate(s.field(1), s.field(2), s.field(3), d.notBefore)
	case "GNS":
		complete = s.clock(0)
		s.status = gnsStatus(s.field(5))
		s.used = number(s.field(6))
	case "GGA":
		complete = s.clock(0)
		s.status = ggaStatus(s.field(5))
		s.used = number(s.field(6))
	case "GLL":
		complete = s.clock(4)
		s.status = rmcStatus(s.field(5), s.field(6))
	}
	if !s.timed { // a date or a fix at no time is of no use
		s.date = 0
	}
	// "no fix by GLONASS alone" is no word on the receiver's fix.
	if s.status == good && !s.timed || s.status == void && secondary(s.talker) {
		s.status = silent
	}
	if !complete || s.impossible {
		return s, refclock.FrameMalformed
	}
	return s, refclock.FrameOK
}

// field returns field i, counted after the address; "" when it is absent.
func (s *sentence) field(i int) string {
	if i < len(s.fields) {
		return s.fields[i]
	}
	return ""
}

// clock reads the time of day in field i, and reports whether there is one.
func (s *sentence) clock(i int) bool {
	f := s.field(i)
	s.time, s.timed = timeOfDay(f)
	s.whole = len(f) == 6
	s.impossible = f != "" && !s.timed
	return i < len(s.fields)
}

// shortDate reads ddmmyy. No date, or nothing but zeros, says nothing.
func (s *sentence) shortDate(f string, notBefore refclock.UTC) {
	if strings.Trim(f, "0") == "" {
		return
	}
	if len(f) != 6 || !digits(f) {
		s.impossible = true
		return
	}
	s.dated(two(f[4:]), two(f[2:]), two(f), notBefore)
}

// longDate reads day, month and four-digit year.
func (s *sentence) longDate(mday, month, year string, notBefore refclock.UTC) {
	if strings.Trim(mday+month+year, "0") == "" {
		return
	}
	if len(year) != 4 || year[0] == '0' {
		s.impossible = true
		return
	}
	s.dated(number(year), number(month), number(mday), notBefore)
}

func (s *sentence) dated(year, month, mday int, notBefore refclock.UTC) {
	u, ok := refclock.DateUTC(year, month, mday, notBefore)
	s.date, s.impossible = u, s.impossible || !ok
}

// number reads an unsigned number; −1 when there is none.
func number(f string) int {
	f = strings.TrimSpace(f)
	n, err := strconv.Atoi(f)
	if err != nil || !digits(f) {
		return -1
	}
	return n
}

// rmcStatus judges the status field of RMC and GLL, and the mode indicator that
// NMEA 2.3 added: not estimated, manual, simulated or none.
func rmcStatus(flag, mode string) status {
	if flag == "A" || flag == "D" {
		if mode == "" || !strings.Contains("NEMS", mode) {
			return good
		}
	}
	return void
}

// ggaStatus judges the quality indicator: 0 is no fix, 6 estimated, 7 manual,
// 8 simulated. Some receivers leave it empty, which says nothing.
func ggaStatus(quality string) status {
	switch number(quality) {
	case -1:
		return silent
	case 1, 2, 3, 4, 5, 9: // 9: satellite-based augmentation, not in the standard
		return good
	}
	return void
}

// gnsStatus judges the mode indicators, one letter for each constellation: one
// that has a position is enough.
func gnsStatus(modes string) status {
	if strings.ContainsAny(modes, "ADFPR") {
		return good
	}
	return void
}

// secondary reports whether a talker speaks for a single constellation beside
// GPS, in receivers that have a fix from another.
func secondary(talker string) bool {
	switch talker {
	case "GL", "GA", "GB", "BD", "GQ", "QZ", "GI":
		return true
	}
	return false
}
