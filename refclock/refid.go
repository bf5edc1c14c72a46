package refclock

import (
	"crypto/md5"
	"fmt"
	"strings"
)

// RefID is a reference identifier as on the wire (RFC 5905, section 7.3): of
// stratum 1 up to four ASCII characters that name the kind of source, padded with
// zeros; of others the IPv4 address of the server that they take the time from, or
// the first four bytes of the MD5 of its IPv6 address.
type RefID [4]byte

// RefIDOf is the identifier of a kind of source; of name no more than four bytes are
// taken.
func RefIDOf(name string) (id RefID) {
	copy(id[:], name)
	return id
}

// String returns the identifier as of stratum 1: its characters.
func (id RefID) String() string { return strings.TrimRight(string(id[:]), "\x00") }

// Text returns the identifier as of that stratum: characters, or the form of an IPv4
// address.
func (id RefID) Text(stratum uint8) string {
	if stratum > 1 {
		return fmt.Sprintf("%d.%d.%d.%d", id[0], id[1], id[2], id[3])
	}
	return id.String()
}

func refIDOfHash(address []byte) RefID {
	sum := md5.Sum(address)
	return RefID(sum[:4])
}
