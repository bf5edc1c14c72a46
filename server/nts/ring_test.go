package nts

import (
	"testing"

	"gpsntpd/refclock"
)

func TestServersThatShareAKeyStayTogether(t *testing.T) {
	one := ring(t)
	copied, err := ParseRing(one.String())
	if err != nil {
		t.Fatal(err)
	}
	late, err := copied.On(today + 400) // one that was switched off for a year
	if err != nil {
		t.Fatal(err)
	}
	for day := today; day <= today+400; day++ {
		if one, err = one.On(day); err != nil {
			t.Fatal(err)
		}
	}
	if one.secrets != late.secrets || one.first != late.first {
		t.Errorf("%v and %v", one, late)
	}
}

func TestACookieOfAServerThatIsADayAheadIsOpened(t *testing.T) {
	ahead, err := ring(t).On(today + 1)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := answer(server(ring(t)), newClient(t, ahead).request(t, 0), 1452); err != nil {
		t.Error(err)
	}
}

func TestTheRingNeverGoesBack(t *testing.T) {
	for _, day := range []Day{0, today - 1, today} {
		if r := ring(t); func() *Ring { on, _ := r.On(day); return on }() != r {
			t.Errorf("another ring on day %d", day)
		}
	}
}

func TestDaysAreThoseOfUTC(t *testing.T) {
	for at, want := range map[refclock.UTC]Day{-1: 0, 0: 0, 86400e9 - 1: 0, 86400e9: 1, 20779 * 86400e9: today} {
		if got := DayOf(at); got != want {
			t.Errorf("%d: day %d, want %d", at, got, want)
		}
	}
}

func FuzzParseRing(f *testing.F) {
	f.Add(ring(f).String())
	for _, wrong := range []string{"", "20777", "20777 00", "-1 " + ring(f).String(), "4294967295" + ring(f).String()[5:], ring(f).String()[:60]} {
		if _, err := ParseRing(wrong); err == nil {
			f.Errorf("%q is read", wrong)
		}
		f.Add(wrong)
	}
	f.Fuzz(func(t *testing.T, text string) {
		r, err := ParseRing(text)
		if err != nil {
			return
		}
		again, err := ParseRing(r.String())
		if err != nil || again.secrets != r.secrets || again.first != r.first {
			t.Errorf("%q became %q", text, r)
		}
	})
}
