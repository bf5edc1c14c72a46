//go:build ignore

// The answer inside the kernel: an XDP program that answers plain NTP client
// requests as server/ntp does, from an entry that the daemon renews many times
// a second, and passes all else up. Whatever is not plainly fine is passed up,
// too: the slow path knows what to do.
//
// Built for little endian by `make xdp-object` with clang 14. No header of the
// system is read, so that the object is the same wherever it is built.

typedef unsigned char u8;
typedef unsigned short u16;
typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

#define SEC(name) __attribute__((section(name), used))
#define inlined static inline __attribute__((always_inline))
#define htons(x) __builtin_bswap16(x)
#define htonl(x) __builtin_bswap32(x)
#define htonll(x) __builtin_bswap64(x)

// Of the kernel's interface (linux/bpf.h).
enum { XDP_DROP = 1, XDP_PASS = 2, XDP_TX = 3 };
enum { TYPE_HASH = 1, TYPE_ARRAY = 2, TYPE_PERCPU_ARRAY = 6, TYPE_LRU_HASH = 9, TYPE_LPM_TRIE = 11 };
enum { NO_PREALLOC = 1 };

struct xdp_md {
	u32 data, data_end, data_meta, ingress_ifindex, rx_queue_index, egress_ifindex;
};

static void *(*lookup)(void *map, const void *key) = (void *)1;
static long (*update)(void *map, const void *key, const void *value, u64 flags) = (void *)2;
static u64 (*monotonic)(void) = (void *)5;
static u32 (*chance)(void) = (void *)7;
static s64 (*sum)(const void *from, u32 from_size, const void *to, u32 to_size, u32 seed) = (void *)28;
static u64 (*tai)(void) = (void *)208;

struct ethernet {
	u8 to[6], from[6];
	u16 protocol;
};

// What follows it begins at 14 bytes, for which network drivers see to it that it
// is aligned to 4.
#define wire __attribute__((packed, aligned(4)))

struct ipv4 {
	u8 version_length, service;
	u16 length, id, fragment;
	u8 hops, protocol;
	u16 checksum;
	u32 from, to;
} wire;

struct ipv6 {
	u32 version_class_flow;
	u16 length;
	u8 protocol, hops;
	u32 from[4], to[4];
} wire;

struct udp {
	u16 from, to, length, checksum;
} wire;

struct ntp {
	u8 leap_version_mode, stratum;
	signed char poll, precision;
	u32 delay, dispersion, refid;
	u64 reference, origin, receive, transmit;
} wire;

struct address {
	u64 half[2]; // of IPv4 ::ffff:a.b.c.d
};

// What follows is shared with the daemon: its types have the same names.

#define STEPS 7       // of the staircase of the root dispersion
#define FIRST_STEP 24 // log2 ns: where the first one ends, 16.8 ms; each is as long as all before it

// entry is what is answered until the daemon renews it.
struct entry {
	u64 begins;             // CLOCK_TAI, ns
	s64 ahead;              // CLOCK_TAI − CLOCK_MONOTONIC, ns: it changes when somebody steps the clock
	u64 seconds;            // UTC that is served at begins, since 1900 …
	u64 fraction;           // … and the rest, ns
	s64 rate;               // gain of UTC for each ns of CLOCK_TAI, in 2^-32
	u64 pace, burst;        // limit of a client: ns for each request, ns that it may be ahead; 0, 0: none
	u64 shared_pace, shared_burst; // that of its network
	u64 secret[2];          // decides which networks share a meter
	u64 reference;          // as on the wire, as are the rest
	u32 refid, delay;
	u32 dispersion[STEPS];  // greatest on each step; 0: not to be used any more
	u8 leap;                // in its place, the upper two bits
	u8 stratum;
	signed char precision;
	u8 service;             // DSCP in its place
};

// place is an address of an interface at which a socket of the daemon hears.
struct place {
	struct address address;
	u32 interface;
	u16 port; // as on the wire
	u16 unused;
};

struct hearer {
	u8 hardware[6]; // address of the interface
	u16 number;     // of the daemon's listener
};

struct prefix {
	u32 bits;
	struct address address;
} wire;

enum { ANSWERED, RATE_KISSED, RATE_LIMITED, VERDICTS };
enum { SLOTS = 64, METERS = 8192, NETWORKS = 1024, PREFIXES = 65536, PLACES = 4096 };

struct {
	int (*type)[TYPE_ARRAY];
	int (*max_entries)[SLOTS];
	u32 *key;
	struct entry *value;
} entries SEC(".maps");

// newest is the number of the entry that is in force.
struct {
	int (*type)[TYPE_ARRAY];
	int (*max_entries)[1];
	u32 *key;
	u32 *value;
} newest SEC(".maps");

