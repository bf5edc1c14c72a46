package ntp

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"

	"gpsntpd/server/cmac"
)

// Lengths in bytes.
const (
	maxSecret = 64 // as long as a hash takes it unhashed
	maxDigest = 20 // in version 4 a longer one is cut to it (RFC 7822, section 7.5)
	keyIDSize = 4
)

// Keys is a set of symmetric keys, each with a number that clients name. It is
// not changed after it has been made.
type Keys map[uint32]*key

// key is a secret and what is computed with it.
type key struct {
	algorithm algorithm
	secret    []byte // of a digest
	cmac      cmac.Key
}

// algorithm makes a MAC from a key and a message.
type algorithm uint8

// The algorithms: AES-CMAC (RFC 8573), else the hash of the key and the message
// behind it (RFC 5905, appendix A.2). That of MD5 can be forged with enough
// effort; it is there for clients that have nothing else.
const (
	aesCMAC algorithm = iota
	digestMD5
	digestSHA1
	digestSHA256
)

// fits reports whether a MAC of n bytes, without the key's number, can be of the
// algorithm.
func (a algorithm) fits(n int) bool {
	switch a {
	case digestSHA256:
		return n == maxDigest || n == sha256.Size
	case digestSHA1:
		return n == maxDigest
	}
	return n == cmac.Size // MD5's also
}

// sum writes the MAC of message, which is no longer than an answer can be, to
// mac, which is no one's stack and of a length that fits.
func (k *key) sum(mac, message []byte) {
	if k.algorithm == aesCMAC {
		k.cmac.Sum((*[cmac.Size]byte)(mac), message)
		return
	}
	var b [maxSecret + MaxAnswer]byte
	n := copy(b[:], k.secret)
	n += copy(b[n:], message)
	switch k.algorithm {
	case digestMD5:
		d := md5.Sum(b[:n])
		copy(mac, d[:])
	case digestSHA1:
		d := sha1.Sum(b[:n])
		copy(mac, d[:])
	case digestSHA256:
		d := sha256.Sum256(b[:n])
		copy(mac, d[:])
	}
}

// good reports whether mac is that of message. There is room for a MAC in scratch.
func (k *key) good(mac, message, scratch []byte) bool {
	if !k.algorithm.fits(len(mac)) || len(message) > MaxAnswer {
		return false
	}
	scratch = scratch[:len(mac)]
	k.sum(scratch, message)
	return subtle.ConstantTimeCompare(mac, scratch) == 1
}
