package ntp

import (
	"bytes"
	"cmp"
	"encoding/binary"
	"encoding/hex"
	"flag"
	"fmt"
	"hash/maphash"
	"net/netip"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"gpsntpd/refclock"
)

// hostile is a request that no client of good faith sends, or that is easily
// taken for one.
type hostile struct {
	section string // of the RFC that says what is to be done
	name    string
	packet  []byte
	want    Verdict
	from    netip.AddrPort // the client of the other tests if it is none
}

var local = netip.MustParseAddrPort("127.0.0.1:40000")

func field(kind uint16, size int) []byte {
	return append([]byte{byte(kind >> 8), byte(kind), byte(size >> 8), byte(size)}, make([]byte, max(size-4, 0))...)
}

// with is a plain request with other bytes at a place.
func with(at int, b ...byte) []byte {
	q := request(4, 3)
	copy(q[at:], b)
	return q
}

// mode6 is a control message.
func mode6(operation byte, association uint16, names string) []byte {
	b := []byte{2<<3 | 6, operation, 0, 1, 0, 0, byte(association >> 8), byte(association), 0, 0, 0, byte(len(names))}
	return append(b, names...)
}

// lengths are requests of every length that is none, and of some that are.
func lengths() (all []hostile) {
	for _, n := range []int{0, 1, 2, 4, 8, 11, 12, 20, 28, 47} {
		all = append(all, hostile{"RFC 5905, 7.3", fmt.Sprintf("%d bytes", n), request(4, 3)[:n], Short, local})
	}
	for _, n := range []int{1, 2, 3, 5, 8, 11, 12, 16, 17, 19, 21, 23, 25, 27} {
		all = append(all, hostile{"RFC 7822, 7.5", fmt.Sprintf("%d zeros behind the header", n), request(4, 3, make([]byte, n)...), Malformed, local})
	}
	for _, n := range []int{28, 32, 48, 952, 1424} {
		all = append(all, hostile{"RFC 7822, 7.5", fmt.Sprintf("%d zeros behind the header", n), request(4, 3, make([]byte, n)...), Malformed, local},
			hostile{"RFC 7822, 7.5", fmt.Sprintf("an unknown field of %d", n), request(4, 3, field(0x2005, n)...), Answered, client})
	}
	return all
}

// headers are requests whose first 48 bytes say strange things.
func headers() []hostile {
	return []hostile{
		{"RFC 5905, 7.3", "zeros", make([]byte, 48), BadVersion, client},
		{"RFC 5905, 7.3", "all ones", bytes.Repeat([]byte{0xff}, 48), BadVersion, client},
		{"RFC 5905, 7.3", "version 0", request(0, 3), BadVersion, client},
		{"RFC 5905, 7.3", "version 5, a draft's", request(5, 3), BadVersion, client},
		{"RFC 5905, 7.3", "version 5 with the draft's field", request(5, 3, field(0xf5ff, 28)...), BadVersion, client},
		{"RFC 5905, 7.3", "version 4 that offers version 5", with(16, []byte("NTP5DRFT")...), Answered, client},
		{"RFC 5905, 7.3", "version 6", request(6, 3), BadVersion, client},
		{"RFC 5905, 7.3", "version 7", request(7, 3), BadVersion, client},
		{"RFC 5905, 3", "mode 0", request(4, 0), BadMode, client},
		{"RFC 1059, B", "mode 0 of version 1", request(1, 0), Answered, client},
		{"RFC 5905, 3", "an association of Windows", request(3, 1), Answered, client},
		{"RFC 5905, 3", "mode 2, an answer to a peer", request(4, 2), BadMode, client},
		{"RFC 5905, 3", "mode 4, an answer of ours", request(4, 4), BadMode, client},
		{"RFC 5905, 3", "mode 5, a broadcast", request(4, 5), BadMode, client},
		{"RFC 5905, 3", "mode 7", request(4, 7), BadMode, client},
		{"RFC 5905, 7.4", "RATE from a client", with(12, []byte("RATE")...), Answered, client},
		{"RFC 5905, 7.4", "DENY from a client", with(12, []byte("DENY")...), Answered, client},
		{"RFC 5905, 7.4", "a kiss of death", append([]byte{3<<6 | 4<<3 | 4, 0}, make([]byte, 46)...), BadMode, client},
		{"RFC 5905, 7.3", "leap 3, as a client that has no time yet", with(0, 3<<6|4<<3|3), Answered, client},
		{"RFC 5905, 7.3", "stratum 255", with(1, 255), Answered, client},
		{"RFC 5905, 7.3", "poll 127", with(2, 127), Answered, client},
		{"RFC 5905, 7.3", "poll -128", with(2, 128), Answered, client},
		{"RFC 5905, 7.3", "precision 127", with(3, 127), Answered, client},
		{"RFC 5905, 7.3", "root delay and dispersion of all ones", with(4, bytes.Repeat([]byte{0xff}, 8)...), Answered, client},
		{"RFC 5905, 8", "no transmit timestamp", with(refclock.TransmitAt, make([]byte, 8)...), Answered, client},
		{"RFC 5905, 8", "transmit timestamp of all ones", with(refclock.TransmitAt, bytes.Repeat([]byte{0xff}, 8)...), Answered, client},
		{"RFC 5905, 8", "origin and transmit timestamp alike", with(refclock.OriginAt, request(4, 3)[refclock.TransmitAt:]...), Answered, client},
		{"RFC 9769, 2", "receive and transmit timestamp alike", with(refclock.ReceiveAt, request(4, 3)[refclock.TransmitAt:]...), Answered, client},
		{"RFC 9769, 2", "an origin that no one had", with(refclock.OriginAt, bytes.Repeat([]byte{0xfe}, 8)...), Answered, client},
		{"RFC 9769, 2", "an origin of all ones", with(refclock.OriginAt, bytes.Repeat([]byte{0xff}, 16)...), Answered, client},
	}
}

