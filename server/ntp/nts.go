package ntp

import (
	"gpsntpd/refclock"
	"gpsntpd/server/nts"
)

// ntsCode is the kiss code that sends a client back to the key exchange (RFC
// 8915, section 5.7).
var ntsCode = refclock.RefID{'N', 'T', 'S', 'N'}

// open judges a request by its NTS fields, if we have NTS and it has any. Those
// of a request with a MAC prove nothing more, and a peer must not have any (RFC
// 8915, section 5).
func (q *Request) open(mode uint8, mac []byte, room int) (nts.Request, Proof, Verdict) {
	if q.NTS == nil || len(q.Packet) == refclock.PacketSize || len(mac) > 0 || versionOf(q.Packet) != 4 {
		return nts.Request{}, Unproved, Answered
	}
	r, err := q.NTS.Open(q.Packet, room)
	if mode != refclock.ServerMode {
		if err == nts.ErrPlain {
			return nts.Request{}, Unproved, Answered
		}
		return r, Unproved, Malformed
	}
	switch err {
	case nil:
		return r, NTS, Answered
	case nts.ErrPlain:
		return r, Unproved, Answered
	case nts.ErrRefused:
		return r, Unproved, NTSRefused
	default:
		return r, Unproved, Malformed
	}
}

// refuse is the answer to a request that was not opened.
func (q *Request) refuse(out []byte, r *nts.Request, v Verdict) Answer {
	if v != NTSRefused {
		return Answer{Verdict: v}
	}
	h := kissHeader(q.Packet, ntsCode)
	h.Put(out)
	return Answer{Size: r.Identify(out), Verdict: v}
}

// seal completes an answer without a MAC.
func (d *Draft) seal() {
	if d.Proof != NTS {
		d.Size = d.protected.Identify(d.out)
		return
	}
	n, err := d.nts.Seal(d.out, &d.protected)
	if err != nil {
		d.Answer = Answer{Verdict: SendFailed}
		return
	}
	d.Size = n
}
