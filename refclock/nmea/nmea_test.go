package nmea

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// pivot is the day before which no date is in these tests.
var pivot = refclock.UTC(time.Date(1999, 1, 1, 0, 0, 0, 0, time.UTC).UnixNano())

// line puts a sentence together.
func line(body string) hw.Frame {
	var sum byte
	for i := range len(body) {
		sum ^= body[i]
	}
	return hw.Frame{Protocol: hw.NMEA, Bytes: []byte(fmt.Sprintf("$%s*%02X", body, sum))}
}

// Sentences of one receiver, by time of day.
func rmc(tod string) string { return "GPRMC," + tod + ",A,4800.0,N,01100.0,E,0.1,,221126,,,A" }
func gga(tod string) string { return "GPGGA," + tod + ",4800.0,N,01100.0,E,1,07,1.0,500.0,M,40.0,M,," }
func gll(tod string) string { return "GPGLL,4800.0,N,01100.0,E," + tod + ",A,A" }
func zda(tod string) string { return "GPZDA," + tod + ",22,11,2026,00,00" }

// say returns what an epoch says in one line.
func say(e *refclock.Epoch) string {
	utc, reason := "-", "ok"
	if e.Fix.UTC != 0 {
		utc = e.Fix.UTC.Std().Format("2006-01-02T15:04:05.999")
	}
	if !e.Fix.Valid {
		reason = e.Fix.Reason.(*refclock.Reason).Word
	}
	return utc + " " + reason + " " + strings.Join(e.Messages, ",")
}

// epochs returns all epochs of some sentences.
func epochs(bodies ...string) []*refclock.Epoch {
	d := NewDecoder(pivot)
	var all []*refclock.Epoch
	for _, b := range bodies {
		if r := d.Frame(line(b)); r.Ended != nil {
			all = append(all, r.Ended)
		}
	}
	if r := d.Flush(); r.Ended != nil {
		all = append(all, r.Ended)
	}
	return all
}

// judged is some sentences and what their epochs say.
type judged struct {
	name     string
	in, want []string
}

func checkEpochs(t *testing.T, tests []judged) {
	t.Helper()
	for _, test := range tests {
		var got []string
		for _, e := range epochs(test.in...) {
			got = append(got, say(e))
		}
		if !slices.Equal(got, test.want) {
			t.Errorf("%s:\n got %q\nwant %q", test.name, got, test.want)
		}
	}
}

const on = "2026-11-22T12:00:00 "

func TestEpochIsJudgedOnAllItsSentences(t *testing.T) {
	checkEpochs(t, []judged{
		{"the usual", []string{gga("120000.00"), "GPGSA,A,3,01,02,,,,,,,,,,,1.0,1.0,1.0", rmc("120000.00"), zda("120000.00")},
			[]string{on + "ok GGA,GSA,RMC,ZDA"}},
		{"no decimals", []string{rmc("120000")}, []string{on + "ok RMC"}},
		{"RMC of nine fields", []string{"GPRMC,120000,A,4800.0,N,01100.0,E,,,221126"}, []string{on + "ok RMC"}},
		{"RMC with an odd position", []string{"GPRMC,120000,A,x,N,y,E,,,221126,,"}, []string{on + "ok RMC"}},
		{"two RMC with the same time", []string{rmc("120000"), rmc("120000")}, []string{on + "ok RMC"}},
		{"void", []string{"GPRMC,120000,V,,,,,,,221126,,,N"}, []string{on + "no_fix RMC"}},
		{"void without a date", []string{"GPGGA,120000,,,,,0,00,,,M,,M,,"}, []string{"- no_fix GGA"}},
		{"no date", []string{gga("120000"), gll("120000")}, []string{"- no_date GGA,GLL"}},
		{"no status", []string{zda("120000")}, []string{on + "no_fix ZDA"}},
		{"no time", []string{"GPRMC,,V,,,,,,,,,,N", "GPGGA,,,,,,0,00,99.99,,,,,,", "GPRMC,,V,,,,,,,,,,N"},
			[]string{"- no_fix RMC,GGA", "- no_fix RMC"}},
		{"time is lost", []string{rmc("120000"), "GPRMC,,V,,,,,,,,,,N"}, []string{on + "ok RMC", "- no_fix RMC"}},
		{"valid and void", []string{rmc("120000"), "GPGGA,120000,,,,,0,00,,,M,,M,,"}, []string{on + "no_fix RMC,GGA"}},
		{"void by GLONASS alone", []string{gga("120000"), "GLGGA,120000,,,,,0,00,,,M,,M,,", rmc("120000")},
			[]string{on + "ok GGA,RMC"}},
		{"GSA without a fix", []string{rmc("120000"), "GPGSA,A,1,,,,,,,,,,,,,,,"}, []string{on + "no_fix RMC,GSA"}},
		{"GSA of a constellation without a fix", []string{rmc("120000"), "GPGSA,A,3,01,,,,,,,,,,,,,,", "BDGSA,A,1,,,,,,,,,,,,,,,"},
			[]string{on + "ok RMC,GSA"}},
		{"two dates", []string{rmc("120000"), "GPZDA,120000,23,11,2026,,"}, []string{on + "bad_time RMC,ZDA"}},
		{"zeros for a date", []string{"GPZDA,120000,00,00,0000,,", rmc("120000")}, []string{on + "ok ZDA,RMC"}},
		{"mixed decimals", []string{rmc("120000"), gga("120000.000"), gll("120000.01"), zda("120000.0")},
			[]string{on + "ok RMC,GGA,GLL,ZDA"}},
		{"ten a second", []string{rmc("120000.0"), gga("120000.1"), rmc("120000.1"), gga("120000.2")},
			[]string{on + "ok RMC", "2026-11-22T12:00:00.1 ok GGA,RMC", "2026-11-22T12:00:00.2 ok GGA"}},
		{"another address", []string{"PRMC,120000,A,,,,,,,221126,,", "PGRMC,120000,A,,,,,,,221126,,", "RMC,120000,A,,,,,,,221126,,"}, nil},
	})
}

