package ntp

import "encoding/binary"

// Sizes of what may follow the header, in bytes. RFC 7822, section 7.5: a
// field has 16 at least; whatever could be a MAC is none, which is why the
// last field needs 28 where no MAC follows.
const (
	minField   = 16
	cryptoNAK  = 4
	macDES     = 12 // versions 2 and 3 (RFC 1119, RFC 1305 appendix C)
	macMD5     = 20 // AES-CMAC of RFC 8573 also
	macSHA1    = 24
	longestMAC = macSHA1
	macSHA256  = 36 // in versions without extension fields it need not be cut
)

// trailer returns the MAC behind the extension fields, or what claims to be
// one; it is empty when there is none. b is what follows the header. Extension
// fields exist in version 4 only, and those that we do not know are ignored.
func trailer(version uint8, b []byte) (mac []byte, v Verdict) {
	for version == 4 && len(b) > longestMAC {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < minField || size%4 != 0 || size > len(b) {
			return nil, Malformed
		}
		b = b[size:]
	}
	switch n := len(b); {
	case n == 0, n == cryptoNAK, n == macMD5, n == macSHA1, version < 4 && (n == macDES || n == macSHA256):
		return b, Answered
	}
	return nil, Malformed
}
