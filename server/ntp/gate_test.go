package ntp

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

const start = hw.Raw(time.Hour)

// gate returns a gate for everybody with that limit, and its policy.
func gate(l Limit) (*Gate, *atomic.Pointer[Policy]) {
	var p atomic.Pointer[Policy]
	p.Store(&Policy{NewAccess(prefixes("0.0.0.0/0", "::/0"), nil, nil), l})
	return NewGate(&p, 1024, maphash.MakeSeed()), &p
}

// from is the sender number i of a network of IPv4.
func from(network, i int) netip.AddrPort {
	return netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, byte(network >> 8), byte(network), byte(i)}), 123)
}

// verdicts counts what becomes of n requests at now.
func verdicts(g *Gate, now hw.Raw, n int, sender func(i int) netip.AddrPort) (counts [Verdicts]int) {
	for i := range n {
		v, _ := g.Admit(sender(i), refclock.PacketSize, now)
		counts[v]++
	}
	return counts
}

func TestOverTheLimitAFairShareIsStillAnsweredAndFewAreKissed(t *testing.T) {
	g, _ := gate(Limit{16, 64})
	const n = 64_000
	c := verdicts(g, start, n+64, func(int) netip.AddrPort { return from(0, 1) })
	// Chance: these are ten standard deviations away.
	if answered := c[Answered] - 64; answered < n/leak-1100 || answered > n/leak+1100 {
		t.Errorf("%d of %d answered", answered, n)
	}
	if kissed, want := c[RateKissed], n/leak*(leak-1)/kiss; kissed < want-280 || kissed > want+280 {
		t.Errorf("%d kissed, want about %d", kissed, want)
	}
	if c[RateLimited] != n+64-c[Answered]-c[RateKissed] {
		t.Errorf("%v", c)
	}
}

func TestOneWhoIsOverTheLimitTakesNothingFromOthers(t *testing.T) {
	g, _ := gate(Limit{16, 64})
	verdicts(g, start, 10_000, func(int) netip.AddrPort { return from(0, 1) })
	if c := verdicts(g, start, 64, func(int) netip.AddrPort { return from(0, 2) }); c[Answered] != 64 {
		t.Errorf("%v", c)
	}
}

func TestANetworkIsNoWayAroundTheLimit(t *testing.T) {
	l := Limit{16, 64}
	for name, sender := range map[string]func(i int) netip.AddrPort{
		"a /24": func(i int) netip.AddrPort { return from(7, i) },
		"a /64": func(i int) netip.AddrPort {
			return netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 1, 7: 1, 8: byte(i >> 16), 14: byte(i >> 8), 15: byte(i)}), 123)
		},
	} {
		g, _ := gate(l)
		const n = 16_000
		c := verdicts(g, start, n, sender)
		within := networkShare * l.Burst
		if over := c[Answered] - within; over < 0 || over > n/leak {
			t.Errorf("%s: %d answered, of which %d are within the limit", name, c[Answered], within)
		}
	}
}

// A rack of hosts behind one address that start together, each with bursts of
// eight at two seconds' distance, and then ask once a second for a while.
func TestNoHonestClientOfALANMeetsTheDefaultLimit(t *testing.T) {
	g, _ := gate(DefaultLimit())
	const hosts = 900
	for second := range 600 {
		if second < 16 && second%2 == 1 {
			continue
		}
		c := verdicts(g, start+hw.Raw(second)*1e9, hosts, func(int) netip.AddrPort { return from(3, 1) })
		if c[Answered] != hosts {
			t.Fatalf("second %d: %v", second, c)
		}
	}
}

// Eighteen clients of a network ask as often as each of them may, and another once a
// second.
func TestAClientThatAsksSeldomIsAnsweredWhateverItsNeighboursDo(t *testing.T) {
	address := func(i int) netip.AddrPort {
		return netip.AddrPortFrom(netip.AddrFrom16([16]byte{0x20, 1, 7: 1, 15: byte(i)}), 123)
	}
	g, _ := gate(DefaultLimit())
	rate := DefaultLimit().Rate
	verdicts(g, start, networkShare*DefaultLimit().Burst, func(i int) netip.AddrPort { return address(i % 18) })
	denied, neighbours := 0, [Verdicts]int{}
	for i := range 30 * rate {
		now := start + hw.Raw(i)*hw.Raw(time.Second)/hw.Raw(rate)
		for j := range 18 {
			v, _ := g.Admit(address(j), refclock.PacketSize, now)
			neighbours[v]++
		}
		if i%rate == rate/2 {
			if v, _ := g.Admit(address(99), refclock.PacketSize, now); v != Answered && i > rate {
				denied++
			}
		}
	}
	if denied > 0 || neighbours[RateLimited] == 0 {
		t.Errorf("%d of 30 are not answered; of the neighbours %v", denied, neighbours)
	}
}

