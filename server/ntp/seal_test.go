package ntp

import (
	"errors"
	"testing"

	"gpsntpd/refclock"
)

func TestASealIsGoodForItsKeyAlone(t *testing.T) {
	keys, err := ParseKeys("1 MD5 secret\n2 SHA1 secret\n3 SHA256 secret\n4 AES128 HEX:000102030405060708090a0b0c0d0e0f\n5 AES128 HEX:100102030405060708090a0b0c0d0e0f\n")
	if err != nil {
		t.Fatal(err)
	}
	for number := range uint32(5) {
		s, other := keys.Seal(number+1), keys.Seal((number+1)%5+1)
		b := make([]byte, refclock.MostRequest)
		b[0] = 0x23
		n, err := s.Sign(b)
		if err != nil || n <= refclock.PacketSize || n%4 != 0 {
			t.Fatal(n, err)
		}
		if err := s.Verify(b[:n]); err != nil {
			t.Errorf("key %d: %v", number+1, err)
		}
		for name, answer := range map[string][]byte{
			"stripped": b[:refclock.PacketSize], "truncated": b[:n-4], "longer": b[:n+4], "nothing": nil,
		} {
			if err := s.Verify(answer); !errors.Is(err, refclock.ErrUnproven) {
				t.Errorf("key %d, %s: %v", number+1, name, err)
			}
		}
		if err := other.Verify(b[:n]); !errors.Is(err, refclock.ErrUnproven) {
			t.Errorf("key %d is another one's: %v", number+1, err)
		}
		b[40] ^= 1
		if err := s.Verify(b[:n]); !errors.Is(err, refclock.ErrUnproven) {
			t.Errorf("key %d, changed: %v", number+1, err)
		}
	}
	if keys.Seal(6) != nil {
		t.Error("a key that there is not")
	}
}
