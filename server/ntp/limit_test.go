package ntp

import (
	"testing"
	"time"

	"gpsntpd/hw"
)

func TestALimitReadsAsItIsWritten(t *testing.T) {
	for s, want := range map[string]Limit{
		"off":                     {},
		"16/s burst 64":           {16, 64},
		"1/s burst 1":             {1, 1},
		"1000000/s burst 1000000": {1000000, 1000000},
		DefaultLimit().String():   DefaultLimit(),
		(Limit{7, 9}).String():    {7, 9},
	} {
		if l, ok := ParseLimit(s); !ok || l != want || l.String() != s {
			t.Errorf("%q: %v, %v", s, l, ok)
		}
	}
	for _, s := range []string{
		"", "16", "16/s", "0/s burst 1", "16/s burst 0", "-1/s burst 4", "16/m burst 64", "16/s  burst 64", " off",
		"1000001/s burst 1", "1/s burst 1000001", "99999999999999999999/s burst 1", "16/s burst 64 ", "1.5/s burst 2",
	} {
		if l, ok := ParseLimit(s); ok {
			t.Errorf("%q: %v", s, l)
		}
	}
}

func FuzzLimit(f *testing.F) {
	f.Add("16/s burst 64")
	f.Add("off")
	f.Fuzz(func(t *testing.T, s string) {
		if l, ok := ParseLimit(s); ok && (l.String() != s || l.Rate < 0 || l.Burst < 0) {
			t.Errorf("%q: %v", s, l)
		}
	})
}

// passed is how many of n requests, one every pace, get through.
func passed(m *meter, l Limit, from hw.Raw, n int, pace time.Duration) (through int) {
	for i := range n {
		if m.take(l, from+hw.Raw(i)*hw.Raw(pace)) {
			through++
		}
	}
	return through
}

func TestABurstIsFollowedByTheRateAndAPauseRestoresIt(t *testing.T) {
	var m meter
	l, now := Limit{16, 64}, hw.Raw(1e15)
	if n := passed(&m, l, now, 1000, 0); n != 64 {
		t.Errorf("%d at once", n)
	}
	if n := passed(&m, l, now+1, 10000, time.Millisecond); n != 160 && n != 159 {
		t.Errorf("%d in the 10 s after", n)
	}
	if n := passed(&m, l, now+hw.Raw(14*time.Second), 1000, 0); n != 64 {
		t.Errorf("%d at once after a pause", n)
	}
	if n := passed(&m, l, now+hw.Raw(time.Hour), 1000, time.Second/16); n != 1000 {
		t.Errorf("%d of 1000 at the rate", n)
	}
	if n := passed(&m, Limit{}, now, 1000, 0); n != 1000 {
		t.Errorf("%d of 1000 without a limit", n)
	}
}
