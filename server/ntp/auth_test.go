package ntp

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"slices"
	"sync/atomic"
	"testing"

	"gpsntpd/refclock"
)

// keyring has a key of every algorithm.
const keyring = `
1 AES128 HEX:000102030405060708090a0b0c0d0e0f
2 AES256 HEX:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f
3 SHA256 ASCII:correct-horse
4 SHA1   battery
5 MD5    staple
`

func withKeys(t testing.TB) *Responder {
	t.Helper()
	r := *responder
	keys, err := ParseKeys(keyring)
	if err != nil {
		t.Fatal(err)
	}
	r.Keys = new(atomic.Pointer[Keys])
	r.Keys.Store(&keys)
	return &r
}

// signed is packet with a MAC of key id, in version 3 as long as it can be.
func signed(r *Responder, id uint32, packet []byte) []byte {
	mac := make([]byte, macMD5)
	switch r.key(id).algorithm {
	case digestSHA1, digestSHA256:
		mac = make([]byte, macSHA1)
	}
	if r.key(id).algorithm == digestSHA256 && versionOf(packet) < 4 {
		mac = make([]byte, macSHA256)
	}
	binary.BigEndian.PutUint32(mac, id)
	b := append(slices.Clone(packet), mac...)
	return b[:r.key(id).sign(b, len(packet), mac)]
}

func TestASignedRequestHasASignedAnswerOfTheSameLength(t *testing.T) {
	r := withKeys(t)
	for id := range *r.Keys.Load() {
		for version := uint8(1); version <= 4; version++ {
			q := signed(r, id, request(version, 3))
			var out [MaxAnswer]byte
			a := r.Respond(out[:], Request{Packet: q, From: client, Received: noon}, locked(noon, 0), after(noon, 0))
			if a.Verdict != Answered || a.Proof != Symmetric || a.Size != len(q) {
				t.Fatalf("key %d, version %d: %+v", id, version, a)
			}
			if !bytes.Equal(out[:a.Size], signed(r, id, out[:refclock.PacketSize])) {
				t.Errorf("key %d, version %d: the answer's MAC is not that of the key", id, version)
			}
		}
	}
}

// RFC 5905, appendix A.2, for hashes that are longer than a MAC may be.
func TestADigestIsTheHashOfKeyAndMessageCutTo20Bytes(t *testing.T) {
	q := request(4, 3)
	want := sha256.Sum256(append([]byte("correct-horse"), q...))
	if got := signed(withKeys(t), 3, q)[refclock.PacketSize+keyIDSize:]; !bytes.Equal(got, want[:20]) {
		t.Errorf("%x, want %x", got, want)
	}
}

func TestWhatEndsInAMACIsNotAnsweredUnlessItIsGood(t *testing.T) {
	r := withKeys(t)
	for id := range *r.Keys.Load() {
		good := signed(r, id, request(4, 3, field(0x0104, 16)...))
		for i := range good {
			bad := slices.Clone(good)
			bad[i] ^= 0x20 // not the version, nor the mode's validity for byte 0
			var out [MaxAnswer]byte
			a := r.Respond(out[:], Request{Packet: bad, From: client, Received: noon}, locked(noon, 0), after(noon, 0))
			if a.Size != 0 {
				t.Fatalf("key %d: byte %d is wrong, and still: %+v", id, i, a)
			}
		}
	}
}

func TestOtherKeysMayBeStoredAtAnyTime(t *testing.T) {
	r := withKeys(t)
	q := signed(r, 4, request(4, 3))
	ask := func() Verdict {
		return r.Respond(make([]byte, MaxAnswer), Request{Packet: q, From: client, Received: noon}, locked(noon, 0), after(noon, 0)).Verdict
	}
	for text, want := range map[string]Verdict{keyring: Answered, "4 SHA1 other": BadMAC, "3 SHA1 battery": UnknownKey} {
		keys, err := ParseKeys(text)
		if err != nil {
			t.Fatal(err)
		}
		r.Keys.Store(&keys)
		if got := ask(); got != want {
			t.Errorf("with %q: %v, want %v", text, got, want)
		}
	}
	r.Keys.Store(nil)
	if got := ask(); got != UnknownKey {
		t.Errorf("without keys: %v", got)
	}
}

func TestASignedAnswerAllocatesNothing(t *testing.T) {
	r := withKeys(t)
	s, out := locked(noon, 0), make([]byte, MaxAnswer)
	for id := range *r.Keys.Load() {
		q := Request{Packet: signed(r, id, request(4, 3)), From: client, Received: noon}
		if n := testing.AllocsPerRun(100, func() { r.Respond(out, q, s, after(noon, 0)) }); n != 0 {
			t.Errorf("key %d: %v allocations", id, n)
		}
	}
}

func BenchmarkSigned(b *testing.B) {
	r := withKeys(b)
	s, out := locked(noon, 0), make([]byte, MaxAnswer)
	for id, name := range map[uint32]string{1: "AES128", 3: "SHA256", 4: "SHA1", 5: "MD5"} {
		q := Request{Packet: signed(r, id, request(4, 3)), From: client, Received: noon}
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				r.Respond(out, q, s, after(noon, 0))
			}
		})
	}
}
