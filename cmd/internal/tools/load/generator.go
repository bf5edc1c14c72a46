package main

import (
	"encoding/binary"
	"math"
	"math/rand/v2"
	"net/netip"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/refclock"
	"gpsntpd/server/mmsg"
)

const (
	clients    = 250 // addresses that ask in turn, so that no limit for each of them is met
	batchSize  = 16  // requests that are sent at once
	window     = 64  // requests on their way when the server is saturated
	remembered = 1 << 14
	stampEvery = 64   // requests, of one of which the transmit time is looked at, and whether its answer is authentic
	few        = 2000 // requests a second, of each of which it is
	silence    = 100 * time.Millisecond
)

// load is what a server is asked for.
type load struct {
	rate        int  // requests a second; 0: as fast as the server answers
	burst       int  // this many of them at once; 0: one by one
	calm        bool // those that could not be sent in time are left out, and make no flood
	interleaved bool
	proof       proof
	length      time.Duration
	strangers   int // if not 0, this many requests, each of which is another's
}

// stamps reports whether the kernel is asked when the request of that number leaves.
func (l load) stamps(number uint64) bool {
	return l.rate > 0 && l.rate <= few || number%stampEvery == 0
}

// outcome is what came of it. The errors are those of the server's timestamps
// against the kernel's at this end; a trip is from a request's departure until its
// answer is here.
type outcome struct {
	sent, answered, interleaved int
	forged                      int // answers that are not authentic, of those that were looked at
	took                        time.Duration
	receive, transmit, trip     []time.Duration
}

// request is one that is on its way.
type request struct {
	number        uint64
	client        int
	left, receive hw.Time // its transmit time, and what the server says of its arrival; 0: not known yet
	answered      hw.Time // when the answer came
}

// client is one address of ours.
type client struct {
	address netip.Addr
	receive uint64  // the last answer's receive timestamp, as it came
	came    hw.Time // when that answer came
}

// generator asks one server from many addresses.
type generator struct {
	socket    int
	to        netip.AddrPort
	family    *mmsg.Family
	in, out   *mmsg.Batch
	clients   [clients]client
	requests  [remembered]request // by number
	stamped   [remembered]uint64  // the numbers of requests by those of their transmit times
	asked     uint32
	collected outcome
	load      load
	lost      int       // requests that are no longer waited for
	begin     time.Time // of the load
	progress  time.Time // when there was an answer last
	next      float64   // when the next burst is due, in stretches after begin
	random    *rand.Rand
	prover
}

// newGenerator returns one that asks the server at to.
func newGenerator(to netip.AddrPort) (*generator, error) {
	f := mmsg.FamilyOf(to.Addr())
	socket, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return nil, err
	}
	if err := unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, hw.KernelStamps); err != nil {
		return nil, err
	}
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_RCVBUFFORCE, 4<<20)
	g := &generator{
		socket: socket, to: to, family: f, in: mmsg.NewBatch(batchSize, f), out: mmsg.NewBatch(batchSize, f),
		random: rand.New(rand.NewPCG(rand.Uint64(), rand.Uint64())), // or one server would be asked always as long after the other
	}
	for i := range g.clients {
		g.clients[i].address = asker(i)
	}
	return g, nil
}

// run asks as l says.
func (g *generator) run(l load) outcome { return together(l, g)[0] }

// together has several ask as l says in the same time; their requests come in turn.
// It keeps its processor busy all the time: whoever sleeps is
// late.
func together(l load, all ...*generator) (outcomes []outcome) {
	begin := time.Now()
	for i, g := range all {
		g.collected, g.load, g.lost, g.begin, g.next = outcome{}, l, 0, begin, 0
		if l.rate > 0 {
			g.begin = begin.Add(time.Duration(i) * time.Second / time.Duration(len(all)*l.rate))
		}
		g.progress = g.begin
	}
	for running := true; running; {
		running = false
		for _, g := range all {
			running = g.goOn(time.Now()) || running
		}
	}
	for end := time.Now(); time.Since(end) < silence; {
		for _, g := range all {
			g.hear()
		}
	}
	for _, g := range all {
		outcomes = append(outcomes, g.collected)
	}
	return outcomes
}

// goOn asks and hears what is due now, until the load is over.
func (g *generator) goOn(now time.Time) bool {
	c, l := &g.collected, &g.load
	if c.took = now.Sub(g.begin); c.took >= l.length || l.strangers > 0 && c.sent >= l.strangers {
		return false
	}
	due := window - (c.sent - c.answered - g.lost)
	if l.rate > 0 {
		due = g.due()
	}
	if due > 0 {
		g.ask(min(due, batchSize))
	}
	if g.hear() > 0 {
		g.progress = now
	} else if now.Sub(g.progress) > silence {
		g.lost, g.progress = c.sent-c.answered, now
	}
	return true
}

