package ntp

import (
	"fmt"
	"hash/maphash"
	"net/netip"
	"slices"
	"testing"

	"gpsntpd/refclock"
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
			var out [refclock.PacketSize]byte
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

func FuzzRespond(f *testing.F) {
	r := withKeys(f)
	r.Ntpq = Ntpq{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Version: "gpsntpd"}
	for _, c := range slices.Concat(lengths(), headers(), fields(), macs(r), controls()) {
		f.Add(c.packet, c.from == local)
	}
	s, table := locked(noon, 0), NewExchanges(4, maphash.MakeSeed())
	f.Fuzz(func(t *testing.T, q []byte, near bool) {
		from := client
		if near {
			from = local
		}
		out := make([]byte, MaxAnswer)
		a := r.Respond(out, Request{Packet: q, From: from, Received: noon, Exchanges: table}, s, after(noon, 0))
		checkAnswer(t, q, out, a)
		if k := Kiss(out[:refclock.PacketSize:refclock.PacketSize], q); k.Size != 0 && (k.Size != len(q) || q[0]&7 != refclock.ClientMode || out[0] != 3<<6|q[0]&0x38|refclock.ServerMode || out[1] != 0) {
			t.Fatalf("%+v: %x", k, out)
		}
		if a.Size == 0 || near {
			return
		}
		if m := q[0] & 7; m != refclock.ClientMode && m != refclock.SymmetricActiveMode && (m != refclock.NoMode || versionOf(q) != 1) {
			t.Fatalf("mode %d is answered", m)
		}
	})
}
