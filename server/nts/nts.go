// Package nts is Network Time Security (RFC 8915): the extension fields by
// which an NTP request proves who sent it and its answer who made it, the
// cookies that let us forget our clients, and the records of the key exchange.
// It decides and computes; chance comes in as an io.Reader.
package nts

import (
	"encoding/binary"
	"errors"
	"io"
	"sync/atomic"
)

// What a request may be beside good.
var (
	ErrPlain     = errors.New("request without NTS")
	ErrMalformed = errors.New("NTS fields that make no sense")
	ErrRefused   = errors.New("cookie that cannot be opened, or a request that is not authentic")
)

// mostCookies is how many a client is given at once: as many as RFC 8915,
// section 5.7, has it keep.
const mostCookies = 8

// Sizes of fields in an answer, in bytes.
const (
	cookieFieldSize = fieldHeader + cookieSize
	proofSize       = fieldHeader + 4 + nonceSize + tagSize // without cookies
)

// Server opens requests and seals answers for one worker.
type Server struct {
	rings   *atomic.Pointer[Ring]
	random  io.Reader
	scratch scratch
	cookie  [cookieSize]byte
	known   map[uint64]*acquaintance // by a part of their keys
}

// NewServer returns a server that goes by the newest of rings, in which there
// may be none yet.
func NewServer(rings *atomic.Pointer[Ring], random io.Reader) *Server {
	return &Server{rings: rings, random: random, known: map[uint64]*acquaintance{}}
}

// Request is what an answer needs to know of its request. It refers to the
// packet.
type Request struct {
	identifier []byte
	client     *acquaintance
	cookies    int // how many new ones it gets
	ring       *Ring
}

// Open judges the extension fields of a request, which are well formed by
// RFC 7822, and decrypts in place. The answer may have room bytes, and no more
// than the request. When the request is refused, or has no NTS, what is
// returned is good for Identify.
func (s *Server) Open(packet []byte, room int) (Request, error) {
	f, err := find(packet)
	room = min(room, len(packet)) - packetHeader - len(f.identifier)
	if room < 0 {
		return Request{}, ErrMalformed
	}
	r := Request{identifier: f.identifier, ring: s.rings.Load()}
	if err != nil {
		return r, err
	}
	nonce, sealed, ok := split(f.proof)
	switch {
	case !ok:
		return r, ErrMalformed
	case r.ring == nil || len(f.cookie) != cookieSize:
		return r, ErrRefused
	}
	copy(s.cookie[:], f.cookie) // the authenticator covers it as it came
	keys, ok := r.ring.open(&s.scratch, &s.cookie)
	if !ok {
		return r, ErrRefused
	}
	if r.client, err = s.meet(&keys); err != nil {
		return r, err
	}
	plain, ok := r.client.c2s.open(&s.scratch, sealed, f.covered, nonce)
	if !ok {
		return r, ErrRefused
	}
	encrypted, ok := placeholders(plain)
	r.cookies = min(1+f.placeholders+encrypted, mostCookies, (room-proofSize)/cookieFieldSize)
	if !ok || r.cookies < 1 {
		return r, ErrMalformed
	}
	return r, nil
}

// Identify puts the request's unique identifier behind the header in out, which
// proves that the answer is one to this request, and returns their length. RFC
// 8915, section 5.3, has it in every answer, with NTS and without.
func (r *Request) Identify(out []byte) int {
	return packetHeader + copy(out[packetHeader:], r.identifier)
}

// Seal completes the answer whose header is in out, and returns its length.
func (s *Server) Seal(out []byte, r *Request) (int, error) {
	n := r.Identify(out)
	size := proofSize + r.cookies*cookieFieldSize
	covered, field := out[:n], out[n:][:size]
	binary.BigEndian.PutUint16(field, authenticator)
	binary.BigEndian.PutUint16(field[2:], uint16(size))
	binary.BigEndian.PutUint16(field[4:], nonceSize)
	binary.BigEndian.PutUint16(field[6:], uint16(tagSize+r.cookies*cookieFieldSize))
	nonce, sealed := field[8:][:nonceSize], field[8+nonceSize:]
	if _, err := io.ReadFull(s.random, nonce); err != nil {
		return 0, err
	}
	for b := sealed[tagSize:]; len(b) > 0; b = b[cookieFieldSize:] {
		binary.BigEndian.PutUint16(b, cookieField)
		binary.BigEndian.PutUint16(b[2:], cookieFieldSize)
		if err := r.ring.bake(&s.scratch, s.random, b[fieldHeader:][:cookieSize], &r.client.keys); err != nil {
			return 0, err
		}
	}
	r.client.s2c.seal(&s.scratch, sealed, covered, nonce)
	return n + size, nil
}
