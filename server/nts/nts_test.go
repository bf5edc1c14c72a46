package nts

import (
	"bytes"
	"encoding/binary"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
)

const today Day = 20779

// dice is chance that is the same in every run.
func dice() io.Reader { return rand.NewChaCha8([32]byte{1}) }

func ring(t testing.TB) *Ring {
	t.Helper()
	r, err := NewRing(today, [keySize]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func server(r *Ring) *Server {
	var rings atomic.Pointer[Ring]
	rings.Store(r)
	return NewServer(&rings, dice())
}

// client is one that has been through a key exchange.
type client struct {
	keys   Keys
	cookie []byte
}

func newClient(t testing.TB, r *Ring) client {
	t.Helper()
	c := client{cookie: make([]byte, cookieSize)}
	io.ReadFull(dice(), c.keys[:])
	if err := r.bake(new(scratch), dice(), c.cookie, &c.keys); err != nil {
		t.Fatal(err)
	}
	return c
}

func field(kind uint16, body ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	return append(binary.BigEndian.AppendUint16(b, uint16(fieldHeader+len(body))), body...)
}

var identifier = field(uniqueIdentifier, bytes.Repeat([]byte{0xa5}, 32)...)

// header is that of a request.
func header() []byte { return append([]byte{4<<3 | 3}, make([]byte, packetHeader-1)...) }

// prove puts an authenticator behind b, with the fields in plain sealed in it.
func (c client) prove(t testing.TB, b, nonce, plain []byte) []byte {
	t.Helper()
	k, err := newSIV(c.keys[:keySize])
	if err != nil {
		t.Fatal(err)
	}
	sealed := append(make([]byte, tagSize), plain...)
	k.seal(new(scratch), sealed, b, nonce)
	body := binary.BigEndian.AppendUint16(nil, uint16(len(nonce)))
	body = binary.BigEndian.AppendUint16(body, uint16(len(sealed)))
	for _, part := range [][]byte{nonce, sealed} {
		body = append(append(body, part...), make([]byte, words(len(part))-len(part))...)
	}
	body = append(body, make([]byte, max(nonceSize-words(len(nonce)), 0))...)
	return append(b, field(authenticator, body...)...)
}

// request asks for more cookies beside the one that it brings.
func (c client) request(t testing.TB, more int) []byte {
	t.Helper()
	b := slices.Concat(header(), identifier, field(cookieField, c.cookie...))
	for range more {
		b = append(b, field(cookiePlaceholder, make([]byte, cookieSize)...)...)
	}
	return c.prove(t, b, make([]byte, 16), nil)
}

// read checks an answer as a client does, and returns the cookies in it.
func (c client) read(t testing.TB, answer []byte) (cookies [][]byte) {
	t.Helper()
	if !bytes.Equal(answer[packetHeader:][:len(identifier)], identifier) {
		t.Fatalf("another identifier: %x", answer)
	}
	kind, proof := next(answer[packetHeader+len(identifier):])
	if kind != authenticator || packetHeader+len(identifier)+len(proof) != len(answer) {
		t.Fatalf("no authenticator at the end: %x", answer)
	}
	nonce, sealed, ok := split(proof[fieldHeader:])
	k, err := newSIV(c.keys[keySize:])
	if !ok || err != nil {
		t.Fatal(ok, err)
	}
	plain, ok := k.open(new(scratch), bytes.Clone(sealed), answer[:packetHeader+len(identifier)], nonce)
	if !ok {
		t.Fatal("not authentic")
	}
	for len(plain) > 0 {
		kind, f := next(plain)
		if kind != cookieField {
			t.Fatalf("field %#x", kind)
		}
		cookies, plain = append(cookies, f[fieldHeader:]), plain[len(f):]
	}
	return cookies
}

// answer is what s makes of a request, whose header is whatever is there.
func answer(s *Server, request []byte, room int) ([]byte, error) {
	out := make([]byte, room)
	r, err := s.Open(request, room)
	if err != nil {
		return out[:r.Identify(out)], err
	}
	n, err := s.Seal(out, &r)
	return out[:n], err
}

func TestARequestGetsAsManyCookiesAsItHasRoomFor(t *testing.T) {
	for more, want := range []int{1, 2, 3, 4, 5, 6, 7, 8, 8, 8} {
		c, s := newClient(t, ring(t)), server(ring(t))
		q := c.request(t, more)
		a, err := answer(s, bytes.Clone(q), 1452)
		if err != nil {
			t.Fatal(err)
		}
		cookies := c.read(t, a)
		if len(cookies) != want || len(a) > len(q) {
			t.Errorf("%d placeholders: %d cookies, want %d; %d bytes to %d", more, len(cookies), want, len(a), len(q))
		}
		for i, cookie := range cookies {
			next := client{c.keys, cookie}
			if _, err := answer(s, next.request(t, 0), 1452); err != nil || bytes.Equal(cookie, c.cookie) || slices.ContainsFunc(cookies[:i], func(o []byte) bool { return bytes.Equal(o, cookie) }) {
				t.Errorf("cookie %d: %v, or it is not new", i, err)
			}
		}
	}
}

func TestNoncesOfAnyLengthAreRead(t *testing.T) {
	c := newClient(t, ring(t))
	for n := 1; n <= 64; n++ {
		q := c.prove(t, slices.Concat(header(), identifier, field(cookieField, c.cookie...)), make([]byte, n), nil)
		a, err := answer(server(ring(t)), bytes.Clone(q), 1452)
		if err != nil || len(c.read(t, a)) != 1 || len(a) > len(q) {
			t.Errorf("%d bytes: %v", n, err)
		}
	}
}

func TestEncryptedFieldsAreRead(t *testing.T) {
	c := newClient(t, ring(t))
	plain := slices.Concat(field(cookiePlaceholder, make([]byte, cookieSize)...), field(0xf323, make([]byte, 12)...))
	q := c.prove(t, slices.Concat(header(), identifier, field(cookieField, c.cookie...)), make([]byte, 16), plain)
	a, err := answer(server(ring(t)), bytes.Clone(q), 1452)
	if err != nil || len(c.read(t, a)) != 2 || len(a) > len(q) {
		t.Errorf("%v", err)
	}
}

// hostile requests, what becomes of them, and the section of RFC 8915 that
// says so, if none other is named.
func TestHostileRequestsAreJudged(t *testing.T) {
	c := newClient(t, ring(t))
	stranger := newClient(t, func() *Ring { r, _ := NewRing(today, [keySize]byte{8}); return r }())
	edit := func(at int, b ...byte) []byte { q := c.request(t, 0); copy(q[at:], b); return q }
	fields := func(f ...[]byte) []byte { return append(header(), slices.Concat(f...)...) }
	cookie, zeros := field(cookieField, c.cookie...), func(n int) []byte { return make([]byte, n) }
	prove := func(f ...[]byte) []byte { return c.prove(t, fields(f...), zeros(16), nil) }
	proofAt := packetHeader + len(identifier) + len(cookie)
	good := c.request(t, 0)
	for _, k := range []struct {
		name    string
		request []byte
		want    error
	}{
		{"good", good, nil},
		{"replayed: the client tells answers apart (5.3)", bytes.Clone(good), nil},
		{"a field behind the authenticator, which is ignored (5.6)", append(c.request(t, 0), field(cookiePlaceholder, zeros(24)...)...), nil},
		{"unknown field in front (5.7)", prove(field(0xf323, zeros(24)...), identifier, cookie), nil},
		{"cookie before identifier (5.7)", prove(cookie, identifier), nil},
		{"short identifier: only the client relies on it (5.3)", prove(field(uniqueIdentifier, zeros(12)...), cookie), nil},
		{"two identifiers, of which the first is returned (5.7)", prove(identifier, field(uniqueIdentifier, zeros(32)...), cookie), nil},
		{"long identifier (5.3)", prove(field(uniqueIdentifier, zeros(64)...), cookie), nil},

		{"no field", header(), ErrPlain},
		{"identifier alone (5.3)", fields(identifier), ErrPlain},
		{"unknown field alone", fields(field(0xf323, zeros(24)...)), ErrPlain},

		{"no identifier (5.7)", prove(cookie), ErrMalformed},
		{"two authenticators (5.7)", c.prove(t, c.request(t, 0), zeros(16), nil), ErrMalformed},
		{"placeholder shorter than a cookie (5.5)", prove(identifier, cookie, field(cookiePlaceholder, zeros(96)...)), ErrMalformed},
		{"placeholder longer than a cookie (5.5)", prove(identifier, cookie, field(cookiePlaceholder, zeros(104)...)), ErrMalformed},
		{"placeholders that differ (5.5)", prove(identifier, cookie, field(cookiePlaceholder, zeros(104)...), field(cookiePlaceholder, zeros(100)...)), ErrMalformed},
		{"identifier behind the authenticator (5.7)", append(prove(cookie), identifier...), ErrMalformed},
		{"identifier that fills the answer", prove(field(uniqueIdentifier, zeros(1400)...), cookie), ErrMalformed},
		{"identifier longer than the answer", fields(field(uniqueIdentifier, zeros(1600)...)), ErrMalformed},
		{"no cookie (5.7)", prove(identifier), ErrMalformed},
		{"two cookies (5.7)", prove(identifier, cookie, cookie), ErrMalformed},
		{"cookie behind the authenticator (5.7)", append(prove(identifier), cookie...), ErrMalformed},
		{"no authenticator (5.7)", fields(identifier, cookie), ErrMalformed},
		{"placeholder alone (5.5)", fields(identifier, field(cookiePlaceholder, zeros(24)...)), ErrMalformed},
		{"field of length 0 (RFC 7822, 7.5)", edit(packetHeader+2, 0, 0), ErrMalformed},
		{"field beyond the packet (RFC 7822, 7.5)", edit(packetHeader+2, 0xff, 0xfc), ErrMalformed},
		{"no nonce (5.6)", edit(proofAt+4, 0, 0), ErrMalformed},
		{"nonce beyond the field (5.6)", edit(proofAt+4, 0, 20), ErrMalformed},
		{"huge nonce (5.6)", edit(proofAt+4, 0xff, 0xff), ErrMalformed},
		{"no ciphertext (5.6)", edit(proofAt+6, 0, 0), ErrMalformed},
		{"ciphertext shorter than a tag (5.6)", edit(proofAt+6, 0, 15), ErrMalformed},
		{"ciphertext beyond the field (5.6)", edit(proofAt+6, 0, 17), ErrMalformed},
		{"huge ciphertext (5.6)", edit(proofAt+6, 0xff, 0xff), ErrMalformed},
		{"garbage in the ciphertext (5.6)", c.prove(t, fields(identifier, cookie), zeros(16), zeros(20)), ErrMalformed},
		{"room for no cookie in a short padding (5.6)", c.prove(t, fields(identifier, cookie), zeros(16), nil)[:proofAt+36], ErrMalformed},

		{"header changed (5.6)", edit(40, 1), ErrRefused},
		{"identifier changed (5.6)", edit(packetHeader+8, 1), ErrRefused},
		{"nonce changed (5.6)", edit(proofAt+8, 1), ErrRefused},
		{"shorter nonce than was used (5.6)", edit(proofAt+4, 0, 12), ErrRefused},
		{"tag changed (5.6)", edit(proofAt+24, 1), ErrRefused},
		{"cookie of no day (5.7)", edit(packetHeader+len(identifier)+4, 0xff), ErrRefused},
		{"nonce of the cookie changed (5.7)", edit(packetHeader+len(identifier)+8, 1), ErrRefused},
		{"keys in the cookie changed (5.7)", edit(packetHeader+len(identifier)+60, 1), ErrRefused},
		{"cookie without its end (5.7)", prove(identifier, field(cookieField, c.cookie[:96]...)), ErrRefused},
		{"cookie too long (5.7)", prove(identifier, field(cookieField, append(c.cookie, 0, 0, 0, 0)...)), ErrRefused},
		{"cookie of another kind of server, and placeholders for it (5.7)", prove(identifier, field(cookieField, zeros(104)...), field(cookiePlaceholder, zeros(104)...)), ErrRefused},
		{"empty cookie (5.7)", prove(identifier, field(cookieField, zeros(12)...)), ErrRefused},
		{"cookie of another server (5.7)", stranger.request(t, 0), ErrRefused},
		{"cookie of another client (5.7)", client{stranger.keys, c.cookie}.prove(t, fields(identifier, cookie), []byte{1}, nil), nil},
	} {
		t.Run(k.name, func(t *testing.T) {
			a, err := answer(server(ring(t)), bytes.Clone(k.request), 1452)
			if !errors.Is(err, k.want) || len(a) > len(k.request) {
				t.Errorf("%v, want %v; %d bytes to %d", err, k.want, len(a), len(k.request))
			}
			if errors.Is(err, ErrRefused) && !bytes.Equal(a[packetHeader:], k.request[packetHeader:][:len(identifier)]) {
				t.Errorf("refused with %x", a[packetHeader:])
			}
		})
	}
}

func TestWithoutMasterKeysAllCookiesAreRefused(t *testing.T) {
	if _, err := answer(server(nil), newClient(t, ring(t)).request(t, 0), 1452); !errors.Is(err, ErrRefused) {
		t.Error(err)
	}
}

func TestACookieIsGoodForTwoDaysAndIsThenRefused(t *testing.T) {
	c := newClient(t, ring(t))
	for age, want := range []error{nil, nil, nil, ErrRefused, ErrRefused} {
		later, err := ring(t).On(today + Day(age))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := answer(server(later), c.request(t, 0), 1452); !errors.Is(err, want) {
			t.Errorf("after %d days: %v, want %v", age, err, want)
		}
	}
}

func TestAnAnswerToAClientThatIsKnownAllocatesNothing(t *testing.T) {
	c, s, out := newClient(t, ring(t)), server(ring(t)), make([]byte, 1452)
	fresh := c.request(t, 7)
	q := bytes.Clone(fresh)
	if n := testing.AllocsPerRun(200, func() {
		copy(q, fresh)
		r, err := s.Open(q, len(out))
		if err != nil {
			t.Fatal(err)
		}
		s.Seal(out, &r)
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAnswer(b *testing.B) {
	c, s, out := newClient(b, ring(b)), server(ring(b)), make([]byte, 1452)
	fresh := c.request(b, 0)
	q := bytes.Clone(fresh)
	b.ReportAllocs()
	for b.Loop() {
		copy(q, fresh)
		r, _ := s.Open(q, len(out))
		s.Seal(out, &r)
	}
}

// What a client encrypts is as little to be trusted as the rest.
func FuzzEncryptedFields(f *testing.F) {
	f.Add([]byte{})
	f.Add(field(cookiePlaceholder, make([]byte, cookieSize)...))
	f.Add(slices.Concat(identifier, field(cookiePlaceholder, make([]byte, 12)...), []byte{3, 4, 0xff, 0xfc}))
	f.Fuzz(func(t *testing.T, plain []byte) {
		if n, _ := placeholders(plain); n > len(plain)/leastField {
			t.Fatalf("%d placeholders in %d bytes", n, len(plain))
		}
	})
}

func FuzzOpen(f *testing.F) {
	c := newClient(f, ring(f))
	f.Add(c.request(f, 0), 1452)
	f.Add(c.request(f, 2), 300)
	f.Add(append(header(), identifier...), 1452)
	f.Add(bytes.Repeat([]byte{0xff}, 100), 100)
	f.Fuzz(func(t *testing.T, request []byte, room int) {
		if len(request) < packetHeader || room < packetHeader || room > 2048 {
			return
		}
		if a, _ := answer(server(ring(t)), request, room); len(a) > len(request) {
			t.Fatalf("%d bytes to a request of %d", len(a), len(request))
		}
	})
}

// A cookie outlives a restart, and so its format must outlive an upgrade. The
// file is a request with one, in hexadecimal digits.
func TestARequestOfAnEarlierVersionIsStillGood(t *testing.T) {
	const path = "testdata/request.hex"
	if *update {
		if err := os.WriteFile(path, fmt.Appendf(nil, "%x\n", newClient(t, ring(t)).request(t, 1)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	a, err := answer(server(ring(t)), unhex(t, strings.TrimSpace(string(text))), 1452)
	if err != nil || len(newClient(t, ring(t)).read(t, a)) != 2 {
		t.Errorf("%v", err)
	}
}

var update = flag.Bool("update", false, "write the request anew")
