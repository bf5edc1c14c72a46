package ntp

import (
	"bytes"
	"errors"
	"strings"
	"sync/atomic"
	"testing"

	"gpsntpd/refclock"
)

func TestKeysAreReadAsChronyAndNtpWriteThem(t *testing.T) {
	keys, err := ParseKeys(`# chrony
1 MD5 AVeryLongSecretThatIsNoHex!
20 SHA1 HEX:B028F91EA5C38D06C2E140B26C7F41EC
! a comment, % another
25 SHA256 ASCII:abc#def
30 AES128 HEX:F1AFA6DD3F3E6DDF1C0C6A1F4B5E5E5B # ours
31 AES256 HEX:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f

# ntp and ntpsec
40 M     abcdefabcdefabcdefab
41 SHA1  0123456789012345678901234567890123456789
42 AES128CMAC 000102030405060708090a0b0c0d0e0f
43 AES-128 sixteen-letters!
4294967295 sha-256 x
`)
	if err != nil {
		t.Fatal(err)
	}
	for id, want := range map[uint32]struct {
		algorithm algorithm
		secret    string
	}{
		1:          {digestMD5, "AVeryLongSecretThatIsNoHex!"},
		20:         {digestSHA1, "\xb0\x28\xf9\x1e\xa5\xc3\x8d\x06\xc2\xe1\x40\xb2\x6c\x7f\x41\xec"},
		25:         {digestSHA256, "abc#def"},
		30:         {aesCMAC, "\xf1\xaf\xa6\xdd\x3f\x3e\x6d\xdf\x1c\x0c\x6a\x1f\x4b\x5e\x5e\x5b"},
		31:         {aesCMAC, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f"},
		40:         {digestMD5, "abcdefabcdefabcdefab"},
		41:         {digestSHA1, "\x01\x23\x45\x67\x89\x01\x23\x45\x67\x89\x01\x23\x45\x67\x89\x01\x23\x45\x67\x89"},
		42:         {aesCMAC, "\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f"},
		43:         {aesCMAC, "sixteen-letters!"},
		4294967295: {digestSHA256, "x"},
	} {
		k := keys[id]
		if k == nil || k.algorithm != want.algorithm || !bytes.Equal(k.secret, []byte(want.secret)) {
			t.Errorf("key %d: %+v", id, k)
		}
		delete(keys, id)
	}
	if len(keys) != 0 {
		t.Errorf("and %v", keys)
	}
}

func TestALineThatIsNoKeyIsNamedWithoutItsSecret(t *testing.T) {
	for line, want := range map[string]error{
		"1":                       errColumns,
		"1 secret":                errNoType,
		"1 SHA1 secret 192.0.2.1": errAccess,
		"0 SHA1 secret":           errNumber,
		"-1 SHA1 secret":          errNumber,
		"4294967296 SHA1 secret":  errNumber,
		"x SHA1 secret":           errNumber,
		"1 SHA512 secret":         errAlgorithm,
		"1 AES192 HEX:secret":     errAlgorithm,
		"1 SHA1 HEX:secret":       errHex,
		"1 SHA1 HEX:abc":          errHex,
		"1 SHA1 HEX:":             errLength,
		"1 SHA1 ASCII:":           errLength,
		"1 AES128 secret":         errLength,
		"1 AES128 HEX:00010203":   errLength,
		"7 SHA1 secret":           errTwice,
		"1 SHA1 " + strings.Repeat("secret/", 10): errLength,
	} {
		_, err := ParseKeys("7 SHA1 secret\n\n" + line + "\n")
		if !errors.Is(err, want) || !strings.HasPrefix(err.Error(), "line 3: ") || strings.Contains(err.Error(), "secret") {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func FuzzParseKeys(f *testing.F) {
	f.Add(keyring)
	f.Add("1 M x # y\n2\n")
	f.Fuzz(func(t *testing.T, text string) {
		keys, err := ParseKeys(text)
		if err != nil && keys != nil {
			t.Fatal("keys beside an error")
		}
		r := Responder{Keys: new(atomic.Pointer[Keys])}
		r.Keys.Store(&keys)
		for id, k := range keys {
			q := signed(&r, id, request(4, 3))
			if got, v := r.authenticate(q, q[refclock.PacketSize:], make([]byte, MaxAnswer)); got != k || v != Answered {
				t.Fatalf("key %d does not know its own MAC: %v", id, v)
			}
		}
	})
}
