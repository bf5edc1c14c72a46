//go:build interop

package e2e

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/sha1"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"slices"

	"gpsntpd/server/cmac"
)

// question is a request that may be hostile.
type question struct {
	name   string // the section of the RFC that it is about, and what it is
	source string
	packet []byte
	build  func(r *rival) []byte // instead of packet, for NTS
}

// to is the question as it is put to r.
func (q question) to(r *rival) question {
	if q.build != nil {
		q.packet = q.build(r)
	}
	if q.source == "" {
		q.source = anywhere
	}
	return q
}

func attacks() []question {
	return slices.Concat(heads(), tails(), signatures(), controls(), secured())
}

// head is a usual request with another first byte.
func head(leap, version, mode byte) []byte {
	b := version4()
	b[0] = leap<<6 | version<<3 | mode
	return b
}

func edited(b []byte, at int, with ...byte) []byte {
	b = bytes.Clone(b)
	copy(b[at:], with)
	return b
}

func zeros(n int) []byte { return make([]byte, n) }

func ones(n int) []byte { return bytes.Repeat([]byte{0xff}, n) }

// extension is a field whose length field may lie.
func extension(kind uint16, says int, body ...byte) []byte {
	b := binary.BigEndian.AppendUint16(nil, kind)
	return append(binary.BigEndian.AppendUint16(b, uint16(says)), body...)
}

// heads are all versions and modes, from two ports, and strange values.
func heads() (all []question) {
	for version := range byte(8) {
		for mode := range byte(8) {
			for _, source := range []string{anywhere, fromPeer} {
				if mode == 6 && version >= 1 {
					continue
				}
				all = append(all, question{name: fmt.Sprintf("RFC 5905, 7.3: version %d mode %d from %s", version, mode, source), source: source, packet: head(0, version, mode)})
			}
		}
		for _, n := range []int{0, 1, 12, 40, 47} {
			all = append(all, question{name: fmt.Sprintf("RFC 5905, 7.3: version %d, %d bytes", version, n), packet: head(0, version, 3)[:n]})
		}
	}
	v4 := version4()
	add := func(name string, packet []byte) { all = append(all, question{name: name, packet: packet}) }
	for _, leap := range []byte{1, 2, 3} {
		add(fmt.Sprintf("RFC 5905, 7.3: leap %d", leap), head(leap, 4, 3))
	}
	for _, n := range []byte{1, 15, 16, 17, 255} {
		add(fmt.Sprintf("RFC 5905, 7.3: stratum %d", n), edited(v4, 1, n))
	}
	for _, n := range []byte{0, 17, 18, 127, 128, 255} {
		add(fmt.Sprintf("RFC 5905, 7.3: poll %d", int8(n)), edited(v4, 2, n))
	}
	add("RFC 5905, 7.3: precision 127", edited(v4, 3, 127))
	add("RFC 5905, 7.3: root values of ones", edited(v4, 4, ones(8)...))
	for _, code := range []string{"RATE", "DENY", "RSTR", "STEP", "NTSN", "LOOP"} {
		add("RFC 5905, 7.4: kiss "+code+" in mode 3", edited(edited(v4, 12, []byte(code)...), 1, 0))
		add("RFC 5905, 7.4: kiss "+code+" in mode 4", edited(edited(head(3, 4, 4), 12, []byte(code)...), 1, 0))
	}
	add("RFC 5905, 7.3: transmit 0", edited(v4, 40, zeros(8)...))
	add("RFC 5905, 7.3: transmit of ones", edited(v4, 40, ones(8)...))
	add("RFC 5905, 7.3: origin and transmit alike", edited(v4, 24, v4[40:48]...))
	add("RFC 9769, 2: receive and transmit alike", edited(v4, 32, v4[40:48]...))
	add("RFC 9769, 2: unknown origin", edited(v4, 24, ones(16)...))
	add("RFC 9769, 2: unknown origin, receive 0", edited(v4, 24, ones(8)...))
	add("RFC 9769, 2: all alike", edited(edited(v4, 24, v4[40:48]...), 32, v4[40:48]...))
	add("draft-ietf-ntp-ntpv5: offer in the reference time", edited(v4, 16, []byte("NTP5NTP5")...))
	add("draft-ietf-ntp-ntpv5: version 5, field of the draft", slices.Concat(head(0, 5, 3), extension(0xf5ff, 28, zeros(24)...)))
	add("RFC 5905, 7.3: only the first byte", append([]byte{4<<3 | 3}, zeros(47)...))
	add("RFC 5905, 7.3: all zeros", zeros(48))
	add("RFC 5905, 7.3: all ones", ones(48))
	return all
}

