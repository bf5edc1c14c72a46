package blur

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"gpsntpd/hw"
	"gpsntpd/refclock/nmea"
	"gpsntpd/server/recorder"
)

func line(body string) string { return fmt.Sprintf("$%s*%s\r\n", body, checksum([]byte(body))) }

// framed is a frame of UBX, of the number 4.
func framed(class byte, payload string) string {
	b := append([]byte{class, 4, byte(len(payload)), byte(len(payload) >> 8)}, payload...)
	return "\xb5\x62" + string(b) + string(fletcher(b))
}

func TestThePositionIsTakenOutAndNothingElse(t *testing.T) {
	for said, want := range map[string]string{
		line("GPRMC,120000.00,A,4807.0381,S,01131.5000,W,0.02,31.66,221126,3.1,W,A"):                   line("GPRMC,120000.00,A,0000.0000,N,00000.0000,E,0.02,31.66,221126,0.0,E,A"),
		line("GNGGA,120000,4807.0381,N,01131.5000,E,1,12,0.9,545.4,M,46.9,M,,"):                        line("GNGGA,120000,0000.0000,N,00000.0000,E,1,12,0.9,000.0,M,00.0,M,,"),
		line("GPGLL,4807.0381,S,01131.5000,W,120000,A,A"):                                              line("GPGLL,0000.0000,N,00000.0000,E,120000,A,A"),
		line("GNGNS,120000,4807.0381,N,01131.5000,E,AN,12,0.9,545.4,46.9,,"):                           line("GNGNS,120000,0000.0000,N,00000.0000,E,AN,12,0.9,000.0,00.0,,"),
		line("GPZDA,120000,22,11,2026,00,00"):                                                          line("GPZDA,120000,22,11,2026,00,00"),
		line("GPGSV,1,1,01,07,45,090,40"):                                                              line("GPGSV,1,1,01,07,45,090,40"),
		line("PUBX,00,120000,4807.0381,N,01131.5,E,545"):                                               line("PUBX,00,000000,0000.0000,N,00000.0,E,000"),
		"7.0381,N,01131.5000,E,1*00\r\n":                                                               "0.0000,N,00000.0000,E,0*00\r\n",
		"$GPGLL,4807.0381,N,01131.5000,E*00\r\n":                                                       "$GPGLL,0000.0000,N,00000.0000,E*00\r\n",
		"$GPGGA,120000,4807.03" + line("GPGLL,4807.0381,S,01131.5000,W,120000,A,A"):                    "$GPGGA,000000,0000.00" + line("GPGLL,0000.0000,N,00000.0000,E,120000,A,A"),
		framed(1, "latitude"):                                                                          framed(1, "\x00\x00\x00\x00\x00\x00\x00\x00"),
		framed(0x0a, "hardware"):                                                                       framed(0x0a, "hardware"),
		framed(0x0d, "survey"):                                                                         framed(0x0d, "\x00\x00\x00\x00\x00\x00"),
		"\xb5\x62\x01\x02\x00\x10 4807":                                                                strings.Repeat("\x00", 11),
		"$GPZDA,1\r\n\xba\xce@H\x0fa\r\nHDOP" + line("GPZDA,120000,22,11,2026,00,00") + "HDOP 1.5\r\n": "\x00\x00\x00\x00\x00\x00\x00\x00\r\n\x00\x00\x00\x00\x00\x00\r\n\x00\x00\x00\x00" + line("GPZDA,120000,22,11,2026,00,00") + "HDOP 0.0\r\n",
	} {
		b := []byte(said)
		if Bytes(b); string(b) != want {
			t.Errorf("%q\n became %q\n want   %q", said, b, want)
		}
	}
}

func TestASentenceThatArrivesInPiecesIsBlurredToo(t *testing.T) {
	whole := line("GPGGA,120000,4807.0381,N,01131.5000,E,1,12,0.9,545.4,M,46.9,M,,")
	var events []recorder.Event
	for i := range whole {
		events = append(events, recorder.Event{Kind: recorder.Bytes, Bytes: []byte(whole[i : i+1])}, recorder.Event{Kind: recorder.Edge})
	}
	Recording(events)
	var got []byte
	for _, e := range events {
		got = append(got, e.Bytes...)
	}
	if len(got) != len(whole) || bytes.Contains(got, []byte("4807")) || !bytes.Contains(got, []byte("120000")) {
		t.Errorf("%q", got)
	}
}

// FuzzBytes looks for a position that is left, and for a time that is lost.
func FuzzBytes(f *testing.F) {
	good := line("GPRMC,120000.00,A,4807.0381,N,01131.5000,E,0.02,31.66,221126,,,A")
	f.Add([]byte("\x00$"), []byte("garbage"))
	f.Add([]byte(framed(1, "x")), []byte("$GPGLL,4807.0381,N"))
	f.Fuzz(func(t *testing.T, before, after []byte) {
		b := slices.Concat(before, []byte("\r\n"), []byte(good), after)
		n := len(b)
		Bytes(b)
		if len(b) != n || bytes.Contains(b[len(before):], []byte("07.0381")) {
			t.Fatalf("%q", b)
		}
		if strings.ContainsAny(string(before), "$!\xb5*") {
			return // it may hide the beginning of what follows
		}
		d, named := nmea.NewDecoder(0), false
		var framer hw.Framer
		for _, l := range framer.Feed([]byte(b), 1) {
			r := d.Frame(l)
			named = named || r.Named && r.Fix.Valid && r.Fix.UTC.Std().Hour() == 12
		}
		if !named && !bytes.ContainsAny(before, "#") {
			t.Fatalf("no time in %q", b)
		}
	})
}
