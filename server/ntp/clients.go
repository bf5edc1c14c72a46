package ntp

import (
	"hash/maphash"
	"net/netip"
	"time"

	"gpsntpd/hw"
)

// Client is what is known of someone who asks.
type Client struct {
	Address     netip.Addr
	Requests    uint64
	Drops       uint64 // requests that were told no time
	Seen        hw.Raw // when the last request came
	Version     uint8  // of the last request that was looked at, as is the rest; 0 before the first
	Mode        uint8
	Poll        int8 // log2 seconds
	Proof       Proof
	Interleaved bool // it was answered in interleaved mode
	Verdict     Verdict
}

// entry is a client in the table, without pointers: the garbage collector does
// not look into it.
type entry struct {
	address     [16]byte // all zero is no one's
	seen        hw.Raw
	meter       meter
	requests    uint64
	drops       uint64
	version     uint8
	mode        uint8
	poll        int8
	proof       Proof
	interleaved bool
	verdict     Verdict
	apart       uint8 // requests that came apart after another, up to 255
}

// apart is by how much requests of a client come apart that is no flood in its name.
const apart = hw.Raw(500 * time.Millisecond)

// gone is for how long a client is known that does not ask any more.
const gone = hw.Raw(24 * time.Hour)

func (e *entry) client() Client {
	return Client{
		netip.AddrFrom16(e.address).Unmap(), e.requests, e.drops, e.seen,
		e.version, e.mode, e.poll, e.proof, e.interleaved, e.verdict,
	}
}

// ways is how many entries an address can be in.
const ways = 8

// clients is a table of fixed size. An address has its place in one set of
// entries, chosen by a secret hash, so that no one can aim at another's place.
type clients struct {
	seed maphash.Seed
	sets [][ways]entry // their number is a power of two
}

func newClients(size int, seed maphash.Seed) clients {
	sets := 1
	for sets*2*ways <= size {
		sets *= 2
	}
	return clients{seed, make([][ways]entry, sets)}
}

// find returns the entry of address at now. A new client takes the place of the one in
// its set that has asked least often with time in between, and of these of the one that
// was silent for longest: so a flood of made-up addresses, however many packets it has for
// each, does not drive out who is known.
func (c *clients) find(address [16]byte, now hw.Raw) *entry {
	set := &c.sets[maphash.Comparable(c.seed, address)&uint64(len(c.sets)-1)]
	for i := range set {
		if set[i].address == address {
			return &set[i]
		}
	}
	worst := &set[0]
	least := worst.known(now)
	for i := range set[1:] {
		e := &set[i+1]
		if known := e.known(now); known < least || known == least && e.seen < worst.seen {
			worst, least = e, known
		}
	}
	*worst = entry{address: address}
	return worst
}

// known is how well a client is known at now.
func (e *entry) known(now hw.Raw) uint8 {
	if now-e.seen > gone {
		return 0
	}
	return e.apart
}