// fields are requests with extension fields that lie, or that are not ours.
func fields() []hostile {
	zeros := func(n int) []byte { return make([]byte, n) }
	join := func(parts ...[]byte) []byte { return request(4, 3, slices.Concat(parts...)...) }
	return []hostile{
		{"RFC 7822, 7.5", "two fields, the last of 28", join(field(0x0104, 16), field(0x2005, 28)), Answered, client},
		{"RFC 7822, 7.5", "forty fields", join(bytes.Repeat(field(0x2005, 28), 40)), Answered, client},
		{"RFC 7822, 7.5", "the same field twice", join(field(0x2005, 32), field(0x2005, 32)), Answered, client},
		{"RFC 7822, 7.5", "length zero", join(field(0x2005, 0), zeros(40)), Malformed, client},
		{"RFC 7822, 7.5", "length 4", join(field(0x2005, 4), zeros(40)), Malformed, client},
		{"RFC 7822, 7.5", "length 12", join(field(0x2005, 12), zeros(40)), Malformed, client},
		{"RFC 7822, 7.5", "length no multiple of 4", join(field(0x2005, 30), zeros(2)), Malformed, client},
		{"RFC 7822, 7.5", "length beyond the packet", join([]byte{0x20, 5, 0xff, 0xfc}, zeros(24)), Malformed, client},
		{"RFC 7822, 7.5", "length beyond the packet by 4", join([]byte{0x20, 5, 0, 32}, zeros(24)), Malformed, client},
		{"RFC 7822, 7.5", "length 65535", join([]byte{0x20, 5, 0xff, 0xff}, zeros(96)), Malformed, client},
		{"RFC 7822, 7.5", "last field of 24, which could be a MAC", join(field(0x2005, 28), field(0x2005, 24)), UnknownKey, client},
		{"RFC 7822, 7.5", "last field of 16", join(field(0x2005, 28), field(0x2005, 16)), Malformed, client},
		{"RFC 7822, 7.5", "only field of 16", join(field(0x2005, 16)), Malformed, client},
		{"RFC 7822, 7.5", "three bytes behind a field", join(field(0x2005, 28), zeros(3)), Malformed, client},
		{"RFC 7822, 7.5", "a good field and one of length zero", join(field(0x2005, 28), zeros(28)), Malformed, client},
		{"RFC 7822, 7.5", "the draft's field for version 5", join(field(0xf5ff, 28)), Answered, client},
		{"RFC 7822, 7.5", "chrony's experimental field", join(field(0xf323, 28)), Answered, client},
		{"RFC 7822, 7.5", "a checksum complement (RFC 7821)", join(field(0x2005, 28)), Answered, client},
		{"RFC 7822, 7.5", "a field in version 3", request(3, 3, field(0x2005, 28)...), Malformed, client},
		{"RFC 7822, 7.5", "a field in version 1", request(1, 0, field(0x2005, 28)...), Malformed, client},
		{"RFC 5906, 10", "Autokey: association", join(field(0x0201, 28)), Answered, client},
		{"RFC 5906, 10", "Autokey: cookie, with a MAC", join(field(0x0203, 24), zeros(20)), UnknownKey, client},
		{"RFC 5906, 10", "Autokey: length zero", join(field(0x0201, 0), zeros(44)), Malformed, client},
		{"RFC 5906, 10", "Autokey: an error answer", join(field(0xc201, 28)), Answered, client},
	}
}