struct {
	int (*type)[TYPE_HASH];
	int (*max_entries)[PLACES];
	int (*map_flags)[NO_PREALLOC];
	struct place *key;
	struct hearer *value;
} places SEC(".maps");

struct {
	int (*type)[TYPE_LPM_TRIE];
	int (*max_entries)[PREFIXES];
	int (*map_flags)[NO_PREALLOC];
	struct prefix *key;
	u32 *value;
} allowed SEC(".maps");

struct {
	int (*type)[TYPE_LRU_HASH];
	int (*max_entries)[METERS];
	struct address *key;
	u64 *value;
} meters SEC(".maps");

struct {
	int (*type)[TYPE_ARRAY];
	int (*max_entries)[NETWORKS];
	u32 *key;
	u64 *value;
} networks SEC(".maps");

// counts are by the number of the listener, times VERDICTS, and verdict.
struct {
	int (*type)[TYPE_PERCPU_ARRAY];
	int (*max_entries)[VERDICTS];
	u32 *key;
	u64 *value;
} counts SEC(".maps");

enum { VERSION_MODE = 0x3f, CLIENT = 3, SERVER = 4, RATE = 0x45544152, HOPS = 64, LEAK = 4, KISS = 64, TRIES = 4 };

#define SECOND 1000000000LL
#define SHORT_SIZE (sizeof(struct udp) + sizeof(struct ntp))
#define SIZE4 (sizeof(struct ethernet) + sizeof(struct ipv4) + SHORT_SIZE)
#define SIZE6 (sizeof(struct ethernet) + sizeof(struct ipv6) + SHORT_SIZE)

// How far the clocks may be off what the entry says of them, which was read
// from elsewhere, and how long we may take: an entry is not written anew before
// ten times as long has passed.
#define EARLY 1000   // ns
#define LATE 4000    // ns
#define LONG 100000  // ns

// request is one in its envelope.
struct request {
	struct ethernet *eth;
	struct ipv4 *ip4; // when four
	struct ipv6 *ip6; // else
	struct udp *udp;
	struct ntp *ntp;
	struct address from, to;
	u8 service; // of the answer
	u64 four;
	u64 pseudo; // sum of what UDP's checksum covers outside of UDP
};

inlined u32 fold(u64 s)
{
	s = (s & 0xffffffff) + (s >> 32);
	s = (s & 0xffff) + (s >> 16);
	s = (s & 0xffff) + (s >> 16);
	return (s & 0xffff) + (s >> 16);
}

inlined struct address mapped(u32 v4)
{
	struct address a = {{0, 0xffff0000ULL | (u64)v4 << 32}};
	return a;
}

inlined u64 pseudo4(const struct ipv4 *ip)
{
	return (u64)ip->from + ip->to + htons(17) + htons(SHORT_SIZE);
}

inlined u64 pseudo6(const struct ipv6 *ip)
{
	u64 s = htons(17) + htons(SHORT_SIZE);
#pragma unroll
	for (int i = 0; i < 4; i++)
		s += (u64)ip->from[i] + ip->to[i];
	return s;
}

// checksum of a datagram: 0 when the one that it has is right.
inlined u16 checksum(const struct udp *u, u64 pseudo)
{
	return ~fold((u32)sum(0, 0, (void *)u, SHORT_SIZE, fold(pseudo)));
}

inlined u16 checksum4(const struct ipv4 *ip)
{
	return ~fold((u32)sum(0, 0, (void *)ip, sizeof *ip, 0));
}

// plain tells whether a request is one that needs nothing but the time: of a
// client, of versions 1 to 4, and certainly not for the interleaved mode, whose
// origin would be a receive timestamp of ours, which is even.
inlined int plain(const struct ntp *n)
{
	u8 first = n->leap_version_mode & VERSION_MODE;
	if ((first & 7) != CLIENT || first < (1 << 3) || first >= (5 << 3))
		return 0;
	return !n->origin || n->origin & htonll(1) || n->receive == n->transmit;
}

// timestamp is t ns after the entry begins, as it is served, in the NTP format
// (as in server/ntp: to the nearest 2^-32 s).
inlined u64 timestamp(const struct entry *e, s64 t)
{
	u64 seconds = e->seconds;
	s64 ns = e->fraction + t + ((t * e->rate) >> 32);
	if (ns < 0) {
		ns += SECOND;
		seconds--;
	}
	if (ns >= SECOND) {
		ns -= SECOND;
		seconds++;
	}
	if (ns >= SECOND) { // the entry lasts for a little longer than a second
		ns -= SECOND;
		seconds++;
	}
	return seconds << 32 | (((u64)ns << 32) + SECOND / 2) / SECOND;
}