// tails are what may follow the header.
func tails() (all []question) {
	add := func(name string, parts ...[]byte) {
		all = append(all, question{name: name, packet: append(version4(), slices.Concat(parts...)...)})
	}
	for n := range 77 {
		for version := byte(1); version <= 4; version++ {
			b := append(head(0, version, 3), zeros(n)...)
			all = append(all, question{name: fmt.Sprintf("RFC 7822, 7.5: version %d, %d zeros behind it", version, n), packet: b})
		}
	}
	for n := 16; n <= 76; n += 4 {
		add(fmt.Sprintf("RFC 7822, 7.5: unknown field of %d", n), extension(0x2005, n, zeros(n-4)...))
		add(fmt.Sprintf("RFC 7822, 7.5: field of 28 and one of %d", n), extension(0x2005, 28, zeros(24)...), extension(0x2006, n, zeros(n-4)...))
		for version := byte(1); version <= 3; version++ {
			b := append(head(0, version, 3), extension(0x2005, n, zeros(n-4)...)...)
			all = append(all, question{name: fmt.Sprintf("RFC 7822, 7.5: version %d, unknown field of %d", version, n), packet: b})
		}
	}
	for _, says := range []int{0, 1, 2, 4, 8, 12, 15, 17, 18, 27, 29, 30, 31, 33, 36, 64, 0x7ffc, 0xfffc, 0xffff} {
		add(fmt.Sprintf("RFC 7822, 7.5: field of 32 that says %d", says), extension(0x2005, says, zeros(28)...))
		add(fmt.Sprintf("RFC 7822, 7.5: field of 64 that says %d", says), extension(0x2005, says, zeros(60)...))
		add(fmt.Sprintf("RFC 7822, 7.5: good field, then one of 32 that says %d", says), extension(0x2005, 28, zeros(24)...), extension(0x2005, says, zeros(28)...))
	}
	for _, kind := range []uint16{0, 0x0102, 0x0104, 0x0204, 0x0304, 0x0404, 0x0200, 0x0201, 0x0202, 0x0203, 0x0205, 0x0209, 0x8102, 0x8201, 0xc201, 0x2005, 0x4005, 0xf323, 0xf324, 0xf5ff, 0xffff} {
		add(fmt.Sprintf("RFC 5906, 10, and others: field %04x of 28", kind), extension(kind, 28, zeros(24)...))
		add(fmt.Sprintf("RFC 5906, 10, and others: field %04x of 28 with key 0", kind), extension(kind, 28, zeros(24)...), zeros(20))
	}
	add("RFC 7822, 7.5: 10 fields", bytes.Repeat(extension(0x2005, 28, zeros(24)...), 10))
	add("RFC 7822, 7.5: field of 1000", extension(0x2005, 1000, zeros(996)...))
	add("RFC 7822, 7.5: field of 1400", extension(0x2005, 1400, zeros(1396)...))
	add("RFC 7822, 7.5: 2000 zeros", zeros(2000))
	add("RFC 7822, 7.5: random", bytes.Repeat([]byte("abcdefgh"), 12))
	return all
}