// macs are requests that end in a MAC, or in something of its length.
func macs(r *Responder) (all []hostile) {
	zeros := func(n int) []byte { return make([]byte, n) }
	named := func(id uint32, n int) []byte { return append(binary.BigEndian.AppendUint32(nil, id), zeros(n-4)...) }
	plain := request(4, 3)
	renamed := signed(r, 1, plain)
	binary.BigEndian.PutUint32(renamed[48:], 2)
	changed := signed(r, 4, plain)
	changed[40]++
	other := signed(r, 1, request(4, 3, field(0x2005, 28)...))
	other[60]++
	for version := uint8(1); version <= 4; version++ {
		all = append(all, hostile{"RFC 5905, 9.2", fmt.Sprintf("crypto-NAK, version %d", version), request(version, 3, zeros(4)...), BadMAC, client})
	}
	return append(all, []hostile{
		{"RFC 5905, 9.2", "crypto-NAK of a key that there is", request(4, 3, named(1, 4)...), BadMAC, client},
		{"RFC 5905, 7.3", "key 0", request(4, 3, zeros(20)...), UnknownKey, client},
		{"RFC 5905, 7.3", "key 0 of SHA-1", request(4, 3, zeros(24)...), UnknownKey, client},
		{"RFC 5905, 7.3", "a key that there is not", request(4, 3, named(99, 20)...), UnknownKey, client},
		{"RFC 5905, 7.3", "MD5 in a Windows domain", request(3, 3, named(0x80000452, 20)...), UnknownKey, client},
		{"RFC 5905, 7.3", "the longer form of a Windows domain", request(3, 3, named(0x452, 72)...), Malformed, client},
		{"RFC 5905, 7.3", "the longer form of a Windows domain, from a peer", request(3, 1, named(0x452, 72)...), Malformed, client},
		{"RFC 5905, 7.3", "zeros for a MAC", request(4, 3, named(1, 20)...), BadMAC, client},
		{"RFC 5905, 7.3", "a MAC that is too long for its key", request(4, 3, named(1, 24)...), BadMAC, client},
		{"RFC 5905, 7.3", "a MAC that is too short for its key", request(4, 3, named(4, 20)...), BadMAC, client},
		{"RFC 5905, 7.3", "the MAC of another key", renamed, BadMAC, client},
		{"RFC 5905, 7.3", "a header that was changed", changed, BadMAC, client},
		{"RFC 5905, 7.3", "a field that was changed", other, BadMAC, client},
		{"RFC 8573, 3", "AES-CMAC", signed(r, 1, plain), Answered, client},
		{"RFC 8573, 3", "AES-CMAC from a peer", signed(r, 1, request(4, 1)), Answered, client},
		{"RFC 8573, 3", "AES-CMAC behind a field of 16", signed(r, 1, request(4, 3, field(0x2005, 16)...)), Answered, client},
		{"RFC 8573, 3", "AES-CMAC, cut", signed(r, 1, plain)[:67], Malformed, client},
		{"RFC 8573, 3", "AES-CMAC, and bytes behind it", append(signed(r, 1, plain), zeros(4)...), BadMAC, client},
		{"RFC 5905, A.2", "SHA-256, uncut in version 3", signed(r, 3, request(3, 3)), Answered, client},
		{"RFC 7822, 7.5", "SHA-256, uncut in version 4", request(4, 3, named(3, 36)...), Malformed, client},
		{"RFC 5905, 9.2", "a signed answer that comes back", signed(r, 1, request(4, 4)), BadMode, client},
		{"RFC 1305, C", "DES in version 3", request(3, 3, zeros(12)...), UnknownKey, client},
		{"RFC 7822, 7.5", "DES in version 4", request(4, 3, zeros(12)...), Malformed, client},
	}...)
}

