package ntp

import (
	"bytes"
	"fmt"
	"slices"
	"testing"
)

// RFC 5905, figures 8 and 10, and the modes of version 1.
func TestOnlyRequestsOfVersions1To4AreAnswered(t *testing.T) {
	s := locked(noon, 0)
	answers := map[string]uint8{ // version and mode of the request, mode of the answer
		"1/0": 4, "1/1": 2, "1/3": 4,
		"2/1": 2, "2/3": 4,
		"3/1": 2, "3/3": 4,
		"4/1": 2, "4/3": 4,
	}
	for version := range uint8(8) {
		for mode := range uint8(8) {
			want := BadMode
			if version < 1 || version > 4 {
				want = BadVersion
			}
			answer, ok := answers[fmt.Sprintf("%d/%d", version, mode)]
			if ok {
				want = Answered
			}
			var out [HeaderSize]byte
			n, v := respond(out[:], request(version, mode), s, noon, after(noon, 0))
			if v != want || (n != 0) != ok {
				t.Errorf("version %d mode %d: %d bytes, %v, want %v", version, mode, n, v, want)
			}
			if ok && out[0] != version<<3|answer {
				t.Errorf("version %d mode %d: first byte %#x", version, mode, out[0])
			}
		}
	}
}

func field(kind uint16, size int) []byte {
	return append([]byte{byte(kind >> 8), byte(kind), byte(size >> 8), byte(size)}, make([]byte, max(size-4, 0))...)
}

func TestHostileRequestsGetTheirVerdict(t *testing.T) {
	zeros := func(n int) []byte { return make([]byte, n) }
	kiss := request(4, 3)
	copy(kiss[12:], "RATE") // stratum 0 and a kiss code (RFC 5905, section 7.4) mean nothing in a request
	for _, c := range []struct {
		name    string
		request []byte
		want    Verdict
	}{
		{"empty", nil, Short},
		{"one byte", []byte{0x23}, Short},
		{"a byte short of a header", request(4, 3)[:47], Short},
		{"zeros", zeros(48), BadVersion},
		{"all ones", bytes.Repeat([]byte{0xff}, 48), BadVersion},
		{"an answer of ours", request(4, 4), BadMode},
		{"mode 6, as sent by ntpq", request(2, 6), BadMode},
		{"mode 7, as sent by ntpdc", request(2, 7), BadMode},
		{"looks like a kiss of death", kiss, Answered},
		{"leap 3, as a client that has no time yet", append([]byte{3<<6 | 4<<3 | 3}, zeros(47)...), Answered},

		// RFC 7822, section 7.5: extension fields.
		{"unknown field of the least length", request(4, 3, field(0x2005, 28)...), Answered},
		{"two fields, the last of 28", request(4, 3, slices.Concat(field(0x0104, 16), field(0x0204, 28))...), Answered},
		{"a long field", request(4, 3, field(0xf323, 1024)...), Answered},
		{"length zero", request(4, 3, slices.Concat(field(0x0104, 0), zeros(40))...), Malformed},
		{"length below 16", request(4, 3, slices.Concat(field(0x0104, 12), zeros(40))...), Malformed},
		{"length no multiple of 4", request(4, 3, slices.Concat(field(0x0104, 30), zeros(2))...), Malformed},
		{"length beyond the packet", request(4, 3, append([]byte{1, 4, 0xff, 0xfc}, zeros(24)...)...), Malformed},
		{"last field shorter than 28", request(4, 3, slices.Concat(field(0x0104, 28), field(0x0204, 16))...), Malformed},
		{"only field of 16", request(4, 3, field(0x0104, 16)...), Malformed},
		{"a byte too many", request(4, 3, 0), Malformed},
		{"three bytes behind a field", request(4, 3, append(field(0x0104, 28), 0, 0, 0)...), Malformed},
		{"NTS cookie and authenticator", request(4, 3, slices.Concat(field(0x0104, 36), field(0x0204, 104), field(0x0404, 40))...), Answered},

		// RFC 5905, section 7.3, RFC 8573: message authentication codes.
		{"crypto-NAK", request(4, 3, zeros(4)...), BadMAC},
		{"crypto-NAK in version 3", request(3, 3, zeros(4)...), BadMAC},
		{"MD5", request(4, 3, zeros(20)...), UnknownKey},
		{"MD5 in version 3, as sent in a Windows domain", request(3, 3, zeros(20)...), UnknownKey},
		{"SHA-1", request(4, 3, zeros(24)...), UnknownKey},
		{"a field and MD5", request(4, 3, slices.Concat(field(0x0104, 16), zeros(20))...), UnknownKey},
		{"Autokey association and MD5 (RFC 5906)", request(4, 3, slices.Concat(field(0x0201, 24), zeros(20))...), UnknownKey},
		{"DES in version 3", request(3, 3, zeros(12)...), UnknownKey},
		{"DES in version 4", request(4, 3, zeros(12)...), Malformed},
		{"extension field in version 3", request(3, 3, field(0x0104, 28)...), Malformed},
		{"odd length in version 1", request(1, 0, zeros(5)...), Malformed},
	} {
		t.Run(c.name, func(t *testing.T) {
			var out [HeaderSize]byte
			n, v := respond(out[:], c.request, locked(noon, 0), noon, after(noon, 0))
			if v != c.want || (n == HeaderSize) != v.Sent() {
				t.Errorf("%d bytes, %v, want %v", n, v, c.want)
			}
		})
	}
}

func FuzzRespond(f *testing.F) {
	f.Add([]byte{})
	f.Add(request(4, 3))
	f.Add(request(4, 3, field(0x0104, 28)...))
	f.Add(request(4, 3, field(0x0104, 0)...))
	f.Add(request(3, 3, make([]byte, 20)...))
	f.Add(request(1, 0))
	f.Add(bytes.Repeat([]byte{0xff}, 100))
	s := locked(noon, 0)
	f.Fuzz(func(t *testing.T, q []byte) {
		var out [HeaderSize]byte
		n, v := respond(out[:], q, s, noon, after(noon, 0))
		if n != 0 && n != HeaderSize || n > len(q) || (n != 0) != v.Sent() {
			t.Fatalf("%d bytes to a request of %d, %v", n, len(q), v)
		}
		if n == 0 {
			return
		}
		if m := q[0] & 7; m != 3 && m != 1 && (m != 0 || versionOf(q) != 1) {
			t.Fatalf("mode %d is answered", m)
		}
		if !bytes.Equal(out[24:32], q[40:48]) {
			t.Fatal("origin is not the request's transmit timestamp")
		}
	})
}
