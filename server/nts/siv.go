package nts

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"

	"gpsntpd/server/cmac"
)

// The AEAD of all that is here, AES-SIV-CMAC-256 (RFC 5297), which RFC 8915,
// section 5.1, demands of every implementation: its number, the length of its
// key and of the tag in front of a ciphertext, in bytes.
const (
	aesSIVCMAC256 = 15
	keySize       = 32
	tagSize       = cmac.Size
)

// siv is a key with all that can be computed beforehand. Any number of
// goroutines may share one, each with a scratch of its own.
type siv struct {
	mac  cmac.Key
	ctr  cipher.Block
	zero [tagSize]byte // MAC of a block of zeros, from which S2V starts
}

// scratch is room that the ciphers let escape.
type scratch struct {
	v, sum, counter, stream [tagSize]byte
}

func newSIV(key []byte) (siv, error) {
	mac, err := cmac.New(key[:len(key)/2])
	if err != nil {
		return siv{}, err
	}
	ctr, err := aes.NewCipher(key[len(key)/2:])
	k := siv{mac: mac, ctr: ctr}
	k.mac.Sum(&k.zero, make([]byte, tagSize))
	return k, err
}

// seal encrypts what is in b behind the first tagSize bytes, in place, and puts
// the tag there. The last of associated is the nonce.
func (k *siv) seal(t *scratch, b []byte, associated ...[]byte) {
	k.s2v(t, b[tagSize:], associated)
	copy(b, t.v[:])
	k.crypt(t, b)
}

// open decrypts what seal made, in place, and returns the plaintext. One that
// is not authentic is not left there.
func (k *siv) open(t *scratch, b []byte, associated ...[]byte) (plain []byte, ok bool) {
	if len(b) < tagSize {
		return nil, false
	}
	plain = b[tagSize:]
	k.crypt(t, b)
	k.s2v(t, plain, associated)
	if subtle.ConstantTimeCompare(b[:tagSize], t.v[:]) != 1 {
		clear(plain)
		return nil, false
	}
	return plain, true
}

// s2v computes the tag into t.v (RFC 5297, section 2.4).
func (k *siv) s2v(t *scratch, plain []byte, associated [][]byte) {
	t.v = k.zero
	for _, a := range associated {
		cmac.Double(&t.v)
		k.mac.Sum(&t.sum, a)
		subtle.XORBytes(t.v[:], t.v[:], t.sum[:])
	}
	if n := len(plain); n >= tagSize { // the end of the plaintext is masked for as long as its MAC takes
		end := plain[n-tagSize:]
		subtle.XORBytes(end, end, t.v[:])
		k.mac.Sum(&t.sum, plain)
		subtle.XORBytes(end, end, t.v[:])
	} else {
		cmac.Double(&t.v)
		subtle.XORBytes(t.v[:], t.v[:], plain)
		t.v[n] ^= 0x80
		k.mac.Sum(&t.sum, t.v[:])
	}
	t.v = t.sum
}

// crypt is AES-CTR over b behind its tag, from which the counter begins. The
// two bits that are cleared keep its low half from overflowing (RFC 5297,
// section 2.5): what is encrypted here is far shorter than 2³¹ blocks.
func (k *siv) crypt(t *scratch, b []byte) {
	copy(t.counter[:], b)
	t.counter[8] &= 0x7f
	t.counter[12] &= 0x7f
	for b = b[tagSize:]; len(b) > 0; {
		k.ctr.Encrypt(t.stream[:], t.counter[:])
		b = b[subtle.XORBytes(b, b, t.stream[:]):]
		for i := tagSize - 1; ; i-- {
			if t.counter[i]++; t.counter[i] != 0 {
				break
			}
		}
	}
}