// dispersion is the root dispersion t ns after the entry begins, 0 when it has
// expired. A t before the beginning is beyond every end.
inlined u32 dispersion(const struct entry *e, u64 t)
{
	u32 d = 0;
#pragma unroll
	for (int i = STEPS - 1; i >= 0; i--) {
		// All are read: pointers that depend on the path are not for everybody.
		u32 step = *(const volatile u32 *)&e->dispersion[i];
		if (t >> (FIRST_STEP + i) == 0)
			d = step;
	}
	return d;
}

// take tells whether a request at now is within a limit, and counts it if it is
// (as in server/ntp: the generic cell rate algorithm). Other processors may want
// the meter, too; that it is lost to them again and again is no reason to drop.
inlined int take(u64 *meter, u64 pace, u64 burst, u64 now)
{
#pragma unroll
	for (int i = 0; i < TRIES; i++) {
		u64 was = *(volatile u64 *)meter;
		u64 due = was > now ? was : now;
		if (due - now > burst)
			return 0;
		if (__sync_val_compare_and_swap(meter, was, due + pace) == was)
			return 1;
	}
	return 1;
}

// within tells whether the sender of a request may ask now, by itself and with
// its network, a /24 of IPv4 or a /64 of IPv6, which is as many.
inlined int within(const struct entry *e, const struct address *from, u64 now)
{
	u64 none = 0;
	if (!e->pace)
		return 1;
	u64 *meter = lookup(&meters, from);
	if (!meter) {
		update(&meters, from, &none, 0);
		meter = lookup(&meters, from);
	}
	if (!meter || !take(meter, e->pace, e->burst, now))
		return 0;
	u64 low = (u32)from->half[1] == 0xffff0000 && !from->half[0] ? from->half[1] & 0x00ffffffffffffff : 0;
	u64 h = (from->half[0] ^ e->secret[0]) * 0x9e3779b97f4a7c15;
	h = ((h ^ h >> 29) + (low ^ e->secret[1])) * 0xbf58476d1ce4e5b9;
	h = (h ^ h >> 32) * 0x94d049bb133111eb;
	u32 place = h >> 54; // 10 bits
	meter = lookup(&networks, &place);
	return meter && take(meter, e->shared_pace, e->shared_burst, now);
}

inlined int count(const struct hearer *h, u32 verdict)
{
	u32 key = h->number * VERDICTS + verdict;
	u64 *n = lookup(&counts, &key);
	if (n)
		++*n;
	return verdict == RATE_LIMITED ? XDP_DROP : XDP_TX;
}

inlined signed char polled(signed char poll)
{
	return poll < -7 ? -7 : poll > 17 ? 17 : poll;
}

// kiss is the answer to one of too many (as in server/ntp): RATE, no time.
inlined void kiss(struct ntp *n)
{
	n->leap_version_mode = 0xc0 | (n->leap_version_mode & 0x38) | SERVER;
	n->stratum = 0;
	n->precision = 0;
	n->delay = n->dispersion = 0;
	n->refid = RATE;
	n->reference = 0;
	n->origin = n->receive = n->transmit;
}

// ends tells whether a packet ends there, in comparisons that the verifier
// understands, and allows whom it does not trust with addresses.
inlined int ends(void *there, void *end)
{
	return there <= end && there + 1 > end;
}

