package hw

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"
)

// ubx wraps a payload the way UBX does.
func ubx(payload string) string {
	b := append([]byte{0x01, 0x07, byte(len(payload)), byte(len(payload) >> 8)}, payload...)
	var x, y byte
	for _, c := range b {
		x += c
		y += x
	}
	return "\xb5\x62" + string(b) + string([]byte{x, y})
}

// rtcm is an RTCM frame with a sentence inside, and published what a known
// encoder made: the example of message 1005 in RTCM 10403.
const (
	rtcm      = "\xd3\x00\x12\x3e\xd0$GPZDA*48\r\nxxxxx\xf6\xa7\x1d"
	published = "\xd3\x00\x13\x3e\xd7\xd3\x02\x02\x98\x0e\xde\xef\x34\xb4\xbd\x62\xac\x09\x41\x98\x6f\x33\x36\x0b\x98"
)

// cut is a frame that can be compared.
type cut struct {
	at       Time
	text     string
	skipped  int
	protocol Protocol
}

// sentence is what a frame of text is.
func sentence(at Time, text string, skipped int) cut { return cut{at, text, skipped, NMEA} }

func cuts(all []Frame) (c []cut) {
	for _, f := range all {
		c = append(c, cut{f.At, string(f.Bytes), f.Skipped, f.Protocol})
	}
	return c
}

// cutAll returns what a framer makes of s in chunks of at most size bytes.
func cutAll(s string, size int) (all []cut) {
	var f Framer
	for chunk := range slices.Chunk([]byte(s), size) {
		all = append(all, cuts(f.Feed(chunk, 0))...)
	}
	return append(all, cuts(f.Flush())...)
}

// skipping is what is delivered while n bytes of garbage go by.
func skipping(n int) []cut { return slices.Repeat([]cut{{skipped: report}}, n/report) }

// casic is a frame of CASIC that holds "$A*00\r\n".
const casic = "\xba\xce\x08\x00\x01\x10$A*00\r\n\x00\x5c\x4e\x35\x40"

func TestFramerFindsSentencesInAnything(t *testing.T) {
	long := strings.Repeat("x", maxSentence)
	tests := []struct {
		name, in string
		want     []cut
	}{
		{"two lines", "$A*00\r\n$B*11\r\n", []cut{sentence(0, "$A*00", 0), sentence(0, "$B*11", 0)}},
		{"CR alone", "$A,1\r$B,2\r", []cut{sentence(0, "$A,1", 0), sentence(0, "$B,2", 0)}},
		{"no end of line", "$A*0f$B*1F!C*22", []cut{sentence(0, "$A*0f", 0), sentence(0, "$B*1F", 0), sentence(0, "!C*22", 0)}},
		{"a start inside", "$GPRMC,12$B*11\n", []cut{sentence(0, "$GPRMC,12", 0), sentence(0, "$B*11", 0)}},
		{"not text inside", "$GPRMC,\x00\x8012*11\n$B*11\n", []cut{sentence(0, "$B*11", 14)}},
		{"too long", "$" + long + "*11\n$B*11\n", append(skipping(1028), sentence(0, "$B*11", 4))},
		{"remarks", "# $A*00 and $B\n$B*11\n#$C*22\r\n", []cut{sentence(0, "$B*11", 0)}},
		{"a number sign inside a line", "x#$B*11\n", []cut{sentence(0, "$B*11", 2)}},
		{"a sentence inside a frame", ubx("$A*00\r\n") + "$B*11\n", []cut{{0, ubx("$A*00\r\n"), 0, UBX}, sentence(0, "$B*11", 0)}},
		{"a broken frame", "\xb5\x62\x01\x07\x05\x00" + "$B*11\nab", []cut{sentence(0, "$B*11", 6), {skipped: 2}}},
		{"a frame that never was", "\xb5\x62\x01\x07\xff\xff$B*11\n", []cut{sentence(0, "$B*11", 6)}},
		{"an unfinished frame", "\xb5\x62\x01\x07\x50\x00$B*11\n", []cut{sentence(0, "$B*11", 6)}},
		{"an unfinished sentence", "ab$B*1", []cut{sentence(0, "$B*1", 2)}},
		{"a sentence inside an RTCM frame", rtcm + "$B*11\n", []cut{{0, rtcm, 0, RTCM}, sentence(0, "$B*11", 0)}},
		{"a broken RTCM frame", "\xd3\x00\x13$B*11\n", []cut{sentence(0, "$B*11", 3)}},
		{"an RTCM frame that never was", "\xd3\x80\xd3\x00\x00$B*11\n", []cut{sentence(0, "$B*11", 5)}},
		{"a sentence inside a CASIC frame", casic + "$B*11\n", []cut{{0, casic, 0, CASIC}, sentence(0, "$B*11", 0)}},
		{"a broken CASIC frame", "\xba\xce\x08\x00$B*11\n", []cut{sentence(0, "$B*11", 4)}},
		{"a CASIC frame that never was", "\xba\xce\x07\x00\x01\x10$B*11\n", []cut{sentence(0, "$B*11", 6)}},
		{"garbage", strings.Repeat("x", 2500), append(skipping(2500), cut{skipped: 2500 % report})},
	}
	for _, test := range tests {
		for _, size := range []int{1, 2, 7, 1 << 20} {
			if got := cutAll(test.in, size); !slices.Equal(got, test.want) {
				t.Errorf("%s in chunks of %d: %+v, want %+v", test.name, size, got, test.want)
			}
		}
	}
}