func TestEpochIsJudgedByTheOnesBeforeIt(t *testing.T) {
	checkEpochs(t, []judged{
		{"midnight", []string{"GPRMC,235959,A,,,,,,,311226,,", gga("000000"), gga("000001")},
			[]string{"2026-12-31T23:59:59 ok RMC", "2027-01-01T00:00:00 ok GGA", "2027-01-01T00:00:01 ok GGA"}},
		{"leap second", []string{"GPRMC,235959,A,,,,,,,311226,,", "GPRMC,235960,A,,,,,,,311226,,", "GPRMC,000000,A,,,,,,,010127,,"},
			[]string{"2026-12-31T23:59:59 ok RMC", "2027-01-01T00:00:00 leap_second RMC", "2027-01-01T00:00:00 ok RMC"}},
		{"a date that no longer serves", []string{rmc("120000"), gga("133000")}, []string{on + "ok RMC", "- no_date GGA"}},
		{"the date of a void sentence", []string{"GPRMC,120000,V,,,,,,,060180,,,N", gga("120001"), rmc("120001")},
			[]string{"1999-08-22T12:00:00 no_fix RMC", "2026-11-22T12:00:01 ok GGA,RMC"}},
		{"a date in a sentence of its own", []string{gga("120000"), zda("120002"), gga("120003")},
			[]string{"- no_date GGA", "2026-11-22T12:00:02 no_fix ZDA", "2026-11-22T12:00:03 ok GGA"}},
		{"an old epoch again", []string{rmc("120000"), rmc("120001"), rmc("120000"), rmc("120002")},
			[]string{on + "ok RMC", "2026-11-22T12:00:01 ok RMC", on + "bad_time RMC", "2026-11-22T12:00:02 ok RMC"}},
		{"a clock that was set back", []string{rmc("120018"), rmc("120001"), rmc("120002"), rmc("120003")},
			[]string{"2026-11-22T12:00:18 ok RMC", "2026-11-22T12:00:01 bad_time RMC",
				"2026-11-22T12:00:02 bad_time RMC", "2026-11-22T12:00:03 ok RMC"}},
		{"a leap ahead by one sentence", []string{rmc("120000"), rmc("180000"), rmc("120001")},
			[]string{on + "ok RMC", "2026-11-22T18:00:00 bad_time RMC", "2026-11-22T12:00:01 ok RMC"}},
		{"a leap ahead by two", []string{rmc("120000"), rmc("180000"), zda("180000")},
			[]string{on + "ok RMC", "2026-11-22T18:00:00 ok RMC,ZDA"}},
		{"decimals in some kinds only", []string{"GPRMC,120000,A,,,,,,,221126,,", gga("120000.50"), gga("120001.50"), rmc("120001"), zda("120001")},
			[]string{on + "ok RMC,GGA", "2026-11-22T12:00:01.5 ok GGA,RMC,ZDA"}},
		{"five a second by one kind", []string{rmc("120000.0"), rmc("120000.2"), rmc("120000.4"), rmc("120000.43"), rmc("120000.6")},
			[]string{on + "ok RMC", "2026-11-22T12:00:00.2 ok RMC", "2026-11-22T12:00:00.4 ok RMC",
				"2026-11-22T12:00:00.43 bad_time RMC", "2026-11-22T12:00:00.6 ok RMC"}},
	})
}

