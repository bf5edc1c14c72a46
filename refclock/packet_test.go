package refclock

import (
	"encoding/hex"
	"testing"
	"time"
)

// RFC 5905, section 6: the seconds wrap in 2036, and zero means "unknown".
func TestTimestampsFoldAtTheEndOfTheEra(t *testing.T) {
	at := func(s string) UTC {
		m, err := time.Parse(time.RFC3339Nano, s)
		if err != nil {
			t.Fatal(err)
		}
		return UTC(m.UnixNano())
	}
	for _, c := range []struct {
		utc  string
		want Timestamp
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
		u := at(c.utc)
		got := TimestampOf(u)
		if got != c.want {
			t.Errorf("%s is %#x, want %#x", c.utc, got, c.want)
		}
		if back := got.UTC(u.Add(-60 * 365 * 24 * time.Hour)); back != u {
			t.Errorf("%s comes back as %v", c.utc, back.Std())
		}
	}
}

func TestADispersionIsNeverRoundedDown(t *testing.T) {
	for d, want := range map[time.Duration]Short{
		0:                0,
		1:                1,
		15258:            1,
		15259:            2,
		time.Second:      1 << 16,
		time.Second + 1:  1<<16 + 1,
		16 * time.Second: 16 << 16,
	} {
		if got := ShortOf(d); got != want {
			t.Errorf("%v is %d units, want %d", d, got, want)
		}
		if got := ShortOf(d).Duration(); got < d || got > d+15259 {
			t.Errorf("%v comes back as %v", d, got)
		}
	}
}

func TestAPacketComesBackAsItWasWritten(t *testing.T) {
	want := Packet{
		Leap: LeapInsert, Version: 4, Mode: ServerMode, Stratum: 2, Poll: -6, Precision: -24, RootDelay: 0x10203, RootDispersion: 0x40506,
		RefID: RefID{192, 0, 2, 1}, Reference: 0x0102030405060708, Origin: 0x1112131415161718, Receive: 0x2122232425262728, Transmit: 0x3132333435363738,
	}
	var b [PacketSize]byte
	want.Put(b[:])
	if got, ok := ParsePacket(b[:]); !ok || got != want {
		t.Errorf("%+v, %v", got, ok)
	}
	// By hand: LI 1, version 4, mode 4, then a field after the other.
	if text := "6402fae8" + "00010203" + "00040506" + "c0000201" + "0102030405060708" + "1112131415161718" + "2122232425262728" + "3132333435363738"; text != hex.EncodeToString(b[:]) {
		t.Errorf("%x", b)
	}
	if _, ok := ParsePacket(b[:PacketSize-1]); ok {
		t.Error("47 bytes are no packet")
	}
}
