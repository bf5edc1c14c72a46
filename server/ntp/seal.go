package ntp

import (
	"encoding/binary"

	"gpsntpd/refclock"
)

// Seal is what a client signs its requests with: a key of ours that the server has too
// (RFC 5905, section 7.3; RFC 8573); nil: there is no key of that number.
func (k Keys) Seal(number uint32) refclock.Seal {
	if k[number] == nil {
		return nil
	}
	return &seal{key: k[number], number: number}
}

type seal struct {
	*key
	number  uint32
	scratch [maxDigest]byte
}

// length is that of the MAC, with the number in front of it.
func (s *seal) length() int {
	switch s.algorithm {
	case digestSHA1, digestSHA256:
		return keyIDSize + maxDigest
	}
	return keyIDSize + 16 // MD5 and AES-CMAC
}

// Sign implements refclock.Seal.
func (s *seal) Sign(b []byte) (int, error) {
	mac := b[refclock.PacketSize:][:s.length()]
	binary.BigEndian.PutUint32(mac, s.number)
	s.sum(mac[keyIDSize:], b[:refclock.PacketSize])
	return refclock.PacketSize + len(mac), nil
}

// Verify implements refclock.Seal.
func (s *seal) Verify(answer []byte) error {
	n := len(answer) - s.length()
	if n < refclock.PacketSize || n > MaxAnswer || binary.BigEndian.Uint32(answer[n:]) != s.number ||
		!s.good(answer[n+keyIDSize:], answer[:n], s.scratch[:]) {
		return refclock.ErrUnproven
	}
	return nil
}
