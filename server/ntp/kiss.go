package ntp

import (
	"encoding/binary"

	"gpsntpd/refclock"
)

// rateCode is the kiss code of a server that is asked too often (RFC 5905,
// figure 13).
var rateCode = refclock.RefID{'R', 'A', 'T', 'E'}

// Kiss writes the answer to a client that asks too often into out. It is as
// long as its request, names no time, and echoes what the client needs to
// believe it (RFC 5905, section 7.4). Only plain client requests are answered.
func Kiss(out, request []byte) Answer {
	if len(request) != HeaderSize || request[0]&7 != modeClient || versionOf(request) > 4 {
		return Answer{Verdict: RateLimited}
	}
	h := kissHeader(request, rateCode)
	h.put(out)
	return Answer{Size: HeaderSize, Verdict: RateKissed}
}

// kissHeader is the header that carries a kiss code.
func kissHeader(request []byte, code refclock.RefID) header {
	origin := binary.BigEndian.Uint64(request[transmitAt:])
	return header{
		leap:     refclock.LeapUnknown,
		version:  versionOf(request),
		mode:     modeServer,
		poll:     int8(request[pollAt]),
		refID:    code,
		origin:   origin,
		receive:  origin,
		transmit: origin,
	}
}