// signatures are requests with a MAC.
func signatures() (all []question) {
	add := func(name string, packet []byte) { all = append(all, question{name: name, packet: packet}) }
	id := func(n uint32) []byte { return binary.BigEndian.AppendUint32(nil, n) }
	for version := byte(1); version <= 4; version++ {
		for _, mode := range []byte{1, 2, 3, 4, 5} {
			b := head(0, version, mode)
			name := fmt.Sprintf("version %d mode %d", version, mode)
			add("RFC 8573, 3: AES-CMAC, "+name, signed(b))
			add("RFC 5905, 7.3: SHA-1, "+name, hashed(b))
			add("RFC 5905, 7.3: AES-CMAC that is wrong, "+name, edited(signed(b), 60, 1, 2, 3))
			add("RFC 5905, 7.3: SHA-1 that is wrong, "+name, edited(hashed(b), 60, 1, 2, 3))
			add("RFC 5905, 7.3: unknown key, "+name, slices.Concat(b, id(99), ones(16)))
			add("RFC 5905, 7.3: key 0, "+name, slices.Concat(b, id(0), ones(16)))
			add("RFC 5905, 9.2: crypto-NAK, "+name, append(b, zeros(4)...))
			add("RFC 5905, 9.2: key number alone, "+name, append(b, id(1)...))
			add("RFC 5905, 7.3: MAC of 16, "+name, slices.Concat(b, id(1), ones(12)))
			add("RFC 5905, 7.3: MAC of 8, "+name, slices.Concat(b, id(1), ones(4)))
			add("RFC 5905, 7.3: MAC of 12, "+name, slices.Concat(b, id(1), ones(8)))
		}
	}
	v4 := version4()
	one := func(n int) []byte { return append(bytes.Clone(v4), extension(0x2005, n, zeros(n-4)...)...) }
	for _, n := range []int{16, 20, 24, 28, 32} {
		add(fmt.Sprintf("RFC 7822, 7.5: AES-CMAC behind a field of %d", n), signed(one(n)))
		add(fmt.Sprintf("RFC 7822, 7.5: SHA-1 behind a field of %d", n), hashed(one(n)))
		add(fmt.Sprintf("RFC 7822, 7.5: AES-CMAC that is wrong behind a field of %d", n), edited(signed(one(n)), 60, 1))
	}
	add("RFC 7822, 7.5: AES-CMAC, then 4 zeros", append(signed(v4), zeros(4)...))
	add("RFC 7822, 7.5: AES-CMAC, then a field", append(signed(v4), extension(0x2005, 28, zeros(24)...)...))
	add("RFC 7822, 7.5: two AES-CMACs", signed(signed(v4)))
	add("RFC 8573, 3: the number of another key", edited(signed(v4), 48, id(4)...))
	add("RFC 8573, 3: AES-CMAC over another request", edited(signed(v4), 47, 9))
	add("RFC 5905, 7.3: SHA-1 of a request with transmit 0", hashed(edited(v4, 40, zeros(8)...)))
	add("MS-SNTP, 2.2.1: Windows, mode 3", slices.Concat(head(3, 3, 3), id(0x451), zeros(16)))
	add("MS-SNTP, 2.2.1: Windows, mode 1", slices.Concat(head(3, 3, 1), id(0x451), zeros(16)))
	add("MS-SNTP, 2.2.3: Windows, longer, mode 3", slices.Concat(head(3, 3, 3), id(0x451), zeros(68)))
	add("MS-SNTP, 2.2.3: Windows, longer, mode 1", slices.Concat(head(3, 3, 1), id(0x451), zeros(68)))
	return all
}

// signed is b with the AES-CMAC of key 1.
func signed(b []byte) []byte {
	secret, _ := hex.DecodeString("000102030405060708090A0B0C0D0E0F")
	k, err := cmac.New(secret)
	if err != nil {
		panic(err)
	}
	var mac [cmac.Size]byte
	k.Sum(&mac, b)
	return slices.Concat(b, []byte{0, 0, 0, 1}, mac[:])
}

// hashed is b with the SHA-1 of key 4.
func hashed(b []byte) []byte {
	secret, _ := hex.DecodeString("0102030405060708090A0B0C0D0E0F1011121314")
	sum := sha1.Sum(slices.Concat(secret, b))
	return slices.Concat(b, []byte{0, 0, 0, 4}, sum[:])
}