func TestFixNeedsAStatusThatStandsByIt(t *testing.T) {
	tests := []struct{ format, valid, void string }{
		{"GNRMC,120000,A,,,,,,,221126,,,%s", "A D P R F", "N E M S"},
		{"GNRMC,120000,%s,,,,,,,221126,,,A", "A D", "V 0"},
		{"GNGGA,120000,,,,,%s,,,,,,,,", "1 2 3 4 5 9", "0 6 7 8 10"},
		{"GNGNS,120000,,,,,%s,,,,,,,V", "A AN NA NNNNA DD P R F", "N NN EE MM SS V"},
		{"GNGLL,,,,,120000,A,%s", "A D P R F", "N E M S"},
		{"GNGLL,,,,,120000,%s", "A D", "V 0"},
	}
	check := func(format, flag string, valid bool) {
		all := epochs(zda("120000"), fmt.Sprintf(format, flag))
		if len(all) != 1 || all[0].Fix.Valid != valid {
			t.Errorf(format+": %s", flag, say(all[0]))
		}
	}
	for _, test := range tests {
		for flag := range strings.FieldsSeq(test.valid) {
			check(test.format, flag, true)
		}
		for flag := range strings.FieldsSeq(test.void) {
			check(test.format, flag, false)
		}
	}
}

func TestImpossibleTimesAreNeverValid(t *testing.T) {
	for _, body := range []string{
		"GPRMC,990000,A,,,,,,,221126,,", "GPRMC,126000,A,,,,,,,221126,,", "GPRMC,120061,A,,,,,,,221126,,",
		"GPRMC,120060,A,,,,,,,221126,,", "GPRMC,12000,A,,,,,,,221126,,", "GPRMC,1200000,A,,,,,,,221126,,",
		"GPRMC,120000.1x,A,,,,,,,221126,,", "GPRMC,-20000,A,,,,,,,221126,,", "GPRMC,120000,A,,,,,,,310226,,",
		"GPRMC,120000,A,,,,,,,221326,,", "GPRMC,120000,A,,,,,,,001126,,", "GPRMC,120000,A,,,,,,,22112026,,",
		"GPZDA,120000,31,02,2026,,", "GPZDA,120000,22,11,26,,", "GPZDA,120000,22,11,0026,,", "GPZDA,120000,22,11,1970,,",
	} {
		d := NewDecoder(pivot)
		if r := d.Frame(line(body)); r.Verdict != refclock.FrameMalformed || r.Named && r.Fix.Valid {
			t.Errorf("%s: %+v", body, r)
		}
		if e := d.Flush().Ended; e.Fix.Valid || e.Fix.Reason != refclock.ErrBadTime {
			t.Errorf("%s: %s", body, say(e))
		}
	}
}

func TestEveryLineHasAVerdict(t *testing.T) {
	tests := []struct {
		line hw.Frame
		want refclock.Verdict
	}{
		{line(rmc("120000")), refclock.FrameOK},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("$GPTXT,h*0b")}, refclock.FrameOK},
		{line("GPTXT,01"), refclock.FrameOK},
		{line("GPGSV,1,1,01,01,,,,F"), refclock.FrameOK},
		{line("GPVTG,,T,,M,0.0,N,0.0,K,A"), refclock.FrameIgnored},
		{line("PUBX,00,120000"), refclock.FrameOK},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("!AIVDM,1,1,,A,15N,0*6C")}, refclock.FrameIgnored},
		{line("GPGLL,4800.0,N,01100.0,E"), refclock.FrameMalformed},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("$" + rmc("120000") + "*00")}, refclock.FrameBadChecksum},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("$" + rmc("120000"))}, refclock.FrameBadChecksum},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("$")}, refclock.FrameMalformed},
		{hw.Frame{Protocol: hw.NMEA, Bytes: []byte("nothing")}, refclock.FrameMalformed},
		{hw.Frame{Skipped: 1024}, refclock.FrameGarbage},
	}
	d := NewDecoder(pivot)
	for _, test := range tests {
		if r := d.Frame(test.line); r.Verdict != test.want {
			t.Errorf("%+v: %s, want %s", test.line, r.Verdict, test.want)
		}
	}
}

