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
	maxDigest = 20 // a longer one is cut to it (RFC 7822, section 7.5: a MAC has 24 at most, its key's number included)
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

// size is the length of the algorithm's MAC, without the key's number.
func (a algorithm) size() int {
	switch a {
	case digestSHA1, digestSHA256:
		return maxDigest
	}
	return cmac.Size // MD5's also
}

// sum writes the MAC of message, which is no longer than an answer can be, to
// mac, which is nobody's stack and has the algorithm's size.
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

// good tells whether mac is that of message. There is room for a MAC in scratch.
func (k *key) good(mac, message, scratch []byte) bool {
	n := k.algorithm.size()
	if len(mac) != n || len(message) > MaxAnswer {
		return false
	}
	k.sum(scratch[:n], message)
	return subtle.ConstantTimeCompare(mac, scratch[:n]) == 1
}
