package ntp

import (
	"encoding/binary"
	"net/netip"

	"gpsntpd/discipline"
	"gpsntpd/hw"
)

// Ntpq is who may read our variables, and what they are told of the program.
// It is mode 6 (RFC 9327), which ntpq speaks and what watches servers with it;
// nothing can be written, and everybody else is dropped. The zero value tells
// no one anything.
type Ntpq struct {
	Allow     []netip.Prefix
	Version   string // of the program, with its name
	Processor string
	System    string
}

// Where the fields of a control message begin, RFC 9327, section 2, and how
// long its answer may be.
const (
	operationAt   = 1
	statusAt      = 4
	associationAt = 6
	offsetAt      = 8
	countAt       = 10
	controlSize   = 12
	controlMost   = controlSize + 468
)

// Operations, and bits beside them in their byte.
const (
	readStatus    = 1
	readVariables = 2
	readClock     = 4

	isError  = 0x40
	isAnswer = 0x80
)

// Error codes, in the place of the status.
const (
	noSuchAssociation = 4 << 8
	noSuchVariable    = 5 << 8
)

// receiver is the only association that there is.
const receiver = 1

// control answers a control message. All that there is to tell fits into one
// fragment.
func (r *Responder) control(out []byte, q Request, s *discipline.Snapshot, now hw.Reading) Answer {
	names, v := r.Ntpq.question(q)
	if v != Told {
		return Answer{Verdict: v}
	}
	w := r.view(s, now)
	b := append(out[:0], q.Packet[:offsetAt]...)
	b[operationAt] |= isAnswer
	b = append(b, 0, 0, 0, 0) // offset and count
	var status uint16
	association := binary.BigEndian.Uint16(q.Packet[associationAt:])
	switch op := q.Packet[operationAt]; {
	case association > receiver:
		return Answer{Size: refuse(b, noSuchAssociation), Verdict: Told}
	case op == readStatus && association == 0:
		status = w.systemStatus()
		b = binary.BigEndian.AppendUint16(b, receiver)
		b = binary.BigEndian.AppendUint16(b, w.peerStatus())
	case op == readClock:
		status = w.clockStatus()
		b = w.list(b, clockVariables, names)
	case association == 0:
		status = w.systemStatus()
		b = w.list(b, systemVariables, names)
	default:
		status = w.peerStatus()
		b = w.list(b, peerVariables, names)
	}
	if len(b) == controlSize {
		return Answer{Size: refuse(b, noSuchVariable), Verdict: Told}
	}
	return Answer{Size: finish(b, status), Verdict: Told}
}

// question returns the names of variables that q asks for, and Told if q is to
// be answered.
func (n *Ntpq) question(q Request) (names []byte, v Verdict) {
	p := q.Packet
	switch {
	case !n.allows(q.From.Addr()):
		return nil, BadMode
	case len(p) < controlSize:
		return nil, Short
	}
	switch p[operationAt] { // with other bits it is an answer, an error or a part of something longer
	case readStatus, readVariables, readClock:
	default:
		return nil, BadMode
	}
	names = p[controlSize:]
	size := int(binary.BigEndian.Uint16(p[countAt:]))
	if size > len(names) || binary.BigEndian.Uint16(p[offsetAt:]) != 0 {
		return nil, Malformed
	}
	return names[:size], Told
}

func (n *Ntpq) allows(a netip.Addr) bool {
	a = a.Unmap().WithZone("") // no prefix contains an address with a zone
	for _, p := range n.Allow {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

// refuse makes b an answer that says why there is none.
func refuse(b []byte, code uint16) int {
	b[operationAt] |= isError
	return finish(b[:controlSize], code)
}

// finish fills in what is known at the end, pads to 32 bits, and returns the
// length.
func finish(b []byte, status uint16) int {
	binary.BigEndian.PutUint16(b[statusAt:], status)
	binary.BigEndian.PutUint16(b[countAt:], uint16(len(b)-controlSize))
	for len(b)%4 != 0 {
		b = append(b, 0)
	}
	return len(b)
}