func TestWhoProvesWhoItIsPaysNotForItsNetwork(t *testing.T) {
	g, _ := gate(Limit{16, 64})
	verdicts(g, start, 16_000, func(i int) netip.AddrPort { return from(7, i) })
	if v, prove := g.Admit(from(7, 0xff), refclock.PacketSize+20, start); v != Answered || !prove {
		t.Error(v, prove)
	}
	unproven := [Verdicts]int{}
	for range 1000 {
		unproven[g.Unproven()]++
	}
	if n := unproven[Answered]; n < 100 || n > 400 {
		t.Errorf("%v", unproven)
	}
	// Its own limit is for everybody.
	limited := 0
	for range 1000 {
		if v, _ := g.Admit(from(7, 0xff), refclock.PacketSize+20, start); v != Answered {
			limited++
		}
	}
	if limited < 600 {
		t.Errorf("%d of 1000 are over its own limit", limited)
	}
}

func TestAClientThatIsGoneMakesRoom(t *testing.T) {
	var p atomic.Pointer[Policy]
	p.Store(&Policy{Access: NewAccess(prefixes("0.0.0.0/0"), nil, nil)})
	g := NewGate(&p, 0, maphash.MakeSeed()) // a single set
	for i := range ways {
		for n := range 3 {
			g.Admit(from(0, i), refclock.PacketSize, start+hw.Raw(n)*apart+hw.Raw(i))
		}
	}
	later := start + gone + 3*apart
	for i := range ways - 1 {
		g.Admit(from(1, i), refclock.PacketSize, later+hw.Raw(i))
		g.Admit(from(1, i), refclock.PacketSize, later+apart+hw.Raw(i))
	}
	for _, c := range g.Clients(nil) {
		if c.Address.As4()[2] == 0 && c.Address.As4()[3] != ways-1 {
			t.Errorf("%s is still there", c.Address)
		}
	}
}

func TestLoopbackHasNoLimit(t *testing.T) {
	g, _ := gate(Limit{1, 1})
	for _, a := range []string{"127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"} {
		sender := netip.AddrPortFrom(netip.MustParseAddr(a), 123)
		if c := verdicts(g, start, 1000, func(int) netip.AddrPort { return sender }); c[Answered] != 1000 {
			t.Errorf("%s: %v", a, c)
		}
	}
}

func TestAnotherPolicyCountsFromTheNextRequestOn(t *testing.T) {
	g, p := gate(Limit{})
	if v, _ := g.Admit(from(0, 1), refclock.PacketSize, start); v != Answered {
		t.Error(v)
	}
	p.Store(&Policy{Access: NewAccess(nil, nil, nil)})
	if v, _ := g.Admit(from(0, 1), refclock.PacketSize, start); v != Denied {
		t.Error(v)
	}
	if v, _ := g.Admit(netip.AddrPortFrom(netip.IPv6Loopback(), 0), refclock.PacketSize, start); v != BadSource {
		t.Error(v)
	}
}

func TestAClientIsRememberedWithItsLastRequest(t *testing.T) {
	g, _ := gate(Limit{16, 2})
	q := request(4, 3)
	q[refclock.PollAt] = 6
	mapped := netip.AddrPortFrom(netip.MustParseAddr("::ffff:10.0.0.1"), 123)
	for i, a := range []Answer{
		{Verdict: Answered, Size: refclock.PacketSize},
		{Verdict: Answered, Size: refclock.PacketSize, Proof: Symmetric, Interleaved: true},
	} {
		if v, _ := g.Admit(mapped, refclock.PacketSize, start+hw.Raw(i)); v != Answered {
			t.Fatal(v)
		}
		g.Served(q, a)
	}
	want := Client{
		Address: from(0, 1).Addr(), Requests: 2, Seen: start + 1,
		Version: 4, Mode: 3, Poll: 6, Proof: Symmetric, Interleaved: true,
	}
	if got := g.Clients(nil); len(got) != 1 || got[0] != want {
		t.Errorf("%+v", got)
	}
	g.Admit(from(1, 1), refclock.PacketSize, start+2)
	g.Served(nil, Answer{Verdict: Short}) // too short to say anything of itself
	want = Client{Address: from(1, 1).Addr(), Requests: 1, Drops: 1, Seen: start + 2, Verdict: Short}
	if got := g.Clients(nil); len(got) != 2 || !slices.Contains(got, want) {
		t.Errorf("%+v", got)
	}
	c := verdicts(g, start, 100, func(int) netip.AddrPort { return from(0, 1) })
	want = Client{}
	for _, k := range g.Clients(nil) {
		if k.Address == from(0, 1).Addr() {
			want = k
		}
	}
	if want.Requests != 102 || int(want.Drops) != c[RateLimited]+c[RateKissed] {
		t.Errorf("%v, %+v", c, want)
	}
}

