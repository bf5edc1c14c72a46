package story

import (
	"fmt"
	"hash/maphash"
	"net/netip"
	"sync/atomic"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/ntp"
	"gpsntpd/server/why"
)

// host is a client of the network of the story. It asks once in some seconds, each at
// another moment of them, until it is switched off.
type host struct {
	address netip.AddrPort
	every   int64
	poll    int8 // as it says, log2 seconds
	at      int64
	once    int   // requests that it makes each time
	off     int64 // seconds after the story's beginning; 0: never
}

// lan is the clients, and what answers them.
type lan struct {
	hosts             []host
	gate              *ntp.Gate
	responder         ntp.Responder
	latest            *discipline.Latest
	requests, answers uint64
	limited           uint64        // requests over the limit
	before            [60]lanCounts // of each second of the last minute
}

// lanCounts are what had been counted.
type lanCounts struct{ requests, limited uint64 }

// tell adds what the servers of the daemon have counted to the facts of the loop.
func (n *lan) tell(f *why.Facts) {
	minute := n.before[0]
	f.NTP = why.NTP{Requests: n.requests, RateLimited: n.limited, Recent: why.Recent{Requests: n.requests - minute.requests, RateLimited: n.limited - minute.limited}}
	f.NTS.Word, f.Storage = "off", "ok"
}

func newLAN(latest *discipline.Latest) lan {
	var policy atomic.Pointer[ntp.Policy]
	everybody := []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0"), netip.MustParsePrefix("::/0")}
	policy.Store(&ntp.Policy{Access: ntp.NewAccess(everybody, nil, nil), Limit: ntp.Limit{Rate: 16, Burst: 64}})
	n := lan{
		gate:      ntp.NewGate(&policy, 256, maphash.MakeSeed()),
		responder: ntp.Responder{Precision: -20},
		latest:    latest,
	}
	for i := range int64(14) {
		at := netip.MustParseAddrPort(fmt.Sprintf("192.168.10.%d:123", 11+i))
		n.hosts = append(n.hosts, host{address: at, every: 16 << (i % 3), poll: int8(4 + i%3), at: 5 * i, once: 1})
	}
	n.hosts[4].off = 20 * 60
	n.hosts = append(n.hosts, // one that asks over IPv6, and one that asks far too often
		host{address: netip.MustParseAddrPort("[2001:db8:4f2e:11::1f3c]:123"), every: 64, poll: 6, at: 3, once: 1},
		host{address: netip.MustParseAddrPort("192.168.10.99:40123"), every: 1, once: 40})
	return n
}

// headerBytes is the length of a request (RFC 5905, figure 8, without what may follow).
const headerBytes = 48

// ask has those ask whose second it is, and returns how many requests that were.
func (n *lan) ask(second int64, now hw.Reading) (requests int) {
	s := n.latest.Load()
	since := second - begins.Std().Unix()
	for _, h := range n.hosts {
		if (second+h.at)%h.every != 0 || h.off != 0 && since > h.off {
			continue
		}
		for range h.once {
			n.answer(h, s, now)
			requests++
		}
	}
	n.requests += uint64(requests)
	copy(n.before[:], n.before[1:])
	n.before[len(n.before)-1] = lanCounts{n.requests, n.limited}
	return requests
}

// answer answers one request of h, if it is to have an answer.
func (n *lan) answer(h host, s *discipline.Snapshot, now hw.Reading) {
	var out [ntp.MaxAnswer]byte
	packet := make([]byte, headerBytes)
	packet[0], packet[2] = 4<<3|3, byte(h.poll)
	if v, _ := n.gate.Admit(h.address, len(packet), now.Raw); v != ntp.Answered {
		n.limited++
		return
	}
	a := n.responder.Respond(out[:], ntp.Request{Packet: packet, From: h.address, Received: now.Time}, s, now)
	n.gate.Served(packet, a)
	n.answers++
}
