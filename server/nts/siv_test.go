package nts

import (
	"bytes"
	"encoding/hex"
	"testing"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// RFC 5297, appendix A: a deterministic case, and one with a nonce.
func TestTheVectorsOfRFC5297AreMet(t *testing.T) {
	for _, c := range []struct {
		key, plain, sealed string
		associated         []string
	}{
		{
			"fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
			"112233445566778899aabbccddee",
			"85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
			[]string{"101112131415161718191a1b1c1d1e1f2021222324252627"},
		},
		{
			"7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
			"7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d414553",
			"7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748ba8af829ea64ad544a272e9c485b62a3fd5c0d",
			[]string{
				"00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
				"102030405060708090a0",
				"09f911029d74e35bd84156c5635688c0",
			},
		},
	} {
		k, err := newSIV(unhex(t, c.key))
		if err != nil {
			t.Fatal(err)
		}
		var associated [][]byte
		for _, a := range c.associated {
			associated = append(associated, unhex(t, a))
		}
		plain, t16 := unhex(t, c.plain), new(scratch)
		b := append(make([]byte, tagSize), plain...)
		if k.seal(t16, b, associated...); hex.EncodeToString(b) != c.sealed {
			t.Errorf("sealed %x, want %s", b, c.sealed)
		}
		if got, ok := k.open(t16, b, associated...); !ok || !bytes.Equal(got, plain) {
			t.Errorf("opened %x, %v, want %s", got, ok, c.plain)
		}
	}
}

func TestWhatIsNotAuthenticIsNotOpened(t *testing.T) {
	k, err := newSIV(make([]byte, keySize))
	if err != nil {
		t.Fatal(err)
	}
	sealed := append(make([]byte, tagSize), "a plaintext of more than a block"...)
	k.seal(new(scratch), sealed, []byte("packet"), []byte("nonce"))
	for i := range sealed {
		b := bytes.Clone(sealed)
		b[i] ^= 1
		if _, ok := k.open(new(scratch), b, []byte("packet"), []byte("nonce")); ok || !bytes.Equal(b[tagSize:], make([]byte, len(b)-tagSize)) {
			t.Errorf("byte %d changed: opened %v, left %x", i, ok, b)
		}
	}
	for _, b := range [][]byte{nil, sealed[:tagSize-1], sealed[:len(sealed)-1]} {
		if _, ok := k.open(new(scratch), bytes.Clone(b), []byte("packet"), []byte("nonce")); ok {
			t.Errorf("%d of %d bytes are opened", len(b), len(sealed))
		}
	}
	if _, ok := k.open(new(scratch), bytes.Clone(sealed), []byte("packe"), []byte("tnonce")); ok {
		t.Error("another boundary between packet and nonce is opened")
	}
}
