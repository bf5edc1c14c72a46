package nmea

import (
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// heard is one line and what it is to name: "" nothing, "ok", or a reason.
type heard struct {
	at   hw.Time
	body string
	want string
}

func checkNamed(t *testing.T, lines []heard) []refclock.Fix {
	t.Helper()
	d := NewDecoder(pivot)
	var fixes []refclock.Fix
	for _, h := range lines {
		l := line(h.body)
		l.At = h.at
		r, got := d.Frame(l), ""
		if r.Named {
			got = "ok"
			fixes = append(fixes, r.Fix)
			if r.Fix.Reason != nil {
				got = r.Fix.Reason.(*refclock.Reason).Word
			}
		}
		if got != h.want || r.Named && r.Fix.Valid != (got == "ok") {
			t.Errorf("%d %s: named %q, want %q", h.at, h.body, got, h.want)
		}
	}
	return fixes
}

func TestFixIsNamedOnceAndAsEarlyAsCanBe(t *testing.T) {
	fixes := checkNamed(t, []heard{
		{1, "GPGSV,1,1,00", ""},
		{2, gga("120000"), ""}, // no date yet
		{3, rmc("120000"), "ok"},
		{4, zda("120000"), ""},
		{5, gga("120001"), "ok"},
		{6, rmc("120001"), ""},
		{7, "GPGGA,120002,,,,,0,00,,,M,,M,,", "no_fix"},
		{8, rmc("120002"), ""},
	})
	for i, want := range []hw.Time{2, 5, 7} {
		if fixes[i].Heard != want {
			t.Errorf("fix %d heard at %d, want %d", i, fixes[i].Heard, want)
		}
	}
}

func TestSentenceBeforeItsPulseDoesNotTellWhenTheEpochWasHeard(t *testing.T) {
	fixes := checkNamed(t, []heard{{1, rmc("120000"), "ok"}, {2, zda("120001"), ""}, {3, rmc("120001"), "ok"}})
	if fixes[1].Heard != 3 {
		t.Errorf("heard at %d", fixes[1].Heard)
	}
}

func TestALeapSecondIsNamedSoWhicheverSentenceComesFirst(t *testing.T) {
	checkNamed(t, []heard{{1, rmc("235959"), "ok"}, {2, zda("235960"), ""}, {3, rmc("235960"), "leap_second"}})
	checkNamed(t, []heard{{1, rmc("235959"), "ok"}, {2, rmc("235960"), "leap_second"}, {3, zda("235960"), ""}})
	checkNamed(t, []heard{{1, rmc("235959"), "ok"}, {2, zda("235960"), ""}, {3, "GPRMC,235960,V,,,,,,,221126,,,N", "no_fix"}})
}

func TestAReceiverMayChangeItsRateAndChangeItBack(t *testing.T) {
	var lines []heard
	add := func(seconds float64) {
		clock := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC).Add(time.Duration(seconds*1000) * time.Millisecond)
		lines = append(lines, heard{body: rmc(clock.Format("150405.000"))})
	}
	for k := range 10 {
		add(float64(k))
	}
	for k := range 200 { // ten times a second, the first of them lost
		add(9.9 + float64(k)/10)
	}
	for k := range 60 {
		add(30 + float64(k))
	}
	bad := 0
	d := NewDecoder(pivot)
	for _, l := range lines {
		if r := d.Frame(line(l.body)); !r.Named || !r.Fix.Valid {
			bad++
		}
	}
	if bad > 3 { // by then refclock.Sequence believes that the receiver has changed its ways
		t.Errorf("%d of %d epochs are bad", bad, len(lines))
	}
}

func TestReceiverThatContradictedItselfIsNotNamedEarly(t *testing.T) {
	checkNamed(t, []heard{
		{1, rmc("120000"), "ok"},
		{2, "GPGGA,120000,,,,,0,00,,,M,,M,,", ""},
		{3, rmc("120001"), "no_fix"},
		{4, rmc("120002"), "ok"},
	})
	checkNamed(t, []heard{
		{1, rmc("120000"), "ok"},
		{2, gga("120001"), "ok"}, // by the date that was carried
		{3, "GPRMC,120001,A,,,,,,,231126,,", ""},
		{4, gga("120002"), ""}, // no date is carried any more
		{5, "GPRMC,120002,A,,,,,,,231126,,", "bad_time"},
		{6, "GPRMC,120003,A,,,,,,,231126,,", "ok"},
	})
}

func TestDateIsNotCarriedOverALongSilence(t *testing.T) {
	hour := hw.Time(time.Hour)
	checkNamed(t, []heard{
		{0, rmc("120000"), "ok"},
		{24 * hour, gga("120001"), ""}, // a day later, one second by the time of day
		{24 * hour, "GPRMC,120001,A,,,,,,,231126,,,A", "ok"},
	})
}