// controls are control messages, and what looks like some.
func controls() []hostile {
	long := mode6(readVariables, 0, "")
	long[countAt] = 0xff
	part := mode6(readVariables, 0, "leap")
	part[offsetAt+1] = 4
	return []hostile{
		{"RFC 9327, 3", "ntpq from elsewhere", mode6(readVariables, 0, ""), BadMode, client},
		{"RFC 9327, 3", "ntpq from here", mode6(readVariables, 0, ""), Told, local},
		{"RFC 9327, 3", "ntpq from here, mapped", mode6(readStatus, 0, ""), Told, netip.MustParseAddrPort("[::ffff:127.0.0.1]:1")},
		{"RFC 9327, 3", "an association that there is not", mode6(readVariables, 2, ""), Told, local},
		{"RFC 9327, 3", "a variable that there is not", mode6(readVariables, 0, "secret"), Told, local},
		{"RFC 9327, 3", "commas", mode6(readVariables, 0, strings.Repeat(",", 200)), Told, local},
		{"RFC 9327, 3", "write variables", mode6(3, 0, "leap=3"), BadMode, local},
		{"RFC 9327, 3", "write clock", mode6(5, 1, "flags=1"), BadMode, local},
		{"RFC 9327, 3", "set a trap", mode6(6, 0, ""), BadMode, local},
		{"RFC 9327, 3", "configure", mode6(8, 0, "server 192.0.2.1"), BadMode, local},
		{"RFC 9327, 3", "most recent clients", mode6(10, 0, "nonce=1"), BadMode, local},
		{"RFC 9327, 3", "nonce", mode6(12, 0, ""), BadMode, local},
		{"RFC 9327, 3", "operation 31", mode6(31, 0, ""), BadMode, local},
		{"RFC 9327, 2", "an answer", mode6(isAnswer|readVariables, 0, ""), BadMode, local},
		{"RFC 9327, 2", "an error", mode6(isAnswer|isError|readVariables, 0, ""), BadMode, local},
		{"RFC 9327, 2", "the first of several parts", mode6(0x20|readVariables, 0, ""), BadMode, local},
		{"RFC 9327, 2", "a later part", part, Malformed, local},
		{"RFC 9327, 2", "a count beyond the packet", long, Malformed, local},
		{"RFC 9327, 2", "half a header", mode6(readVariables, 0, "")[:7], Short, local},
		{"RFC 9327, 2", "version 5", append([]byte{5<<3 | 6}, make([]byte, 47)...), BadVersion, local},
		{"RFC 1305, B", "mode 7: monlist", append([]byte{0x17, 0, 3, 0x2a}, make([]byte, 188)...), BadMode, local},
		{"RFC 1305, B", "mode 7: monlist, short", []byte{0x17, 0, 3, 0x2a, 0, 0, 0, 0}, Short, local},
		{"RFC 1305, B", "mode 7, an answer", append([]byte{0x97, 0, 3, 0x2a}, make([]byte, 436)...), BadMode, local},
	}
}

func corpus(r *Responder) []hostile {
	return slices.Concat(lengths(), headers(), fields(), macs(r), controls())
}

var update = flag.Bool("update", false, "write the corpus")

