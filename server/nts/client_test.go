package nts

import (
	"bytes"
	"io"
	"testing"
)

func TestClientAndServerUnderstandEachOther(t *testing.T) {
	r := ring(t)
	s, known := server(r), newClient(t, r)
	c, err := NewClient(known.keys[:keySize], known.keys[keySize:])
	if err != nil {
		t.Fatal(err)
	}
	cookie, identifier, nonce := known.cookie, bytes.Repeat([]byte{9}, 32), make([]byte, nonceSize)
	for i := range 3 {
		b := make([]byte, 500)
		nonce[0] = byte(i)
		copy(b, header())
		a, err := answer(s, b[:c.Ask(b, identifier, cookie, nonce)], len(b))
		if err != nil {
			t.Fatal(err)
		}
		for _, at := range []int{0, packetHeader + 5, len(a) - 1} { // header, identifier, what is encrypted
			forged := bytes.Clone(a)
			forged[at] ^= 1
			if _, ok := c.Judge(forged, identifier); ok {
				t.Errorf("byte %d changed: authentic", at)
			}
		}
		var ok bool
		if cookie, ok = c.Judge(a, identifier); !ok || len(cookie) != cookieSize {
			t.Fatalf("authentic %v, a cookie of %d bytes", ok, len(cookie))
		}
	}
}

func FuzzJudge(f *testing.F) {
	c, err := NewClient(make([]byte, keySize), make([]byte, keySize))
	if err != nil {
		f.Fatal(err)
	}
	f.Add(append(header(), identifier...))
	f.Fuzz(func(t *testing.T, answer []byte) {
		if _, ok := c.Judge(answer, identifier[fieldHeader:]); ok {
			t.Error("no one has these keys")
		}
	})
}

func TestAsManyClientsAsAWorkerKnowsAreRemembered(t *testing.T) {
	r := ring(t)
	s := server(r)
	random := dice()
	var keys [2 * acquaintances]Keys
	for i := range keys {
		io.ReadFull(random, keys[i][:])
	}
	for _, k := range keys[:acquaintances] {
		if _, err := s.meet(&k); err != nil {
			t.Fatal(err)
		}
	}
	allocated := testing.AllocsPerRun(1, func() {
		for i := range keys[:acquaintances] {
			_, _ = s.meet(&keys[i])
		}
	})
	for i := range keys {
		if a, err := s.meet(&keys[i]); err != nil || a.keys != keys[i] {
			t.Fatal(i, err)
		}
	}
	if allocated > 0 || len(s.known) != acquaintances {
		t.Errorf("%v allocations to meet again who is known; %d are", allocated, len(s.known))
	}
}
