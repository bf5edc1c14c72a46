package nts

import "encoding/binary"

// Types of the extension fields (RFC 8915, section 7.5).
const (
	uniqueIdentifier  = 0x0104
	cookieField       = 0x0204
	cookiePlaceholder = 0x0304
	authenticator     = 0x0404
)

// Lengths in bytes: of the header of a packet and of a field, of the least
// field, and of the longest MAC, which may end a packet and looks like none
// (RFC 7822, section 7.5).
const (
	packetHeader = 48
	fieldHeader  = 4
	leastField   = 16
	longestMAC   = 24
)

// fields are those of a request that NTS knows. All lie in the packet.
type fields struct {
	identifier   []byte // the whole field, as it is returned; how long it is only matters to the client
	cookie       []byte
	placeholders int
	covered      []byte // what the authenticator vouches for: all in front of it
	proof        []byte // its body
}

// find looks for the fields up to the authenticator: what is behind it no one
// vouches for.
func find(packet []byte) (f fields, err error) {
	var placeholder []byte
	for at := packetHeader; len(packet)-at > longestMAC; {
		kind, field := next(packet[at:])
		if field == nil {
			return f, ErrMalformed
		}
		body := field[fieldHeader:]
		switch {
		case kind == authenticator && f.proof != nil, kind == cookieField && f.cookie != nil && f.proof == nil:
			return f, ErrMalformed
		case f.proof != nil:
		case kind == authenticator:
			f.covered, f.proof = packet[:at], body
		case kind == cookieField:
			f.cookie = body
		case kind == uniqueIdentifier && f.identifier == nil:
			f.identifier = field
		case kind == cookiePlaceholder:
			if placeholder != nil && len(body) != len(placeholder) {
				return f, ErrMalformed
			}
			placeholder = body
			f.placeholders++
		}
		at += len(field)
	}
	if f.cookie == nil && f.placeholders == 0 && f.proof == nil {
		return f, ErrPlain
	}
	if f.identifier == nil || f.cookie == nil || f.proof == nil {
		return f, ErrMalformed
	}
	if placeholder != nil && len(placeholder) != len(f.cookie) { // RFC 8915, section 5.5
		return f, ErrMalformed
	}
	return f, nil
}

// next returns the first field in b, nil if it is none.
func next(b []byte) (kind uint16, field []byte) {
	if len(b) < leastField {
		return 0, nil
	}
	size := int(binary.BigEndian.Uint16(b[2:]))
	if size < leastField || size%4 != 0 || size > len(b) {
		return 0, nil
	}
	return binary.BigEndian.Uint16(b), b[:size]
}

// split returns the nonce and the ciphertext in an authenticator's body, each
// padded to whole words (RFC 8915, section 5.6). More padding may follow.
func split(proof []byte) (nonce, sealed []byte, ok bool) {
	nonces, sealing := int(binary.BigEndian.Uint16(proof)), int(binary.BigEndian.Uint16(proof[2:]))
	sealedAt := 4 + words(nonces)
	if nonces == 0 || sealing < tagSize || sealedAt+words(sealing) > len(proof) {
		return nil, nil, false
	}
	return proof[4:][:nonces], proof[sealedAt:][:sealing], true
}

// words rounds a length in bytes up to whole words.
func words(n int) int { return (n + 3) &^ 3 }

// placeholders counts those among encrypted fields.
func placeholders(plain []byte) (n int, ok bool) {
	for len(plain) > 0 {
		kind, field := next(plain)
		if field == nil {
			return 0, false
		}
		if kind == cookiePlaceholder {
			n++
		}
		plain = plain[len(field):]
	}
	return n, true
}
