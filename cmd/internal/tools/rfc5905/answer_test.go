package rfc5905

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"strings"
	"testing"
	"time"
)

// t1 is 2026-11-22 12:00:00.5 UTC.
const t1 = Timestamp(0xeead57c0_80000000)

// good is an answer by hand: leap insert, version 4, mode 4, stratum 1, poll
// 2⁶ s, precision 2⁻²⁰ s, root delay 0.5 s, root dispersion 1 s and 15.3 µs.
// It came 0.25 s after t1 by the server's clock and left 0.25 s later.
const good = "640106ec" + "00008000" + "00010001" + "47505300" +
	"eead57bf80000000" + "eead57c080000000" + "eead57c0c0000000" + "eead57c100000000"

func packet(t *testing.T, digits string) []byte {
	t.Helper()
	b, err := hex.DecodeString(digits)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestEveryFieldIsReadFromItsPlace(t *testing.T) {
	a, err := parse(packet(t, good), 4, t1, t1+0xe0000000)
	if err != nil {
		t.Fatal(err)
	}
	want := Answer{
		Leap: 1, Version: 4, Mode: 4, Stratum: 1, Poll: 6, Precision: -20,
		RootDelay: time.Second / 2, RootDispersion: time.Second + 15258,
		ReferenceID: "GPS\x00", Reference: 0xeead57bf_80000000, Origin: t1,
		T1: t1, T2: 0xeead57c0_c0000000, T3: 0xeead57c1_00000000, T4: 0xeead57c1_60000000,
	}
	if a != want {
		t.Errorf("got  %+v\nwant %+v", a, want)
	}
	// T1 0.5, T2 0.75, T3 1.0, T4 1.375
	if a.Offset() != -62500*time.Microsecond || a.Delay() != 625*time.Millisecond {
		t.Errorf("offset %v, delay %v", a.Offset(), a.Delay())
	}
	if want := 562500*time.Microsecond + time.Second + 15258; a.RootDistance() != want {
		t.Errorf("root distance %v, want %v", a.RootDistance(), want)
	}
	if err := a.Usable(); err != nil {
		t.Error(err)
	}
}

func TestWhatIsNoAnswerIsRefused(t *testing.T) {
	change := func(at int, to string) string { return good[:2*at] + to + good[2*at+len(to):] }
	for _, c := range []struct {
		name, packet string
		want         error
	}{
		{"a byte short", good[:94], ErrLength},
		{"version 3", change(0, "5c"), ErrForm},
		{"mode 3", change(0, "63"), ErrForm},
		{"mode 5", change(0, "65"), ErrForm},
		{"the origin is off by one", change(31, "01"), ErrBogus},
		{"no receive timestamp", change(32, strings.Repeat("0", 16)), ErrInvalid},
		{"no transmit timestamp", change(40, strings.Repeat("0", 16)), ErrInvalid},
		{"sent before its request came", change(40, "eead57c0bfffffff"), ErrInvalid},
	} {
		if _, err := parse(packet(t, c.packet), 4, t1, t1+1<<32); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestAnAnswerIsUsableOnlyWithTimeBehindIt(t *testing.T) {
	usable := Answer{Stratum: 1, RootDispersion: time.Millisecond, Reference: t1, T3: t1}
	for _, c := range []struct {
		name   string
		change func(a *Answer)
		want   error
	}{
		{"as it is", func(*Answer) {}, nil},
		{"leap 3", func(a *Answer) { a.Leap = 3 }, ErrUnsynchronized},
		{"stratum 0", func(a *Answer) { a.Stratum = 0 }, ErrUnsynchronized},
		{"stratum 15", func(a *Answer) { a.Stratum = 15 }, nil},
		{"stratum 16", func(a *Answer) { a.Stratum = 16 }, ErrUnsynchronized},
		{"16 s of dispersion", func(a *Answer) { a.RootDispersion = 16 * time.Second }, ErrHeader},
		{"32 s of delay", func(a *Answer) { a.RootDelay = 32 * time.Second }, ErrHeader},
		{"reference after transmit", func(a *Answer) { a.Reference++ }, ErrHeader},
	} {
		a := usable
		c.change(&a)
		if err := a.Usable(); !errors.Is(err, c.want) {
			t.Errorf("%s: %v", c.name, err)
		}
	}
}

func TestDifferencesCrossTheEndOfTheEra(t *testing.T) {
	end := time.Date(2036, 2, 7, 6, 28, 16, 0, time.UTC)
	if got := timestampOf(end); got != 0 {
		t.Errorf("the first moment of era 1 is %#x", got)
	}
	for _, d := range []time.Duration{0, 1, -1, time.Second, 12345678901, -12345678901, 20 * 365 * 24 * time.Hour, -60 * 365 * 24 * time.Hour} {
		from := end.Add(-3 * time.Second)
		if got := timestampOf(from.Add(d)).Sub(timestampOf(from)); got != d {
			t.Errorf("%v became %v", d, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	b, err := hex.DecodeString(good)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(b)
	f.Fuzz(func(t *testing.T, packet []byte) {
		a, err := parse(packet, 4, t1, t1+1<<32)
		if err == nil && binary.BigEndian.Uint64(packet[24:]) != uint64(a.T1) {
			t.Fatal("an answer to something else is taken")
		}
	})
}
