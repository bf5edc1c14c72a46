package ntp

import (
	"hash/maphash"
	"net/netip"
	"slices"
	"testing"
	"time"

	"gpsntpd/hw"
	"gpsntpd/refclock"
)

// asker is a client that interleaves (RFC 9769, section 2).
type asker struct {
	t               *testing.T
	from            netip.AddrPort
	table           *Exchanges
	origin, receive refclock.Timestamp // of its next request
}

// ask sends a request that comes at rx and is answered at tx.
func (c *asker) ask(rx hw.Time, tx hw.Reading) (a Answer, h refclock.Packet) {
	c.t.Helper()
	q := request(4, 3)
	c.origin.Put(q[refclock.OriginAt:])
	c.receive.Put(q[refclock.ReceiveAt:])
	var out [MaxAnswer]byte
	a = responder.Respond(out[:], Request{Packet: q, From: c.from, Received: rx, Exchanges: c.table}, locked(noon, 0), tx)
	if a.Verdict != Answered {
		c.t.Fatalf("%+v", a)
	}
	h, _ = refclock.ParsePacket(out[:])
	return a, h
}

func newAsker(t *testing.T) *asker {
	return &asker{t: t, from: client, table: NewExchanges(18, maphash.MakeSeed()) /* no two share a place */, receive: 0x1234}
}

const ownTransmit = 0xfeedfacecafebeef // of every request

func TestAnInterleavedAnswerTellsWhenTheOneBeforeLeft(t *testing.T) {
	c, s := newAsker(t), locked(noon, 0)
	a, first := c.ask(noon, after(noon, 1000))
	if a.Interleaved || a.Exchange != 0 || first.Origin != ownTransmit {
		t.Fatalf("first: %+v %+v", a, first)
	}
	c.origin = first.Receive
	a, second := c.ask(noon+1e9, after(noon, time.Second+1000))
	if !a.Interleaved || second.Origin != 0x1234 || second.Transmit != first.Transmit {
		t.Fatalf("second: %+v %+v", a, second)
	}
	if a.Exchange == 0 {
		t.Fatal("no one asks when the second leaves")
	}
	left := noon + 1e9 + 5000
	c.table.Sent(a.Exchange, left, s)
	c.origin = second.Receive
	if a, third := c.ask(noon+2e9, after(noon, 2*time.Second)); !a.Interleaved || third.Transmit != transmitStamp(s, left) {
		t.Errorf("third: %+v %+v", a, third)
	}
}

func TestNobodyLearnsWhenAnswersToOthersLeft(t *testing.T) {
	for _, other := range []string{"192.0.2.8:123", "[2001:db8::1]:123", "[fe80::1%eth0]:123"} {
		c := newAsker(t)
		_, first := c.ask(noon, after(noon, 0))
		probe := *c
		probe.from = netip.MustParseAddrPort(other)
		probe.origin = first.Receive
		if a, h := probe.ask(noon+1e9, after(noon, time.Second)); a.Interleaved || h.Origin != ownTransmit {
			t.Errorf("%s: %+v", other, h)
		}
		c.origin = first.Receive
		if a, _ := c.ask(noon+2e9, after(noon, 2*time.Second)); !a.Interleaved {
			t.Errorf("%s took the place of another", other)
		}
	}
}

func TestAClientMayChangeItsPort(t *testing.T) {
	c := newAsker(t)
	_, first := c.ask(noon, after(noon, 0))
	c.origin, c.from = first.Receive, netip.AddrPortFrom(client.Addr(), 40123)
	if a, _ := c.ask(noon+1e9, after(noon, time.Second)); !a.Interleaved {
		t.Error("basic mode")
	}
}

// RFC 9769, section 2.
func TestAReceiveTimestampIsGoodForOneInterleavedAnswer(t *testing.T) {
	c := newAsker(t)
	_, first := c.ask(noon, after(noon, 0))
	c.origin = first.Receive
	c.ask(noon+1e9, after(noon, time.Second))
	if a, h := c.ask(noon+2e9, after(noon, 2*time.Second)); a.Interleaved || h.Origin != ownTransmit {
		t.Errorf("replayed: %+v", h)
	}
}