// command is a control message: its counts are true.
func command(version, operation byte, association uint16, body string) []byte {
	b := []byte{version<<3 | 6, operation, 0, 7, 0, 0, byte(association >> 8), byte(association), 0, 0, byte(len(body) >> 8), byte(len(body))}
	return append(b, body...)
}

func controls() (all []question) {
	add := func(name string, packet []byte) {
		all = append(all, question{name: "RFC 9327, " + name, packet: packet}, question{name: "RFC 9327, from port 123, " + name, packet: packet, source: fromPeer})
	}
	for version := byte(1); version <= 5; version++ {
		add(fmt.Sprintf("2: read variables, version %d", version), command(version, 2, 0, ""))
	}
	for operation := range byte(32) {
		add(fmt.Sprintf("3: operation %d", operation), command(2, operation, 0, ""))
		add(fmt.Sprintf("2: operation %d, as an answer", operation), command(2, 0x80|operation, 0, ""))
	}
	add("2: error", command(2, 0xc2, 0, ""))
	add("2: more to come", command(2, 0x22, 0, ""))
	add("2: no such association", command(2, 2, 4711, ""))
	add("2: no such variable", command(2, 2, 0, "nonsense"))
	add("2: offset", edited(command(2, 2, 0, "leap"), 8, 0, 4))
	add("2: count beyond the packet", edited(command(2, 2, 0, ""), 10, 0xff))
	add("2: count below the packet", edited(command(2, 2, 0, "leap"), 10, 0, 0))
	add("2: half a header", command(2, 2, 0, "")[:6])
	add("2: with padding", append(command(2, 2, 0, "leap"), zeros(36)...))
	add("2: 600 bytes", command(2, 2, 0, string(bytes.Repeat([]byte("leap,"), 120))))
	for version := byte(1); version <= 4; version++ {
		for _, n := range []int{4, 8, 48, 192} {
			add(fmt.Sprintf("(RFC 1305, B) mode 7, version %d, %d bytes", version, n), append([]byte{version<<3 | 7, 0, 3, 0x2a}, zeros(n-4)...))
		}
	}
	return all
}

// siv seals plain by AES-SIV-CMAC-256 (RFC 5297).
func siv(key, plain []byte, associated ...[]byte) []byte {
	mac, err := cmac.New(key[:16])
	block, err2 := aes.NewCipher(key[16:])
	if err != nil || err2 != nil {
		panic("keys of NTS have 32 bytes")
	}
	sum := func(b []byte) (d [16]byte) { mac.Sum(&d, b); return d }
	d := sum(zeros(16))
	for _, a := range associated {
		cmac.Double(&d)
		s := sum(a)
		subtle.XORBytes(d[:], d[:], s[:])
	}
	if n := len(plain); n >= 16 {
		end := bytes.Clone(plain)
		subtle.XORBytes(end[n-16:], end[n-16:], d[:])
		d = sum(end)
	} else {
		cmac.Double(&d)
		padded := append(append(bytes.Clone(plain), 0x80), zeros(15-n)...)
		subtle.XORBytes(d[:], d[:], padded)
		d = sum(d[:])
	}
	counter := bytes.Clone(d[:])
	counter[8] &= 0x7f
	counter[12] &= 0x7f
	sealed := bytes.Clone(plain)
	cipher.NewCTR(block, counter).XORKeyStream(sealed, sealed)
	return append(d[:], sealed...)
}

func whole(kind uint16, body ...byte) []byte { return extension(kind, 4+len(body), body...) }

// proof is an authenticator over b.
func (r *rival) proof(b []byte, nonce int, plain ...byte) []byte {
	n := bytes.Repeat([]byte{0x5a}, nonce)
	sealed := siv(r.keys[0], plain, b, n)
	pad := func(b []byte) []byte { return append(b, zeros(-len(b)&3)...) }
	body := slices.Concat([]byte{0, byte(nonce), byte(len(sealed) >> 8), byte(len(sealed))}, pad(n), pad(sealed))
	return whole(0x0404, append(body, zeros(max(16-nonce, 0)&^3)...)...)
}

