package nts

import (
	"encoding/binary"
	"io"

	"gpsntpd/refclock"
)

// Client is the other side, after a key exchange. It is for one goroutine.
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
	return c.ask(b, identifier, cookie, nonce, 0)
}

// ask is Ask with this many placeholders, each for one more cookie in the answer.
func (c *Client) ask(b, identifier, cookie, nonce []byte, placeholders int) int {
	n := packetHeader
	n += putField(b[n:], uniqueIdentifier, identifier)
	n += putField(b[n:], cookieField, cookie)
	for range placeholders {
		clear(b[n:][:fieldHeader+len(cookie)])
		binary.BigEndian.PutUint16(b[n:], cookiePlaceholder)
		binary.BigEndian.PutUint16(b[n+2:], uint16(fieldHeader+len(cookie)))
		n += fieldHeader + len(cookie)
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

func putField(b []byte, kind uint16, body []byte) int {
	binary.BigEndian.PutUint16(b, kind)
	binary.BigEndian.PutUint16(b[2:], uint16(fieldHeader+len(body)))
	return fieldHeader + copy(b[fieldHeader:], body)
}

// Judge reports whether answer is authentic and one to the request with this
// identifier, and returns the first new cookie, nil if there is none. It
// decrypts in place.
func (c *Client) Judge(answer, identifier []byte) (cookie []byte, ok bool) {
	plain, ok := c.open(answer, identifier)
	for ok && len(plain) > 0 {
		kind, field := next(plain)
		if field == nil {
			break
		}
		if kind == cookieField {
			return field[fieldHeader:], true
		}
		plain = plain[len(field):]
	}
	return nil, ok
}

// open returns the encrypted fields of an answer to the request with this identifier,
// decrypted in place. What stands behind the authenticator no one vouches for.
func (c *Client) open(answer, identifier []byte) (plain []byte, ok bool) {
	named := false
	for at := packetHeader; at < len(answer); {
		kind, field := next(answer[at:])
		switch {
		case field == nil:
			return nil, false
		case kind == uniqueIdentifier:
			if named = string(field[fieldHeader:]) == string(identifier); !named {
				return nil, false
			}
		case kind == authenticator:
			nonce, sealed, ok := split(field[fieldHeader:])
			if !ok || !named {
				return nil, false
			}
			return c.s2c.open(&c.scratch, sealed, answer[:at], nonce)
		}
		at += len(field)
	}
	return nil, false
}

// Sizes of a session's parts, in bytes.
const (
	identifierSize = 32
	longestCookie  = 1024
)

// Session is a client with its cookies, by which it proves its requests. It implements
// refclock.Seal.
type Session struct {
	Cookies [][]byte // at most eight; the oldest first

	client     *Client
	random     io.Reader
	identifier [identifierSize]byte // of the last request
	asked      bool                 // and it has not been answered
}

// NewSession returns one with what a key exchange has yielded.
func NewSession(g Yield, random io.Reader) (*Session, error) {
	c, err := NewClient(g.C2S, g.S2C)
	return &Session{Cookies: g.Cookies, client: c, random: random}, err
}

// Sign implements refclock.Seal. Each cookie is used once, so that no one can follow a
// client by them; for those that are missing placeholders are sent (RFC 8915, section
// 5.7).
func (s *Session) Sign(b []byte) (int, error) {
	if len(s.Cookies) == 0 {
		return 0, refclock.ErrNoCookies
	}
	var nonce [nonceSize]byte
	for _, chance := range [][]byte{s.identifier[:], nonce[:]} {
		if _, err := io.ReadFull(s.random, chance); err != nil {
			return 0, err
		}
	}
	cookie := s.Cookies[0]
	missing := mostCookies - len(s.Cookies)
	room := refclock.MostRequest - packetHeader - fieldHeader - identifierSize - proofSize
	fits := room/(fieldHeader+len(cookie)) - 1
	s.Cookies, s.asked = s.Cookies[1:], true
	return s.client.ask(b, s.identifier[:], cookie, nonce[:], min(missing, fits)), nil
}

// codeNTSN is the kiss code by which a server says that it cannot open a cookie.
const codeNTSN = "NTSN"

// Verify implements refclock.Seal. The kiss code NTSN cannot be proven: all that speaks for
// it is that it repeats the identifier.
func (s *Session) Verify(answer []byte) error {
	if !s.asked {
		return refclock.ErrUnproven
	}
	plain, ok := s.client.open(answer, s.identifier[:])
	if !ok {
		if p, _ := refclock.ParsePacket(answer); p.Stratum == 0 && p.RefID.String() == codeNTSN && s.repeats(answer) {
			return refclock.ErrKeyless
		}
		return refclock.ErrUnproven
	}
	s.asked = false
	for len(plain) > 0 {
		kind, field := next(plain)
		if field == nil {
			break
		}
		if kind == cookieField && len(s.Cookies) < mostCookies && len(field) <= longestCookie {
			s.Cookies = append(s.Cookies, append([]byte(nil), field[fieldHeader:]...))
		}
		plain = plain[len(field):]
	}
	return nil
}

// repeats reports whether an answer begins with the identifier of the request.
func (s *Session) repeats(answer []byte) bool {
	if len(answer) < packetHeader {
		return false
	}
	kind, field := next(answer[packetHeader:])
	return kind == uniqueIdentifier && string(field[fieldHeader:]) == string(s.identifier[:])
}
