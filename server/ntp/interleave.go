package ntp

import (
	"encoding/binary"
	"hash/maphash"
	"net/netip"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// The interleaved mode (RFC 9769): an answer tells when the answer before it
// really left, which no one knows until it has. A client asks for that by
// naming, as its origin timestamp, the receive timestamp of that answer.
//
// To tell such an origin from the transmit timestamp that a client in basic
// mode names there, transmit timestamps are odd and receive timestamps even.
// It is a matter of 0.2 ns.
const transmitBit = 1

func receiveStamp(s *discipline.Snapshot, t hw.Time) refclock.Timestamp {
	return max(refclock.TimestampOf(utc(s, t))&^transmitBit, 2) // never 0, which would mean "unknown"
}

func transmitStamp(s *discipline.Snapshot, t hw.Time) refclock.Timestamp {
	return refclock.TimestampOf(utc(s, t)) | transmitBit
}

// Exchanges remembers when answers left, for the clients that will ask: a
// table of fixed size, which belongs to one worker. Where two exchanges have the
// same place, the newer one stays; its client gets the basic mode, as it would
// from any server.
type Exchanges struct {
	seed  maphash.Seed
	slots []exchange // a power of two
}

// exchange is one answer. The key is a secret hash of its client's address and
// of its receive timestamp: no address can name that of another.
type exchange struct {
	key      Token
	transmit refclock.Timestamp
	claim    claim // that its client has to its place; lower ones do not take it
}

// claim is what is known of a client that a place is for.
type claim uint8

const (
	none   claim = iota
	stated       // it has named an answer of ours, which we do not remember: anybody can
	proven       // it has named one that we do
)

// unclaimed is how many seconds an answer keeps its place from others. Who interleaves
// asks more often.
const unclaimed = 1 << 12

// Token names an exchange whose real transmit time is of use. The zero value
// names none.
type Token uint64

// NewExchanges returns a table for 2ⁿ exchanges of 24 bytes.
func NewExchanges(n int, seed maphash.Seed) *Exchanges {
	return &Exchanges{seed, make([]exchange, 1<<n)}
}

// Sent tells at which time the answer with this token left.
func (e *Exchanges) Sent(t Token, at hw.Time, s *discipline.Snapshot) {
	e.sent(t, transmitStamp(s, at))
}

func (e *Exchanges) sent(t Token, transmit refclock.Timestamp) {
	if x := e.at(t); t != 0 && x.key == t {
		x.transmit = transmit
	}
}

// interleave makes h an answer in interleaved mode if q asks for one with reason
// (RFC 9769, section 2), and remembers it in either case. It returns its token, and
// whether someone wants to know when it leaves.
func (e *Exchanges) interleave(h *refclock.Packet, q Request) (done bool, wanted, kept Token) {
	client, transmit := q.From.Addr(), h.Transmit
	origin, receive := refclock.ReadTimestamp(q.Packet[refclock.OriginAt:]), refclock.ReadTimestamp(q.Packet[refclock.ReceiveAt:])
	c := none
	if origin != 0 && origin&transmitBit == 0 && receive != h.Origin {
		c = stated
		if left, found := e.take(client, origin); found {
			done, h.Origin, h.Transmit = true, receive, left
			c = proven
		}
	}
	h.Receive, kept = e.keep(client, h.Receive, transmit, c)
	if c != none {
		wanted = kept
	}
	return done, wanted, kept
}

// take returns when the answer left that had this receive timestamp and went
// to this client, and forgets it: it may be asked for once.
func (e *Exchanges) take(client netip.Addr, receive refclock.Timestamp) (transmit refclock.Timestamp, found bool) {
	t := e.token(client, receive)
	x := e.at(t)
	if x.key != t {
		return 0, false
	}
	x.key = 0
	return x.transmit, true
}

// keep remembers an answer, if there is place. It returns the receive timestamp
// that the answer is to have, which no other answer to this client in the table has.
func (e *Exchanges) keep(client netip.Addr, receive, transmit refclock.Timestamp, c claim) (refclock.Timestamp, Token) {
	t := e.token(client, receive)
	x := e.at(t)
	for x.key == t {
		receive -= 2 // 0.5 ns, in the direction in which no answer leaves before its request comes
		t = e.token(client, receive)
		x = e.at(t)
	}
	if x.key != 0 && x.claim > c && (transmit-x.transmit)>>32 < unclaimed {
		return receive, 0
	}
	*x = exchange{t, transmit, c}
	return receive, t
}

func (e *Exchanges) at(t Token) *exchange { return &e.slots[uint64(t)&uint64(len(e.slots)-1)] }

func (e *Exchanges) token(client netip.Addr, receive refclock.Timestamp) Token {
	var b [24]byte
	a := client.As16()
	copy(b[:], a[:])
	binary.NativeEndian.PutUint64(b[16:], uint64(receive))
	return Token(max(maphash.Bytes(e.seed, b[:]), 1))
}
