package ntp

import (
	"testing"
	"time"

	"gpsntpd/refclock"
)

// RFC 5905, section 6: the seconds wrap in 2036, and zero means "unknown".
func TestTimestampsFoldAtTheEndOfTheEra(t *testing.T) {
	at := func(s string) refclock.UTC {
		m, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return refclock.UTC(m.UnixNano())
	}
	for _, c := range []struct {
		utc  string
		want uint64
	}{
		{"1970-01-01T00:00:00Z", 2208988800 << 32},
		{"1969-12-31T23:59:59.5Z", 2208988799<<32 | 1<<31},
		{"2015-04-13T20:26:40.25Z", 3637945600<<32 | 1<<30},
		{"2026-11-22T12:00:00.999999999Z", 4004337600<<32 | 4294967292}, // rounded, without a carry
		{"2036-02-07T06:28:15.5Z", 0xffffffff<<32 | 1<<31},
		{"2036-02-07T06:28:16Z", 1},
		{"2036-02-07T06:28:16.5Z", 1 << 31},
		{"2036-02-07T06:28:17Z", 1 << 32},
	} {
		if got := timestamp(at(c.utc)); got != c.want {
			t.Errorf("%s is %#x, want %#x", c.utc, got, c.want)
		}
	}
}

func TestADispersionIsNeverRoundedDown(t *testing.T) {
	for d, want := range map[time.Duration]uint32{
		0:                0,
		1:                1,
		15258:            1,
		15259:            2,
		time.Second:      1 << 16,
		time.Second + 1:  1<<16 + 1,
		16 * time.Second: 16 << 16,
	} {
		if got := short(d); got != want {
			t.Errorf("%v is %d units, want %d", d, got, want)
		}
	}
}
