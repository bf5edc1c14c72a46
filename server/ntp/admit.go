package ntp

import "encoding/binary"

// Association modes (RFC 5905, figure 10). Version 1 had no mode field: what
// stands in its place is 0.
const (
	modeNone             = 0
	modeSymmetricActive  = 1
	modeSymmetricPassive = 2
	modeClient           = 3
	modeServer           = 4
)

func versionOf(packet []byte) uint8 { return packet[0] >> 3 & 7 }

// admit judges what a request is by its form alone, and returns the mode that
// its answer has.
func admit(request []byte) (mode uint8, v Verdict) {
	if len(request) < HeaderSize {
		return 0, Short
	}
	version := versionOf(request)
	if version < 1 || version > 4 {
		return 0, BadVersion
	}
	switch m := request[0] & 7; {
	case m == modeClient, m == modeNone && version == 1:
		mode = modeServer
	case m == modeSymmetricActive: // a peer that we have not got, such as Windows
		mode = modeSymmetricPassive
	default:
		return 0, BadMode
	}
	return mode, trailer(version, request[HeaderSize:])
}

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
)

// trailer judges the bytes after the header. Extension fields exist in version
// 4 only; those that we do not know, which today is all, are ignored.
func trailer(version uint8, b []byte) Verdict {
	for version == 4 && len(b) > longestMAC {
		size := int(binary.BigEndian.Uint16(b[2:]))
		if size < minField || size%4 != 0 || size > len(b) {
			return Malformed
		}
		b = b[size:]
	}
	switch n := len(b); {
	case n == 0:
		return Answered
	case n == cryptoNAK, n == macMD5, n == macSHA1, n == macDES && version < 4:
		return UnknownKey
	}
	return Malformed
}