func TestAChecksumTellsASentenceFromGarbage(t *testing.T) {
	for text, want := range map[string]bool{
		"$GPZDA,120000.00,01,02,2026,00,00*60": true,
		"$GPZDA*48":                            true,
		"$GPZDA*49":                            false,
		"$A*41":                                true,
		"$jk*01":                               true,
		"$LK*0g":                               false,
		"$GPZDA":                               false,
		"$*00":                                 true,
		"*00":                                  false,
		"":                                     false,
	} {
		if got := (Frame{Protocol: NMEA, Bytes: []byte(text)}).Sound(); got != want {
			t.Errorf("%q is sound: %v, want %v", text, got, want)
		}
	}
}

func TestWholeBinaryFramesAreSound(t *testing.T) {
	var f Framer
	n := 0
	for _, frame := range f.Feed([]byte(ubx("payload")+rtcm+published+"\xb5\x62\x01\x07\x00\x00xx\xd3\x00\x02abcde"), 0) {
		if frame.Sound() {
			n++
		}
	}
	if n != 3 {
		t.Errorf("%d are sound, want 3", n)
	}
}

func TestAFrameIsStampedWithTheArrivalOfItsFirstByte(t *testing.T) {
	var f Framer
	got := cuts(f.Feed([]byte("xx$A,"), 1))
	got = append(got, cuts(f.Feed([]byte("1"), 2))...)
	got = append(got, cuts(f.Feed([]byte("\r\n$B,2\r\n$"), 3))...)
	got = append(got, cuts(f.Feed([]byte("C*22"), 4))...)
	got = append(got, cuts(f.Feed([]byte("\r\n"), 5))...)
	got = append(got, cuts(f.Feed([]byte("$D*22"), 6))...)
	want := []cut{sentence(1, "$A,1", 2), sentence(3, "$B,2", 0), sentence(3, "$C*22", 0), sentence(6, "$D*22", 0)}
	if !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func FuzzFramer(f *testing.F) {
	f.Add([]byte("$A*00\r\n# $\n\xb5\x62\x01\x07\x01\x00$x$B*11"), 3)
	f.Add([]byte(ubx("$A*00\r\n")+"!B,1\r\n"), 1)
	f.Fuzz(func(t *testing.T, b []byte, size int) {
		size = max(size, 1)
		whole, parts := cutAll(string(b), len(b)+1), cutAll(string(b), size)
		if !slices.Equal(whole, parts) {
			t.Fatalf("the result depends on the chunks: %v, %v", whole, parts)
		}
		n := 0
		for _, l := range whole {
			n += len(l.text) + l.skipped
			if len(l.text) > maxUBX || l.skipped > maxUBX+maxSentence {
				t.Fatalf("unbounded: %+v", l)
			}
			if !bytes.Contains(b, []byte(l.text)) {
				t.Fatalf("%q was never sent", l.text)
			}
		}
		if n > len(b) {
			t.Fatal(fmt.Sprint(n, " bytes of ", len(b)))
		}
		var framer Framer
		for chunk := range slices.Chunk(b, size) {
			if framer.Feed(chunk, 0); len(framer.held) > maxUBX {
				t.Fatalf("holds %d bytes", len(framer.held))
			}
		}
	})
}

// What costs most: each of the first bytes begins what may be a long frame, and is none.
func BenchmarkFramesThatAreNone(b *testing.B) {
	for name, head := range map[string]string{
		"UBX":  "\xb5\x62\xb5\x62\xd0\x1f", // 8144 bytes
		"RTCM": "\xd3\x03\xff",
	} {
		b.Run(name, func(b *testing.B) {
			chunk := bytes.Repeat([]byte(head), 4096/len(head))
			b.SetBytes(int64(len(chunk)))
			var f Framer
			for b.Loop() {
				f.Feed(chunk, 0)
			}
		})
	}
}