func TestSatellitesAreCountedOnce(t *testing.T) {
	all := epochs(
		"GNGGA,120000,,,,,1,05,,,,,,,",
		"GNGSA,A,3,01,02,03,04,05,06,07,08,09,10,11,12,1.0,1.0,1.0,1",
		"GNGSA,A,3,13,12,,,,,,,,,,,1.0,1.0,1.0,1",
		"GNGSA,A,3,01,02,,,,,,,,,,,1.0,1.0,1.0,2",
		"GPGSV,1,1,14,01,,,,1", "GPGSV,1,1,09,01,,,,6", "GLGSV,1,1,05,65,,,,1",
		"BDGSV,1,1,03,01,,,,1", "GBGSV,1,1,03,01,,,,1",
		gga("120001"),
	)
	if f := all[0].Fix; f.Used != 15 || f.InView != 22 || f.Mode != refclock.Mode3D {
		t.Errorf("%+v", f)
	}
	if f := all[1].Fix; f.Used != 7 || f.InView != 22 {
		t.Errorf("%+v", f)
	}
	if f := epochs("GPRMC,120000,V,,,,,,,,,")[0].Fix; f.Used != -1 || f.InView != -1 || f.Mode != refclock.ModeNone {
		t.Errorf("%+v", f)
	}
}

func TestLeapSecondsAreWhatTheReceiverSays(t *testing.T) {
	for body, want := range map[string]int{
		"PUBX,04,120000.00,221126,43200.00,2446,18,0,0,21":                 18,
		"PGRMF,424,43200,221126,120000,17,4800.0,N,01100.0,E,A,2,0,0,2,1":  17,
		"PUBX,04,120000.00,221126,43200.00,2446,18D,0,0,21":                0,
		"PUBX,00,120000.00,4800.0,N,01100.0,E,500.0,G3,1,1,0,0,0,,1,1,1,7": 0,
	} {
		got := 0
		if n := epochs(rmc("120000"), body)[0].LeapSeconds; n != nil {
			got = *n
		}
		if got != want {
			t.Errorf("%s: %d, want %d", body, got, want)
		}
	}
}

func TestWhatTheReceiverSaysOfItsAntennaIsHeard(t *testing.T) {
	for body, want := range map[string]refclock.Antenna{
		"GNTXT,01,01,02,ANTSTATUS=OK":               refclock.AntennaOK, // u-blox, Quectel
		"GPTXT,01,01,02,ANTSTATUS=OPEN":             refclock.AntennaOpen,
		"GPTXT,01,01,02,ANTSTATUS=SHORT":            refclock.AntennaShort,
		"GPTXT,01,01,02,ANTSTATUS=INIT":             refclock.AntennaUnsaid,
		"GPTXT,01,01,02,ANTSTATUS=DONTKNOW":         refclock.AntennaUnsaid,
		"GNTXT,01,01,02,ANTSUPERV=AC SD PDoS SR":    refclock.AntennaUnsaid,
		"GPTXT,01,01,01,ANTENNA OK":                 refclock.AntennaOK, // CASIC
		"GPTXT,01,01,01,ANTENNA OPEN":               refclock.AntennaOpen,
		"BDTXT,01,01,01,ANTENNA SHORT":              refclock.AntennaShort,
		"GNTXT,01,01,02,u-blox AG - www.u-blox.com": refclock.AntennaUnsaid,
		"GPTXT,01":    refclock.AntennaUnsaid,
		"PGTOP,11,1":  refclock.AntennaShort, // GlobalTop
		"PGTOP,11,2":  refclock.AntennaInternal,
		"PGTOP,11,3":  refclock.AntennaOK,
		"PGTOP,11,9":  refclock.AntennaUnsaid,
		"PGTOP,12,1":  refclock.AntennaUnsaid,
		"PGTOP":       refclock.AntennaUnsaid,
		rmc("120000"): refclock.AntennaUnsaid,
	} {
		if r := NewDecoder(pivot).Frame(line(body)); r.Antenna != want || r.Verdict != refclock.FrameOK {
			t.Errorf("%s: %q, %s, want %q", body, r.Antenna, r.Verdict, want)
		}
	}
	bad := line("PGTOP,11,1")
	copy(bad.Bytes[len(bad.Bytes)-2:], "00")
	if r := NewDecoder(pivot).Frame(bad); r.Antenna != refclock.AntennaUnsaid {
		t.Errorf("with a wrong checksum: %s", r.Antenna)
	}
}

func TestASentenceOnTheAntennaCostsNoTime(t *testing.T) {
	d := NewDecoder(pivot)
	valid := 0
	for _, second := range []string{"120000", "120001", "120002"} {
		for _, body := range []string{gga(second), "PGTOP,11,1", rmc(second), "GPTXT,01,01,02,ANTSTATUS=SHORT"} {
			if d.Frame(line(body)).Fix.Valid {
				valid++
			}
		}
	}
	if valid != 3 {
		t.Errorf("%d valid fixes of 3 epochs", valid)
	}
}