func TestAFloodOfMadeUpAddressesDrivesOutNobodyWhoIsKnown(t *testing.T) {
	g, _ := gate(DefaultLimit())
	known := func(i int) netip.AddrPort { return from(0, i) }
	verdicts(g, start, 20, known)
	verdicts(g, start+apart, 20, known)
	for i := range 1_000_000 { // two requests in the name of each
		g.Admit(from(1+i>>9, i>>1), refclock.PacketSize, start+apart+1+hw.Raw(i)*10_000)
	}
	all := g.Clients(nil)
	if len(all) != 1024 {
		t.Errorf("%d clients in a table of 1024", len(all))
	}
	for i := range 20 {
		if !slices.ContainsFunc(all, func(c Client) bool { return c.Address == known(i).Addr() && c.Requests == 2 }) {
			t.Errorf("client %d is gone", i)
		}
	}
}

func TestWhoWasSilentForLongestMakesRoom(t *testing.T) {
	var p atomic.Pointer[Policy]
	p.Store(&Policy{Access: NewAccess(prefixes("0.0.0.0/0"), nil, nil)})
	g := NewGate(&p, 0, maphash.MakeSeed()) // a single set
	for i := range ways {
		g.Admit(from(0, i), refclock.PacketSize, start+hw.Raw(i))
	}
	g.Admit(from(0, 0), refclock.PacketSize, start+apart) // known by now
	g.Admit(from(0, ways), refclock.PacketSize, start+apart+1)
	all := g.Clients(nil)
	for i := range ways + 1 {
		there := slices.ContainsFunc(all, func(c Client) bool { return c.Address == from(0, i).Addr() })
		if there != (i != 1) {
			t.Errorf("client %d: %v", i, there)
		}
	}
}

func TestClientsMayBeReadWhileTheGateWorks(t *testing.T) {
	g, _ := gate(DefaultLimit())
	var reader sync.WaitGroup
	reader.Go(func() {
		for range 100 {
			g.Clients(nil)
		}
	})
	q := request(4, 3)
	for i := range 10_000 {
		if v, _ := g.Admit(from(i>>8, i), refclock.PacketSize, start+hw.Raw(i)); v != Answered {
			t.Fatal(v)
		}
		g.Served(q, Answer{Verdict: Answered})
	}
	reader.Wait()
}

func TestTheGateAllocatesNothing(t *testing.T) {
	for _, l := range []Limit{{}, {16, 64}} {
		g, _ := gate(l)
		q, i := request(4, 3), 0
		if n := testing.AllocsPerRun(1000, func() {
			i++
			if v, _ := g.Admit(from(i>>6, i&7), refclock.PacketSize, start); v == Answered {
				g.Served(q, Answer{Verdict: Answered})
			}
		}); n != 0 {
			t.Errorf("%v: %v allocations", l, n)
		}
	}
}

func TestAKissIsNoAmplifierAndNamesNoTime(t *testing.T) {
	var out [MaxAnswer]byte
	q := request(3, 3)
	q[refclock.PollAt] = 10
	if a := Kiss(out[:], q); a.Size != refclock.PacketSize || a.Verdict != RateKissed {
		t.Fatal(a)
	}
	want := request(3, 4)
	want[0] |= 3 << 6
	want[refclock.PollAt] = 10
	copy(want[12:], "RATE")
	for _, at := range []int{24, 32, 40} {
		copy(want[at:], q[refclock.TransmitAt:])
	}
	if got := out[:refclock.PacketSize]; !slices.Equal(got, want) {
		t.Errorf("got  %x\nwant %x", got, want)
	}
	for _, q := range [][]byte{nil, q[:47], append(q, 0), request(4, 1), request(4, 4), request(4, 5), request(4, 6), request(4, 7), request(5, 3)} {
		if a := Kiss(out[:], q); a.Size != 0 || a.Verdict != RateLimited {
			t.Errorf("%x: %+v", q, a)
		}
	}
}

func benchmarkGate(b *testing.B, senders int) {
	g, _ := gate(DefaultLimit())
	q := request(4, 3)
	b.ReportAllocs()
	for i := 0; b.Loop(); i++ {
		if v, _ := g.Admit(from(i%senders>>8, i%senders), refclock.PacketSize, start+hw.Raw(i)*5000); v == Answered {
			g.Served(q, Answer{Verdict: Answered})
		}
	}
}

func BenchmarkGateKnown(b *testing.B) { benchmarkGate(b, 200) }
func BenchmarkGateFlood(b *testing.B) { benchmarkGate(b, 65536) }
