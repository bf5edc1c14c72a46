package nmea

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"gpsntpd/refclock"
)

// heavens is what a decoder knows after some sentences, one line for each
// satellite: system, number, elevation, azimuth, C/N0, and whether it is used.
func heavens(t *testing.T, bodies ...string) (lines []string, told bool) {
	t.Helper()
	d := NewDecoder(pivot)
	for _, b := range bodies {
		d.Frame(line(b))
	}
	d.Flush()
	all, told := d.Satellites()
	for _, s := range all {
		lines = append(lines, describe(s))
	}
	slices.Sort(lines)
	return lines, told
}

func describe(s refclock.Satellite) string {
	text := string(s.System)
	for _, n := range []int{s.Number, s.Elevation, s.Azimuth, s.CN0} {
		if n == refclock.Unsaid {
			text += " -"
		} else {
			text += fmt.Sprintf(" %d", n)
		}
	}
	if s.Used {
		text += " used"
	}
	return text
}

func TestEachSatelliteIsKnownByItsNumberWithinItsSystem(t *testing.T) {
	for body, want := range map[string]string{
		"GPGSV,1,1,01,07,45,090,40":       "gps 7 45 90 40",
		"GPGSV,1,1,01,7,45,090,40,1":      "gps 7 45 90 40",
		"GPGSV,1,1,01,33,45,090,40":       "sbas 120 45 90 40",
		"GPGSV,1,1,01,64,45,090,40":       "sbas 151 45 90 40",
		"GPGSV,1,1,01,131,45,090,40":      "sbas 131 45 90 40",
		"GLGSV,1,1,01,65,45,090,40":       "glonass 1 45 90 40",
		"GLGSV,1,1,01,01,45,090,40":       "glonass 1 45 90 40",
		"GNGSV,1,1,01,88,45,090,40":       "glonass 24 45 90 40",
		"GAGSV,1,1,01,36,45,090,40,7":     "galileo 36 45 90 40",
		"GAGSV,1,1,01,301,45,090,40":      "galileo 1 45 90 40",
		"GBGSV,1,1,01,40,45,090,40,1":     "beidou 40 45 90 40",
		"BDGSV,1,1,01,214,45,090,40":      "beidou 14 45 90 40",
		"GBGSV,1,1,01,419,45,090,40":      "beidou 19 45 90 40",
		"GPGSV,1,1,01,193,45,090,40":      "qzss 1 45 90 40",
		"GQGSV,1,1,01,03,45,090,40":       "qzss 3 45 90 40",
		"GQGSV,1,1,01,196,45,090,40":      "qzss 4 45 90 40",
		"GIGSV,1,1,01,02,45,090,40":       "navic 2 45 90 40",
		"GPGSV,1,1,01,999,45,090,40":      "unknown 999 45 90 40",
		"GPGSV,1,1,01,07,,,":              "gps 7 - - -",
		"GPGSV,1,1,01,07,-5,360,00":       "gps 7 -5 0 -",
		"GPGSV,1,1,01,07,95,400,100":      "gps 7 - - -",
		"GPGSV,1,1,01,07,45":              "",
		"GPGSV,1,1,01,,45,090,40":         "",
		"GPGSV,1,1,01,00,45,090,40":       "",
		"GPGSV,1,1,00":                    "",
		"GPGSV,,,":                        "",
		"GPGSV":                           "",
		"GPGSV,2,1,05,07,45,090,40":       "", // the rest does not come
		"GPGSV,1,2,05,07,45,090,40":       "",
		"GLGSV,1,1,01,81,06,268,27,,,,,,": "glonass 17 6 268 27",
	} {
		got, told := heavens(t, body)
		if s := strings.Join(got, "; "); s != want || told {
			t.Errorf("%s: %q, want %q", body, s, want)
		}
	}
}

func TestSignalsOfOneSatelliteBecomeOneAndTheBestCounts(t *testing.T) {
	got, told := heavens(t, rmc("120000"),
		"GPGSV,1,1,02,05,06,110,19,10,24,284,,1", "GPGSV,1,1,02,05,06,110,,10,24,284,31,6",
		"GNGSA,A,3,10,,,,,,,,,,,,1.0,1.0,1.0,1", "GNGSA,A,3,70,,,,,,,,,,,,1.0,1.0,1.0,2",
		rmc("120001"))
	want := []string{"glonass 6 - - - used", "gps 10 24 284 31 used", "gps 5 6 110 19"}
	if !slices.Equal(got, want) || !told {
		t.Errorf("%q, %v", got, told)
	}
}

func TestTheSkyIsKeptUntilItIsToldAnew(t *testing.T) {
	whole := []string{rmc("120000"), "GPGSV,2,1,02,05,06,110,19", "GPGSV,2,2,02,10,24,284,30", "GPGSA,A,3,10,,,,,,,,,,,,1.0,1.0,1.0"}
	want := []string{"gps 10 24 284 30 used", "gps 5 6 110 19"}
	for name, then := range map[string][]string{
		"seldom":     {rmc("120001"), rmc("120002"), rmc("120003"), rmc("120004")},
		"torn":       {rmc("120001"), "GPGSV,2,1,02,05,06,110,20", rmc("120002"), "GPGSV,2,1,02,05,06,110,20"},
		"gap":        {"GPGSV,3,1,03,05,06,110,20", "GPGSV,3,3,03,10,24,284,20"},
		"spread":     {"GPGSV,2,1,02,05,06,110,19", rmc("120001"), "GPGSV,2,2,02,10,24,284,30"},
		"one system": {"GLGSV,1,1,00", "GLGSV,1,1,00"},
	} {
		if got, _ := heavens(t, append(slices.Clone(whole), then...)...); !slices.Equal(got, want) {
			t.Errorf("%s: %q", name, got)
		}
	}
	got, _ := heavens(t, append(whole, rmc("120001"), "GPGSV,1,1,01,11,24,284,30", "GPGSA,A,1,,,,,,,,,,,,,,")...)
	if !slices.Equal(got, []string{"gps 11 24 284 30"}) {
		t.Errorf("afterwards: %q", got)
	}
}

func TestASystemThatIsLeftIsForgotten(t *testing.T) {
	bodies := []string{"GLGSV,1,1,01,65,45,090,40"}
	for range outlives + 2 {
		bodies = append(bodies, "GPGSV,1,1,01,07,45,090,40")
	}
	if got, _ := heavens(t, bodies...); !slices.Equal(got, []string{"gps 7 45 90 40"}) {
		t.Errorf("%q", got)
	}
}

func TestADamagedSkyCostsNoTime(t *testing.T) {
	for _, e := range epochs(rmc("120000"), "GPGSV,9,9,-1,07,x,y", "GPGSA", "GPGSV,1,1,01,07,45,090,40,\xff", gga("120000")) {
		if !e.Fix.Valid {
			t.Errorf("%+v", e.Fix)
		}
	}
}

func TestTheSkyTakesNoMoreRoomThanItMay(t *testing.T) {
	d := NewDecoder(pivot)
	for i := range 10 * maxViews {
		d.Frame(line(fmt.Sprintf("GPGSV,1,1,01,07,45,090,40,%X", i)))
	}
	if n := len(d.sky.views); n != maxViews {
		t.Errorf("%d views", n)
	}
}
