// Package cmac is AES-CMAC (RFC 4493), with AES keys of any length.
package cmac

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/subtle"
	"encoding/binary"
)

// Size is the length of a block and of a MAC, in bytes.
const Size = aes.BlockSize

// Key is a key with all that can be computed beforehand. Any number of
// goroutines may share one.
type Key struct {
	block  cipher.Block
	whole  [Size]byte // K1, for a message that ends with a whole block
	padded [Size]byte // K2, for any other
}

// New returns the key of 16, 24 or 32 bytes.
func New(key []byte) (Key, error) {
	block, err := aes.NewCipher(key)
	if err != nil {
		return Key{}, err
	}
	k := Key{block: block}
	block.Encrypt(k.whole[:], k.whole[:])
	Double(&k.whole)
	k.padded = k.whole
	Double(&k.padded)
	return k, nil
}

// Sum writes the MAC of message into mac. It allocates nothing where mac
// belongs to something that lasts: the cipher lets it escape.
func (k *Key) Sum(mac *[Size]byte, message []byte) {
	*mac = [Size]byte{}
	for len(message) > Size {
		add(mac, (*[Size]byte)(message))
		k.block.Encrypt(mac[:], mac[:])
		message = message[Size:]
	}
	last := &k.whole
	if len(message) < Size {
		last = &k.padded
		mac[len(message)] ^= 0x80
	}
	subtle.XORBytes(mac[:], mac[:], message)
	add(mac, last)
	k.block.Encrypt(mac[:], mac[:])
}

// add is the sum in GF(2¹²⁸), b to a.
func add(a, b *[Size]byte) {
	for i := 0; i < Size; i += 8 {
		binary.NativeEndian.PutUint64(a[i:], binary.NativeEndian.Uint64(a[i:])^binary.NativeEndian.Uint64(b[i:]))
	}
}

// Double multiplies b by x in GF(2¹²⁸) (RFC 4493, section 2.3; dbl in RFC
// 5297), in a time that does not depend on it.
func Double(b *[Size]byte) {
	carry := byte(0)
	for i := Size - 1; i >= 0; i-- {
		b[i], carry = b[i]<<1|carry, b[i]>>7
	}
	b[Size-1] ^= 0x87 * carry
}