// Others that answer read the same corpus: a line for each request, with verdict,
// sender, the packet in hexadecimal, and what it is.
func TestTheCorpusIsWritten(t *testing.T) {
	const path = "testdata/hostile.txt"
	var text []byte
	all := corpus(withKeys(t))
	if len(all) < 90 {
		t.Errorf("%d requests", len(all))
	}
	for _, c := range all {
		text = fmt.Appendf(text, "%v %v %s %s: %s\n", c.want, c.from, cmp.Or(hex.EncodeToString(c.packet), "-"), c.section, c.name)
	}
	if *update {
		if err := os.WriteFile(path, text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if written, err := os.ReadFile(path); err != nil || !bytes.Equal(written, text) {
		t.Errorf("%s is not the corpus; -update writes it: %v", path, err)
	}
}

// TestHostileRequestsGetTheirVerdict also holds what is true of every answer.
func TestHostileRequestsGetTheirVerdict(t *testing.T) {
	r := withKeys(t)
	r.Ntpq = Ntpq{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Version: "gpsntpd"}
	s, table := locked(noon, 0), NewExchanges(10, maphash.MakeSeed())
	for _, c := range corpus(r) {
		t.Run(c.section+": "+c.name, func(t *testing.T) {
			before := slices.Clone(c.packet)
			out := make([]byte, MaxAnswer)
			a := r.Respond(out, Request{Packet: c.packet, From: c.from, Received: noon, Exchanges: table}, s, after(noon, time.Millisecond))
			if a.Verdict != c.want || a.Interleaved {
				t.Errorf("%+v, want %v", a, c.want)
			}
			if !bytes.Equal(c.packet, before) {
				t.Error("the request has been changed")
			}
			checkAnswer(t, c.packet, out, a)
		})
	}
}

// TestNoAnswerIsARequest: two servers cannot be made to answer each other for ever.
func TestNoAnswerIsARequest(t *testing.T) {
	r := withKeys(t)
	r.Ntpq = Ntpq{Allow: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Version: "gpsntpd"}
	answered := func(packet []byte) []byte {
		out := make([]byte, MaxAnswer)
		return out[:r.Respond(out, Request{Packet: packet, From: local, Received: noon}, locked(noon, 0), after(noon, 0)).Size]
	}
	answers := 0
	for _, c := range corpus(r) {
		kiss := make([]byte, refclock.PacketSize)
		kiss = kiss[:Kiss(kiss, c.packet).Size]
		for _, first := range [][]byte{answered(c.packet), kiss} {
			if len(first) == 0 {
				continue
			}
			answers++
			if second := answered(first); len(second) > 0 || Kiss(make([]byte, refclock.PacketSize), first).Size > 0 {
				t.Errorf("%s: %x is answered by %x", c.name, first, second)
			}
		}
	}
	if answers < 50 {
		t.Errorf("%d answers", answers)
	}
}

// checkAnswer holds what is true of the answer to any request.
func checkAnswer(t *testing.T, q, out []byte, a Answer) {
	t.Helper()
	switch {
	case (a.Size != 0) != a.Verdict.Sent():
		t.Fatalf("%+v", a)
	case a.Size == 0:
		return
	case a.Verdict == Told:
		if a.Size > controlMost || a.Size%4 != 0 || out[0] != q[0] || out[operationAt]&isAnswer == 0 {
			t.Errorf("%d bytes of mode 6: %x", a.Size, out[:a.Size])
		}
		return
	case a.Size > len(q):
		t.Errorf("%d bytes to a request of %d", a.Size, len(q))
	}
	if answer := out[0] & 7; answer != refclock.ServerMode && answer != refclock.SymmetricPassiveMode || versionOf(out) != versionOf(q) {
		t.Errorf("first byte %#x to %#x", out[0], q[0])
	}
	if a.Interleaved != !bytes.Equal(out[refclock.OriginAt:][:8], q[refclock.TransmitAt:][:8]) && !bytes.Equal(q[refclock.ReceiveAt:][:8], q[refclock.TransmitAt:][:8]) {
		t.Errorf("origin %x", out[refclock.OriginAt:][:8])
	}
	receive, transmit := refclock.ReadTimestamp(out[refclock.ReceiveAt:]), refclock.ReadTimestamp(out[refclock.TransmitAt:])
	if !a.Interleaved && receive > transmit || receive&transmitBit != 0 || transmit&transmitBit == 0 {
		t.Errorf("receive %x, transmit %x", receive, transmit)
	}
}
