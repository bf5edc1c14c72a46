package nts

import "encoding/binary"

// Client is the other side: one that has been through a key exchange, for the
// programs that test and measure servers. It is for one goroutine.
type Client struct {
	c2s, s2c siv
	scratch  scratch
}

// NewClient returns the client with these keys, 32 bytes each.
func NewClient(c2s, s2c []byte) (*Client, error) {
	c := new(Client)
	var err error
	if c.c2s, err = newSIV(c2s); err != nil {
		return nil, err
	}
	c.s2c, err = newSIV(s2c)
	return c, err
}

// Ask makes a request of the header that is in b, and returns its length: with
// a unique identifier of at least 32 bytes, a cookie, and a nonce of 16 bytes,
// that no other request had.
func (c *Client) Ask(b, identifier, cookie, nonce []byte) int {
	n := packetHeader
	for _, f := range []struct {
		kind uint16
		body []byte
	}{{uniqueIdentifier, identifier}, {cookieField, cookie}} {
		binary.BigEndian.PutUint16(b[n:], f.kind)
		binary.BigEndian.PutUint16(b[n+2:], uint16(fieldHeader+len(f.body)))
		n += fieldHeader + copy(b[n+fieldHeader:], f.body)
	}
	covered, proof := b[:n], b[n:][:proofSize]
	binary.BigEndian.PutUint16(proof, authenticator)
	binary.BigEndian.PutUint16(proof[2:], proofSize)
	binary.BigEndian.PutUint16(proof[4:], nonceSize)
	binary.BigEndian.PutUint16(proof[6:], tagSize)
	copy(proof[8:], nonce)
	c.c2s.seal(&c.scratch, proof[8+nonceSize:], covered, nonce)
	return n + proofSize
}

// Judge tells whether answer is authentic and one to the request with this
// identifier, and returns the first new cookie, nil if there is none. It
// decrypts in place.
func (c *Client) Judge(answer, identifier []byte) (cookie []byte, ok bool) {
	if len(answer) < packetHeader {
		return nil, false
	}
	kind, field := next(answer[packetHeader:])
	if kind != uniqueIdentifier || string(field[fieldHeader:]) != string(identifier) {
		return nil, false
	}
	covered := answer[:packetHeader+len(field)]
	kind, proof := next(answer[len(covered):])
	if kind != authenticator {
		return nil, false
	}
	nonce, sealed, ok := split(proof[fieldHeader:])
	if !ok {
		return nil, false
	}
	plain, ok := c.s2c.open(&c.scratch, sealed, covered, nonce)
	if kind, field := next(plain); ok && kind == cookieField {
		cookie = field[fieldHeader:]
	}
	return cookie, ok
}
