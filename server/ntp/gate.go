package ntp

import (
	"hash/maphash"
	"math"
	"net/netip"
	"sync"
	"sync/atomic"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// Policy is who may ask, and how often. It never changes: to change one's mind
// is to store another in the pointer that the gates share.
type Policy struct {
	Access Access
	Limit  Limit // of each client; loopback has none
}

const (
	// A network, a /24 of IPv4 or a /64 of IPv6, may ask as often as this many
	// clients: whoever has one to himself has all its addresses.
	networkShare = 16
	// Not so the requests of a client that asks less often than at this part of its own
	// limit: it is no part of a crowd, and its neighbours take nothing from it.
	modest   = 16
	networks = 1024 // meters for them; which share one is decided by a secret hash

	// Of the requests over a limit one in leak is let in, by chance. So no one
	// can keep another from being answered by asking in his name, and no
	// sender can count on which it will be.
	leak = 4
	// And one in kiss is answered with the kiss code RATE, which asks an
	// honest client to slow down. Seldom, since it reaches whoever was named
	// as the sender, and slows down also a client in whose name others ask.
	kiss = 64
)

// Gate decides for one worker whose requests are looked at. What it knows of
// the clients may be read by others.
type Gate struct {
	policy   *atomic.Pointer[Policy]
	seed     maphash.Seed
	chances  uint64
	networks [networks]meter

	mu      sync.Mutex // guards what follows
	clients clients
	current *entry // whose request was admitted last
}

// NewGate returns a gate that remembers the last size clients or so. The seed
// keeps senders from guessing what it will do.
func NewGate(policy *atomic.Pointer[Policy], size int, seed maphash.Seed) *Gate {
	return &Gate{policy: policy, seed: seed, clients: newClients(size, seed), current: new(entry)}
}

// Admit judges a request of this many bytes by its sender, when the raw clock shows now:
// Answered has it answered by Respond, RateKissed by Kiss, and any other verdict not at
// all. Served then tells what came of it, before the next is judged. Where the sender is
// to prove who it is, since its network is over the limit, Unproven is to judge an answer
// to a request that does not.
func (g *Gate) Admit(from netip.AddrPort, size int, now hw.Raw) (v Verdict, prove bool) {
	p, address := g.policy.Load(), from.Addr().Unmap()
	switch {
	case from.Port() == 0:
		return BadSource, false
	case !p.Access.Allows(address):
		return Denied, false
	}
	limit := p.Limit
	if address.IsLoopback() {
		limit = Limit{}
	}
	key := address.As16()
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.clients.find(key, now)
	silence := now - e.seen
	alone := e.requests > 0 && silence >= limit.modest()
	if e.requests > 0 && silence >= apart {
		e.apart = min(e.apart, math.MaxUint8-1) + 1
	}
	e.requests++
	e.seen = now
	g.current = e
	if e.meter.take(limit, now) {
		if alone || g.network(address, key).take(limit.Shared(), now) {
			return Answered, false
		}
		if size > refclock.PacketSize {
			return Answered, true
		}
	}
	v = g.chance()
	if v != Answered {
		e.drops++
		e.verdict = v
	}
	return v, false
}

// Unproven decides what becomes of a request that was to prove who sent it and did not:
// what becomes of any that is over the limit.
func (g *Gate) Unproven() Verdict {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.chance()
}

// modest is how far apart requests are of a client that is no part of a crowd.
func (l Limit) modest() hw.Raw {
	each, _ := l.Pace()
	return hw.Raw(modest * each)
}

// network returns the meter of the network of address, whose 16 bytes are key.
func (g *Gate) network(address netip.Addr, key [16]byte) *meter {
	host := 8 // bytes
	if address.Is4() {
		host = 1
	}
	clear(key[16-host:])
	return &g.networks[maphash.Comparable(g.seed, key)%networks]
}

// chance decides what becomes of a request over the limit.
func (g *Gate) chance() Verdict {
	g.chances++
	switch n := maphash.Comparable(g.seed, g.chances); {
	case n%leak == 0:
		return Answered
	case n/leak%kiss == 0:
		return RateKissed
	}
	return RateLimited
}

// Served tells how the request that was admitted last was answered.
func (g *Gate) Served(request []byte, a Answer) {
	g.mu.Lock()
	defer g.mu.Unlock()
	e := g.current
	e.verdict = a.Verdict
	if !a.Verdict.Sent() {
		e.drops++
	}
	if a.Verdict != Short {
		e.version, e.mode, e.poll = versionOf(request), request[0]&7, int8(request[refclock.PollAt])
		e.proof, e.interleaved = a.Proof, a.Interleaved
	}
}

// Clients appends what is known of every client to all. The worker waits for
// no more than a set of them at a time.
func (g *Gate) Clients(all []Client) []Client {
	for i := range g.clients.sets {
		all = g.set(i, all)
	}
	return all
}

func (g *Gate) set(i int, all []Client) []Client {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, e := range g.clients.sets[i] {
		if e.requests > 0 {
			all = append(all, e.client())
		}
	}
	return all
}