// judge decides on a request, and makes it its answer but for the envelope.
inlined int judge(struct request *r, u32 interface)
{
	struct place at = {r->to, interface, r->udp->to, 0};
	struct hearer *h = lookup(&places, &at);
	if (!h)
		return XDP_PASS;
#pragma unroll
	for (int i = 0; i < 6; i++)
		if (r->eth->to[i] != h->hardware[i])
			return XDP_PASS;

	u64 received = tai();
	struct ntp *n = r->ntp;
	u32 zero = 0;
	u32 *number = lookup(&newest, &zero);
	if (!number)
		return XDP_PASS;
	u32 slot = *(volatile u32 *)number;
	struct entry *e = lookup(&entries, &slot);
	if (!e || !plain(n) || !r->udp->from || checksum(r->udp, r->pseudo))
		return XDP_PASS;
	if (r->from.half[0] == r->to.half[0] && r->from.half[1] == r->to.half[1])
		return XDP_PASS;
	struct prefix source = {128, r->from};
	u32 *may = lookup(&allowed, &source);
	if (!may || !*may)
		return XDP_PASS;

	// The entry is looked at before the meters, whose requests it answers.
	u64 now = monotonic();
	if (!dispersion(e, now + e->ahead - e->begins))
		return XDP_PASS;
	if (!within(e, &r->from, now)) {
		u32 luck = chance();
		if (luck % LEAK == 0)
			return XDP_PASS;
		if (luck / LEAK % KISS)
			return count(h, RATE_LIMITED);
		r->service = e->service;
		kiss(n);
		return count(h, RATE_KISSED);
	}

	now = monotonic();
	u64 sent = tai();
	u32 d = dispersion(e, sent - e->begins);
	s64 off = sent - now - e->ahead; // by how much somebody has stepped the clock
	if (!d || off < -EARLY || off > LATE || sent - received > LONG)
		return XDP_PASS;
	r->service = e->service;
	n->leap_version_mode = e->leap | (n->leap_version_mode & 0x38) | SERVER;
	n->stratum = e->stratum;
	n->poll = polled(n->poll);
	n->precision = e->precision;
	n->delay = e->delay;
	n->dispersion = d;
	n->refid = e->refid;
	n->reference = e->reference;
	n->origin = n->transmit;
	n->receive = htonll(timestamp(e, received - e->begins) & ~1ULL);
	n->transmit = htonll(timestamp(e, sent - e->begins) | 1);
	return count(h, ANSWERED);
}

// over4 opens the envelope of IPv4: no options, no fragments.
inlined int over4(struct request *r, void *end)
{
	struct ipv4 *ip = r->ip4 = (void *)(r->eth + 1);
	r->udp = (void *)(ip + 1);
	r->ntp = (void *)(r->udp + 1);
	if (!ends(r->ntp + 1, end) ||
	    ip->version_length != 0x45 || ip->protocol != 17 || ip->length != htons(sizeof *ip + SHORT_SIZE) ||
	    ip->fragment & htons(0xbfff) || checksum4(ip))
		return 0;
	r->from = mapped(ip->from);
	r->to = mapped(ip->to);
	r->four = 1;
	r->pseudo = pseudo4(ip);
	return 1;
}

// over6 opens the envelope of IPv6: no extension headers.
inlined int over6(struct request *r, void *end)
{
	struct ipv6 *ip = r->ip6 = (void *)(r->eth + 1);
	r->udp = (void *)(ip + 1);
	r->ntp = (void *)(r->udp + 1);
	if (!ends(r->ntp + 1, end) ||
	    (ip->version_class_flow & 0xf0) != 0x60 || ip->protocol != 17 || ip->length != htons(SHORT_SIZE) ||
	    !r->udp->checksum)
		return 0;
	__builtin_memcpy(&r->from, ip->from, 16);
	__builtin_memcpy(&r->to, ip->to, 16);
	r->pseudo = pseudo6(ip);
	return 1;
}

// turn addresses the answer to where the request came from.
inlined void turn(const struct request *r)
{
	struct ethernet was = *r->eth;
	__builtin_memcpy(r->eth->to, was.from, 6);
	__builtin_memcpy(r->eth->from, was.to, 6);
	if (r->four) {
		struct ipv4 *ip = r->ip4;
		ip->from = r->to.half[1] >> 32;
		ip->to = r->from.half[1] >> 32;
		ip->service = r->service;
		ip->id = 0;
		ip->fragment = htons(0x4000); // never to be fragmented
		ip->hops = HOPS;
		ip->checksum = 0;
		ip->checksum = checksum4(ip);
	} else {
		struct ipv6 *ip = r->ip6;
		__builtin_memcpy(ip->from, &r->to, 16);
		__builtin_memcpy(ip->to, &r->from, 16);
		ip->version_class_flow = htonl(6U << 28 | (u32)r->service << 20);
		ip->hops = HOPS;
	}
	struct udp *u = r->udp;
	u16 port = u->from;
	u->from = u->to;
	u->to = port;
	u->checksum = 0;
	u16 c = checksum(u, r->pseudo);
	u->checksum = c ? c : 0xffff; // 0 would mean that there is none
}

SEC("xdp") int answer(struct xdp_md *ctx)
{
	struct request r = {.eth = (void *)(u64)ctx->data};
	void *end = (void *)(u64)ctx->data_end;
	if ((void *)(r.eth + 1) > end)
		return XDP_PASS;
	if (r.eth->protocol == htons(0x0800)) {
		if (!over4(&r, end))
			return XDP_PASS;
	} else if (r.eth->protocol != htons(0x86dd) || !over6(&r, end))
		return XDP_PASS;
	if (r.udp->length != htons(SHORT_SIZE))
		return XDP_PASS;
	int action = judge(&r, ctx->ingress_ifindex);
	if (action == XDP_TX)
		turn(&r);
	return action;
}
