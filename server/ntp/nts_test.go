package ntp

import (
	"bytes"
	"encoding/hex"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"gpsntpd/refclock"
	"gpsntpd/server/nts"
)

// secured is a server whose master keys are those of the request in the file:
// of a client that asks for a second cookie.
func secured(t *testing.T) (*nts.Server, []byte) {
	t.Helper()
	text, err := os.ReadFile("../nts/testdata/request.hex")
	if err != nil {
		t.Fatal(err)
	}
	q, err := hex.DecodeString(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	ring, err := nts.NewRing(20779, [32]byte{7})
	if err != nil {
		t.Fatal(err)
	}
	var rings atomic.Pointer[nts.Ring]
	rings.Store(ring)
	return nts.NewServer(&rings, rand.NewChaCha8([32]byte{})), q
}

// RFC 8915, section 5.7.
func TestWhoProvesItselfByNTSIsAnsweredLikewise(t *testing.T) {
	server, good := secured(t)
	identifier := good[refclock.PacketSize:][:36]
	changed := bytes.Clone(good)
	changed[refclock.TransmitAt] ^= 1
	for _, c := range []struct {
		name    string
		request []byte
		want    Verdict
		proof   Proof
		size    int // of the answer
	}{
		{"good", good, Answered, NTS, len(good)},
		{"changed on the way", changed, NTSRefused, Unproved, refclock.PacketSize + 36},
		{"no authenticator", good[:refclock.PacketSize+36+104], Malformed, Unproved, 0},
		{"identifier alone", slices.Concat(request(4, 3), identifier), Answered, Unproved, refclock.PacketSize + 36},
		{"symmetric mode", append([]byte{4<<3 | 1}, good[1:]...), Malformed, Unproved, 0},
		{"symmetric mode, identifier alone", slices.Concat(request(4, 1), identifier), Answered, Unproved, refclock.PacketSize},
		{"plain", request(4, 3), Answered, Unproved, refclock.PacketSize},
		{"unknown field", request(4, 3, field(0xf323, 28)...), Answered, Unproved, refclock.PacketSize},
	} {
		t.Run(c.name, func(t *testing.T) {
			out := make([]byte, MaxAnswer)
			q := Request{Packet: bytes.Clone(c.request), From: client, Received: noon, NTS: server}
			a := responder.Respond(out, q, locked(noon, 0), after(noon, 0))
			if a.Verdict != c.want || a.Proof != c.proof || a.Size != c.size || a.Size > len(c.request) {
				t.Errorf("%+v, want %v, %v, %d bytes", a, c.want, c.proof, c.size)
			}
			if a.Size > refclock.PacketSize && !bytes.Equal(out[refclock.PacketSize:][:36], identifier) {
				t.Errorf("identifier %x", out[refclock.PacketSize:][:36])
			}
			if a.Size > 0 && !bytes.Equal(out[24:32], c.request[refclock.TransmitAt:][:8]) {
				t.Errorf("origin %x", out[24:32])
			}
			if c.want == NTSRefused && (out[0] != 3<<6|4<<3|4 || out[1] != 0 || refclock.RefID(out[12:]) != ntsCode) {
				t.Errorf("refused with %x", out[:refclock.PacketSize])
			}
		})
	}
}