// due tells how many requests are to be sent now. Each burst has a stretch of time to
// itself, and is due anywhere in it: at equal distances all of a round would keep, or
// miss, the company of the timer interrupts, which are at equal distances too.
func (g *generator) due() (n int) {
	burst := max(g.load.burst, 1)
	now := g.collected.took.Seconds() * float64(g.load.rate) / float64(burst) // in stretches
	if missed := math.Floor(now - g.next); g.load.calm && missed > 0 {
		g.next += missed
	}
	for n+burst <= batchSize && now >= g.next {
		n += burst
		g.next = math.Floor(g.next) + 1 + g.random.Float64()
	}
	return n
}

// ask sends n requests.
func (g *generator) ask(n int) {
	l, stamped := &g.load, false
	for i := range n {
		number := uint64(g.collected.sent)
		r := &g.requests[number%remembered]
		*r = request{number: number, client: int(number % clients)}
		c := &g.clients[r.client]
		packet := g.out.Room(i)
		clear(packet[:headerSize])
		packet[0], packet[2] = 4<<3|3, 6
		if l.interleaved {
			binary.BigEndian.PutUint64(packet[24:], c.receive)
			binary.BigEndian.PutUint64(packet[32:], mark(number, 1))
		}
		binary.BigEndian.PutUint64(packet[40:], mark(number, 0))
		from := c.address
		if l.strangers > 0 {
			from = stranger(int(number))
		}
		var p mmsg.Parts
		if l.stamps(number) {
			p, stamped = mmsg.Stamp, true
			g.stamped[g.asked%remembered] = number
			g.asked++
		}
		g.out.Request(i, g.dress(packet, l.proof, number, r.client), from, g.to, g.family, p)
		g.collected.sent++
	}
	for i := 0; i < n; {
		sent, err := g.out.Send(g.socket, i, n)
		if err != 0 && err != unix.EINTR {
			sent = 1
		}
		i += max(sent, 0)
	}
	if stamped {
		g.left()
	}
}

// mark is what a request of that number has as its transmit timestamp, and with
// received 1 as its receive timestamp, so that an answer tells which it is to,
// and in which mode.
func mark(number, received uint64) uint64 { return 0xd0<<56 | number<<1 | received }

// left reads when requests left.
func (g *generator) left() {
	n, err := g.in.Receive(g.socket, unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
	if err != 0 {
		return
	}
	for i := range n {
		asked, at := g.in.Departure(i)
		if r := &g.requests[g.stamped[asked%remembered]%remembered]; at != 0 {
			r.left = at
			g.arrived(r)
		}
	}
}

// hear reads the answers that are there, and returns how many.
func (g *generator) hear() int {
	n, err := g.in.Receive(g.socket, unix.MSG_DONTWAIT)
	if err != 0 {
		return 0
	}
	for i := range n {
		if packet := g.in.Packet(i); len(packet) >= headerSize {
			came, _, _ := g.in.Arrival(i, g.out, 0, g.family)
			g.answered(packet, came)
		}
	}
	return n
}

// answered judges an answer that came.
func (g *generator) answered(packet []byte, came hw.Time) {
	p, _ := refclock.ParsePacket(packet) // it is long enough
	origin := uint64(p.Origin)
	number := origin &^ (0xff << 56) >> 1
	r := &g.requests[number%remembered]
	if r.number != number || p.Mode != refclock.ServerMode {
		return
	}
	o, c := &g.collected, &g.clients[r.client]
	o.answered++
	if g.load.stamps(number) && !g.judge(packet, g.load.proof, number, r.client) {
		o.forged++
	}
	transmitted, left := hw.Time(p.Transmit.UTC(refclock.UTC(came))), came
	if origin&1 == 1 {
		o.interleaved++
		left = c.came
	}
	o.transmit = append(o.transmit, left.Sub(transmitted))
	r.receive, r.answered = hw.Time(p.Receive.UTC(refclock.UTC(came))), came
	g.arrived(r)
	c.receive, c.came = uint64(p.Receive), came
}

// arrived compares both ends of a request's way, once both are known.
func (g *generator) arrived(r *request) {
	if r.left != 0 && r.receive != 0 {
		g.collected.receive = append(g.collected.receive, r.receive.Sub(r.left))
		g.collected.trip = append(g.collected.trip, r.answered.Sub(r.left))
		r.left = 0
	}
}
