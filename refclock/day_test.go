package refclock

import (
	"testing"
	"time"
)

func TestDatesFollowThePivot(t *testing.T) {
	day := func(s string) UTC {
		d, err := time.Parse(time.DateOnly, s)
		if err != nil {
			t.Fatal(err)
		}
		return UTC(d.UnixNano())
	}
	tests := []struct {
		y, m, d   int
		notBefore string
		want      string // "" for no such date
	}{
		{26, 11, 22, "1999-01-01", "2026-11-22"},
		{99, 8, 22, "1999-01-01", "1999-08-22"},
		{98, 12, 31, "1999-01-01", "2018-08-16"},
		{80, 1, 6, "1999-01-01", "1999-08-22"},
		{79, 12, 31, "1999-01-01", "2079-12-31"},
		{80, 1, 1, "2026-11-22", "2038-11-16"},
		{85, 1, 1, "2079-06-01", "2085-01-01"},
		{34, 1, 1, "2080-01-01", "2092-11-16"},
		{5, 1, 1, "2099-06-01", "2105-01-01"},
		{2007, 4, 8, "2026-11-22", "2026-11-22"},
		{2007, 4, 7, "2026-11-22", "2046-07-07"},
		{1987, 4, 8, "2026-11-22", "2046-02-21"},
		{2024, 2, 29, "1999-01-01", "2024-02-29"},
		{2023, 2, 29, "1999-01-01", ""},
		{2026, 4, 31, "1999-01-01", ""},
		{2026, 0, 1, "1999-01-01", ""},
		{2026, 1, 0, "1999-01-01", ""},
		{1979, 12, 31, "1999-01-01", ""},
		{2200, 1, 1, "1999-01-01", ""},
		{-1, 1, 1, "1999-01-01", ""},
	}
	for _, test := range tests {
		got, ok := DateUTC(test.y, test.m, test.d, day(test.notBefore))
		if ok != (test.want != "") || ok && got != day(test.want) {
			t.Errorf("%d-%d-%d not before %s: %v %v, want %s", test.y, test.m, test.d, test.notBefore, got.Std(), ok, test.want)
		}
	}
	if got, _ := DateUTC(26, 11, 22, day("2026-11-22").Add(time.Hour)); got != day("2026-11-22") {
		t.Errorf("a pivot within the day moved the date to %v", got.Std())
	}
}
