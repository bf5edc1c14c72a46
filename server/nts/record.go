package nts

import (
	"encoding/binary"
	"fmt"
	"io"
)

// Record types of the key exchange (RFC 8915, section 7.6), and the bit that
// makes it fail where a record is not known.
const (
	endOfMessage  = 0
	nextProtocol  = 1
	errorRecord   = 2
	warningRecord = 3
	aeadAlgorithm = 4
	newCookie     = 5
	serverRecord  = 6
	portRecord    = 7
	critical      = 0x8000
)

// Lengths in bytes. What clients send has some 20, and names its numbers once.
const (
	recordHeader    = 4
	longestProposal = 4096
)

// protocolNTPv4 is the only protocol that there is (RFC 8915, section 7.7).
const protocolNTPv4 = 0

// Refusal is why a proposal is answered by an error (RFC 8915, section 7.8).
type Refusal uint16

// The refusals.
const (
	UnrecognizedRecord Refusal = iota
	BadRequest
	InternalError
)

// Error implements error.
func (r Refusal) Error() string { return fmt.Sprintf("NTS-KE error %d", uint16(r)) }

// Append puts the answer that tells a client so behind b.
func (r Refusal) Append(b []byte) []byte {
	return end(record(b, critical|errorRecord, byte(r>>8), byte(r)))
}

// Proposal is what a client offers that we could take.
type Proposal struct {
	NTPv4, AESSIVCMAC256 bool
}

// ReadProposal reads a client's message up to its end (RFC 8915, section 4.1).
// An error is a Refusal if it can be told to the client.
func ReadProposal(r io.Reader) (p Proposal, err error) {
	r = io.LimitReader(r, longestProposal)
	protocols, algorithms := 0, 0 // records of this kind
	listed := true                // the last list was one
	for {
		kind, body, err := readRecord(r)
		if err != nil {
			return p, err
		}
		switch kind {
		case critical | endOfMessage:
			// Without a protocol that we have in common the rest does not matter.
			if len(body) > 0 || protocols != 1 || algorithms > 1 || p.NTPv4 && algorithms < 1 {
				return p, BadRequest
			}
			return p, nil
		case critical | nextProtocol:
			protocols++
			p.NTPv4, listed = lists(body, protocolNTPv4)
		case critical | aeadAlgorithm, aeadAlgorithm:
			algorithms++
			p.AESSIVCMAC256, listed = lists(body, aesSIVCMAC256)
		case endOfMessage, nextProtocol: // which are always critical
			return p, BadRequest
		case critical | errorRecord, critical | warningRecord, critical | newCookie, errorRecord, warningRecord, newCookie: // for servers to send
			return p, BadRequest
		case serverRecord, portRecord: // a wish, which we need not grant
		default: // also a wish that is critical, but must not be (4.1.7, 4.1.8)
			if kind&critical != 0 {
				return p, UnrecognizedRecord
			}
		}
		if !listed {
			return p, BadRequest
		}
	}
}

// lists reports whether a list of 16-bit numbers has n, and whether it is one.
func lists(body []byte, n uint16) (has, listed bool) {
	listed = len(body) > 0 && len(body)%2 == 0
	for ; len(body) >= 2 && !has; body = body[2:] {
		has = binary.BigEndian.Uint16(body) == n
	}
	return has, listed
}

// Grant is what a client is given beside its cookies.
type Grant struct {
	Server string // that it is to ask for the time; "": the one that it has talked to
	Port   uint16 // of that; 0: 123
}

// Append puts the answer to p behind b, with cookies for keys, if there is
// something that they are for.
func (s *Server) Append(b []byte, p Proposal, g Grant, keys *Keys) ([]byte, error) {
	if !p.NTPv4 {
		return end(record(b, critical|nextProtocol)), nil
	}
	b = record(b, critical|nextProtocol, 0, protocolNTPv4)
	if !p.AESSIVCMAC256 {
		return end(record(b, critical|aeadAlgorithm)), nil
	}
	b = record(b, critical|aeadAlgorithm, 0, aesSIVCMAC256)
	if g.Server != "" {
		b = record(b, critical|serverRecord, []byte(g.Server)...)
	}
	if g.Port != 0 {
		b = record(b, critical|portRecord, byte(g.Port>>8), byte(g.Port))
	}
	ring := s.rings.Load()
	if ring == nil {
		return nil, InternalError
	}
	for range mostCookies {
		if err := ring.bake(&s.scratch, s.random, s.cookie[:], keys); err != nil {
			return nil, err
		}
		b = record(b, newCookie, s.cookie[:]...)
	}
	return end(b), nil
}

// Contexts returns those under which TLS exports the keys, C2S and S2C (RFC
// 8915, section 5.1).
func Contexts() [2][]byte {
	return [2][]byte{{0, protocolNTPv4, 0, aesSIVCMAC256, 0}, {0, protocolNTPv4, 0, aesSIVCMAC256, 1}}
}

// readRecord returns the type of a record with its critical bit, and its body.
func readRecord(r io.Reader) (kind uint16, body []byte, err error) {
	var h [recordHeader]byte
	if _, err := io.ReadFull(r, h[:]); err != nil {
		return 0, nil, err
	}
	body = make([]byte, binary.BigEndian.Uint16(h[2:]))
	_, err = io.ReadFull(r, body)
	return binary.BigEndian.Uint16(h[:]), body, err
}

func record(b []byte, kind uint16, body ...byte) []byte {
	b = binary.BigEndian.AppendUint16(b, kind)
	return append(binary.BigEndian.AppendUint16(b, uint16(len(body))), body...)
}

func end(b []byte) []byte { return record(b, critical|endOfMessage) }