func (r *rival) cookie() []byte { return r.cookies[0] }

// prove puts the proof behind.
func (r *rival) prove(parts ...[]byte) []byte {
	b := append(version4(), slices.Concat(parts...)...)
	return append(b, r.proof(b, 16)...)
}

func secured() (all []question) {
	add := func(name string, build func(r *rival) []byte) {
		all = append(all, question{name: "RFC 8915, " + name, build: build})
	}
	unique := whole(0x0104, bytes.Repeat([]byte{0xa5}, 32)...)
	cookie := func(r *rival) []byte { return whole(0x0204, r.cookie()...) }
	holder := func(r *rival, more int) []byte { return whole(0x0304, zeros(len(r.cookie())+more)...) }
	good := func(r *rival) []byte { return r.prove(unique, cookie(r)) }
	add("5.7: good", good)
	add("5.7: good, again", good)
	for n := 1; n <= 9; n++ {
		add(fmt.Sprintf("5.5: %d placeholders", n), func(r *rival) []byte {
			return r.prove(unique, cookie(r), bytes.Repeat(holder(r, 0), n))
		})
	}
	for _, n := range []int{-4, -40, 4, 40} {
		add(fmt.Sprintf("5.5: a placeholder longer by %d", n), func(r *rival) []byte { return r.prove(unique, cookie(r), holder(r, n)) })
	}
	for _, n := range []int{0, 4, 8, 12, 16, 28, 31, 32, 33, 36, 64, 128} {
		add(fmt.Sprintf("5.3: unique identifier of %d", n), func(r *rival) []byte { return r.prove(whole(0x0104, zeros((n+3)&^3)...), cookie(r)) })
	}
	add("5.3: unique identifier alone", func(r *rival) []byte { return append(version4(), unique...) })
	add("5.3: none", func(r *rival) []byte { return r.prove(cookie(r)) })
	add("5.3: two", func(r *rival) []byte { return r.prove(unique, unique, cookie(r)) })
	add("5.3: two that differ", func(r *rival) []byte { return r.prove(unique, whole(0x0104, zeros(32)...), cookie(r)) })
	add("5.3: behind the proof", func(r *rival) []byte { return append(r.prove(cookie(r)), unique...) })
	add("5.4: no cookie", func(r *rival) []byte { return r.prove(unique) })
	add("5.4: two cookies", func(r *rival) []byte { return r.prove(unique, cookie(r), cookie(r)) })
	add("5.4: cookie first", func(r *rival) []byte { return r.prove(cookie(r), unique) })
	add("5.4: cookie behind the proof", func(r *rival) []byte { return append(r.prove(unique), cookie(r)...) })
	for _, n := range []int{12, 16, 48, 96} {
		add(fmt.Sprintf("5.4: %d bytes of a cookie", n), func(r *rival) []byte { return r.prove(unique, whole(0x0204, r.cookie()[:n]...)) })
	}
	add("5.4: cookie and 4 bytes", func(r *rival) []byte {
		return r.prove(unique, whole(0x0204, append(bytes.Clone(r.cookie()), 0, 0, 0, 0)...))
	})
	add("5.4: cookie of zeros", func(r *rival) []byte { return r.prove(unique, whole(0x0204, zeros(len(r.cookie()))...)) })
	add("5.4: cookie of ones", func(r *rival) []byte { return r.prove(unique, whole(0x0204, ones(len(r.cookie()))...)) })
	add("5.4: last byte of the cookie", func(r *rival) []byte {
		c := bytes.Clone(r.cookie())
		c[len(c)-1] ^= 1
		return r.prove(unique, whole(0x0204, c...))
	})
	add("5.6: no proof", func(r *rival) []byte { return slices.Concat(version4(), unique, cookie(r)) })
	add("5.6: proof alone", func(r *rival) []byte { return r.prove() })
	add("5.6: two proofs", func(r *rival) []byte { b := good(r); return append(b, r.proof(b, 16)...) })
	for _, n := range []int{0, 1, 4, 8, 12, 15, 17, 20, 32, 64} {
		add(fmt.Sprintf("5.6: nonce of %d", n), func(r *rival) []byte {
			b := slices.Concat(version4(), unique, cookie(r))
			return append(b, r.proof(b, n)...)
		})
	}
	lie := func(name string, at int, with ...byte) {
		add("5.6: "+name, func(r *rival) []byte {
			b := good(r)
			return edited(b, len(b)-40+at, with...)
		})
	}
	flip := func(name string, at int) { // whatever is there
		add("5.6: a bit of the "+name, func(r *rival) []byte {
			b := good(r)
			b[len(b)-40+at] ^= 1
			return b
		})
	}
	lie("says nonce 0", 4, 0, 0)
	lie("says nonce 15", 4, 0, 15)
	lie("says nonce 17", 4, 0, 17)
	lie("says nonce 20", 4, 0, 20)
	lie("says nonce 65535", 4, 0xff, 0xff)
	lie("says ciphertext 0", 6, 0, 0)
	lie("says ciphertext 15", 6, 0, 15)
	lie("says ciphertext 17", 6, 0, 17)
	lie("says ciphertext 20", 6, 0, 20)
	lie("says ciphertext 65535", 6, 0xff, 0xff)
	flip("nonce", 8)
	flip("ciphertext", 24)
	flip("last byte", 39)
	lie("length of the field 36", 2, 0, 36)
	lie("length of the field 44", 2, 0, 44)
	lie("length of the field 0", 2, 0, 0)
	add("5.6: header changed", func(r *rival) []byte { return edited(good(r), 3, 99) })
	add("5.6: identifier changed", func(r *rival) []byte { return edited(good(r), 60, 99) })
	add("5.6: cut by 4", func(r *rival) []byte { b := good(r); return b[:len(b)-4] })
	add("5.6: cut by 16", func(r *rival) []byte { b := good(r); return b[:len(b)-16] })
	add("5.6: field behind", func(r *rival) []byte { return append(good(r), whole(0x2005, zeros(24)...)...) })
	add("5.6: placeholder behind", func(r *rival) []byte { return append(good(r), holder(r, 0)...) })
	add("5.6: 4 zeros behind", func(r *rival) []byte { return append(good(r), zeros(4)...) })
	add("5.6: 20 zeros behind", func(r *rival) []byte { return append(good(r), zeros(20)...) })
	add("5.6: AES-CMAC behind", func(r *rival) []byte { return signed(good(r)) })
	add("5.7: encrypted placeholder", func(r *rival) []byte {
		b := slices.Concat(version4(), unique, cookie(r))
		return append(b, r.proof(b, 16, holder(r, 0)...)...)
	})
	add("5.7: encrypted garbage", func(r *rival) []byte {
		b := slices.Concat(version4(), unique, cookie(r))
		return append(b, r.proof(b, 16, ones(20)...)...)
	})
	add("5.7: encrypted unknown field", func(r *rival) []byte {
		b := slices.Concat(version4(), unique, cookie(r))
		return append(b, r.proof(b, 16, whole(0x2005, zeros(28)...)...)...)
	})
	add("5.7: unknown field first", func(r *rival) []byte { return r.prove(whole(0x2005, zeros(28)...), unique, cookie(r)) })
	add("5.7: unknown field of 16 in front of the proof", func(r *rival) []byte { return r.prove(unique, cookie(r), whole(0x2005, zeros(12)...)) })
	for version := byte(1); version <= 5; version++ {
		add(fmt.Sprintf("5.7: version %d", version), func(r *rival) []byte {
			b := slices.Concat(head(0, version, 3), unique, cookie(r))
			return append(b, r.proof(b, 16)...)
		})
	}
	for _, mode := range []byte{1, 2, 4, 5} {
		add(fmt.Sprintf("5.7: mode %d", mode), func(r *rival) []byte {
			b := slices.Concat(head(0, 4, mode), unique, cookie(r))
			return append(b, r.proof(b, 16)...)
		})
	}
	return all
}
