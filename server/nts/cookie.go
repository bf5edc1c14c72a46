package nts

import (
	"encoding/binary"
	"io"
)

// A cookie is the day of its master key, a nonce, and sealed under that key
// the two keys of the client, for its requests and for our answers: we keep
// nothing (RFC 8915, section 6). It does not name the client's AEAD, as there
// is only one.
const (
	nonceSize  = 16
	nonceAt    = 4
	sealedAt   = nonceAt + nonceSize
	cookieSize = sealedAt + tagSize + 2*keySize
)

// Keys are those of a client: C2S, then S2C.
type Keys [2 * keySize]byte

// bake writes a new cookie into b, cookieSize bytes.
func (r *Ring) bake(t *scratch, random io.Reader, b []byte, keys *Keys) error {
	binary.BigEndian.PutUint32(b, uint32(r.first)+earlier)
	if _, err := io.ReadFull(random, b[nonceAt:sealedAt]); err != nil {
		return err
	}
	copy(b[sealedAt+tagSize:], keys[:])
	r.ciphers[earlier].seal(t, b[sealedAt:], b[nonceAt:sealedAt])
	return nil
}

// open returns the keys in a cookie, which it overwrites.
func (r *Ring) open(t *scratch, b *[cookieSize]byte) (keys Keys, ok bool) {
	i := binary.BigEndian.Uint32(b[:]) - uint32(r.first) // huge for a day before the first
	if i >= held {
		return keys, false
	}
	plain, ok := r.ciphers[i].open(t, b[sealedAt:], b[nonceAt:sealedAt])
	copy(keys[:], plain)
	return keys, ok
}
