package ntp

import "gpsntpd/refclock"

// rateCode is the kiss code of a server that is asked too often (RFC 5905,
// figure 13).
var rateCode = refclock.RefID{'R', 'A', 'T', 'E'}

// Kiss writes the answer to a client that asks too often into out. It is as
// long as its request, names no time, and echoes what the client needs to
// believe it (RFC 5905, section 7.4). Only plain client requests are answered.
func Kiss(out, request []byte) Answer {
	if len(request) != refclock.PacketSize || request[0]&7 != refclock.ClientMode || versionOf(request) > 4 {
		return Answer{Verdict: RateLimited}
	}
	h := kissHeader(request, rateCode)
	h.Put(out)
	return Answer{Size: refclock.PacketSize, Verdict: RateKissed}
}

// kissHeader is the header that carries a kiss code.
func kissHeader(request []byte, code refclock.RefID) refclock.Packet {
	origin := refclock.ReadTimestamp(request[refclock.TransmitAt:])
	return refclock.Packet{
		Leap:     refclock.LeapUnknown,
		Version:  versionOf(request),
		Mode:     refclock.ServerMode,
		Poll:     int8(request[refclock.PollAt]),
		RefID:    code,
		Origin:   origin,
		Receive:  origin,
		Transmit: origin,
	}
}