func TestRequestsThatDoNotAskForItGetTheBasicMode(t *testing.T) {
	c := newAsker(t)
	_, first := c.ask(noon, after(noon, 0))
	for _, q := range []struct {
		name            string
		origin, receive refclock.Timestamp
	}{
		{"as RFC 5905 says", first.Transmit, 0x1234},
		{"nothing but a transmit timestamp", 0, 0},
		{"receive is transmit", first.Receive, ownTransmit},
		{"another origin", first.Receive + 2, 0x1234},
		{"all ones", 1<<64 - 1, 1<<64 - 1},
	} {
		c.origin, c.receive = q.origin, q.receive
		if a, h := c.ask(noon+1e9, after(noon, time.Second)); a.Interleaved || h.Origin != ownTransmit {
			t.Errorf("%s: %+v", q.name, h)
		}
	}
}

func TestTwoAnswersOfOneMomentHaveDifferentReceiveTimestamps(t *testing.T) {
	c := newAsker(t)
	_, first := c.ask(noon, after(noon, 0))
	if _, second := c.ask(noon, after(noon, 0)); first.Receive == second.Receive || second.Receive > second.Transmit {
		t.Errorf("%x, %x", first.Receive, second.Receive)
	}
}

func TestACrowdTakesNoPlaceFromAClientThatInterleaves(t *testing.T) {
	for name, origin := range map[string]func(j int) refclock.Timestamp{
		"in basic mode":                  func(int) refclock.Timestamp { return 0 },
		"that only claims to interleave": func(j int) refclock.Timestamp { return refclock.Timestamp(2 + 2*j) },
	} {
		c := newAsker(t)
		c.table = NewExchanges(4, maphash.MakeSeed())
		_, h := c.ask(noon, after(noon, 0))
		for i := range 50 {
			now := after(noon, time.Duration(i+1)*time.Second)
			c.origin = h.Receive
			var a Answer
			if a, h = c.ask(now.Time, now); i > 0 && !a.Interleaved {
				t.Fatalf("a crowd %s: basic mode at %d", name, i)
			}
			crowd := *c
			for j := range 100 {
				crowd.origin = origin(j)
				crowd.from = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, byte(j)}), 123)
				crowd.ask(now.Time+500, after(noon, now.Time.Sub(noon)+600))
			}
		}
	}
}

func TestAClientThatIsGoneKeepsItsPlaceForAnHourAndNoLonger(t *testing.T) {
	c := newAsker(t)
	c.table = NewExchanges(0, maphash.MakeSeed()) // one place
	_, h := c.ask(noon, after(noon, 0))
	c.origin = h.Receive
	if a, _ := c.ask(noon+1e9, after(noon, time.Second)); !a.Interleaved {
		t.Fatal("basic mode")
	}
	for later, want := range map[time.Duration]bool{time.Hour: false, unclaimed*time.Second + 2*time.Second: true} {
		other := *c
		other.table = &Exchanges{c.table.seed, slices.Clone(c.table.slots)}
		other.from = netip.AddrPortFrom(netip.AddrFrom4([4]byte{10, 0, 0, 1}), 123)
		other.origin = 0
		now := after(noon, later)
		_, h := other.ask(now.Time, now)
		now = after(noon, later+time.Second)
		other.origin = h.Receive
		if a, _ := other.ask(now.Time, now); a.Interleaved != want {
			t.Errorf("after %v another has the place: %v", later, a.Interleaved)
		}
	}
}

func TestATokenThatIsGoneDisturbsNobody(t *testing.T) {
	c := newAsker(t)
	for _, token := range []Token{0, 1, 1<<64 - 1} {
		c.table.Sent(token, noon, locked(noon, 0))
	}
	for _, x := range c.table.slots {
		if x != (exchange{}) {
			t.Fatalf("%+v", x)
		}
	}
}

func TestAnInterleavedAnswerAllocatesNothing(t *testing.T) {
	c, s := newAsker(t), locked(noon, 0)
	out, q := make([]byte, MaxAnswer), request(4, 3)
	q[refclock.ReceiveAt] = 1
	n := testing.AllocsPerRun(1000, func() {
		a := responder.Respond(out, Request{Packet: q, From: c.from, Received: noon, Exchanges: c.table}, s, after(noon, 0))
		copy(q[refclock.OriginAt:], out[refclock.ReceiveAt:][:8])
		c.table.Sent(a.Exchange, noon, s)
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkInterleaved(b *testing.B) {
	s, table := locked(noon, 0), NewExchanges(12, maphash.MakeSeed())
	out, q := make([]byte, MaxAnswer), request(4, 3)
	q[refclock.ReceiveAt] = 1
	b.ReportAllocs()
	for b.Loop() {
		a := responder.Respond(out, Request{Packet: q, From: client, Received: noon, Exchanges: table}, s, after(noon, 0))
		copy(q[refclock.OriginAt:], out[refclock.ReceiveAt:][:8])
		table.Sent(a.Exchange, noon, s)
	}
}
