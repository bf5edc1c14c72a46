package admission

import (
	"net"
	"net/netip"
	"testing"
	"time"
)

var start = time.Date(2026, 12, 1, 0, 0, 0, 0, time.UTC)

// line is a connection from somewhere that reports whether it was closed.
type line struct {
	net.Conn
	from   netip.Addr
	closed bool
}

func (l *line) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(netip.AddrPortFrom(l.from, 5)) }
func (l *line) Close() error         { l.closed = true; return nil }

func from(a string) *line { return &line{from: netip.MustParseAddr(a)} }

func TestAClientIsAnAddressOrANetworkOfIPv6(t *testing.T) {
	for a, want := range map[string]string{
		"192.0.2.1": "192.0.2.1", "::ffff:192.0.2.1": "192.0.2.1", "fe80::1%eth0": "fe80::",
		"2001:db8:1:2:3:4:5:6": "2001:db8:1:2::",
	} {
		if got := Client(netip.MustParseAddr(a)); got != netip.MustParseAddr(want) {
			t.Errorf("%s: %s", a, got)
		}
	}
}

func TestTheIdlestMakesRoomAndWhoIsBusyStays(t *testing.T) {
	g := New(Limits{Connections: 3, FromOne: 3})
	lines := []*line{from("192.0.2.1"), from("192.0.2.2"), from("192.0.2.3"), from("192.0.2.4"), from("192.0.2.5"), from("192.0.2.6")}
	var conns []*Conn
	for i, l := range lines[:3] {
		admitted, ok := g.Admit(l, start.Add(time.Duration(i)*time.Second))
		if !ok {
			t.Fatal("refused too early")
		}
		conns = append(conns, admitted)
	}
	conns[0].Busy()
	if _, ok := g.Admit(lines[3], start.Add(time.Minute)); !ok || lines[0].closed || !lines[1].closed || lines[2].closed {
		t.Error(ok, lines[0].closed, lines[1].closed, lines[2].closed)
	}
	conns[0].Idle(start.Add(time.Hour))
	conns[2].Busy()
	last, ok := g.Admit(lines[4], start.Add(time.Hour))
	if !ok || !lines[3].closed || lines[0].closed {
		t.Error("another than the idlest is closed")
	}
	last.Busy()
	conns[0].Busy()
	if _, ok := g.Admit(lines[5], start.Add(time.Hour)); ok {
		t.Error("let in although all are busy")
	}
	last.Close()
	last.Close()
	if _, ok := g.Admit(lines[5], start.Add(time.Hour)); !ok || len(g.conns) != 3 {
		t.Error("not let in although one has left", len(g.conns))
	}
}

func TestOneClientHasNoMoreThanItsConnections(t *testing.T) {
	g := New(Limits{Connections: 10, FromOne: 2})
	g.Proxies = []netip.Prefix{netip.MustParsePrefix("198.51.100.0/24")}
	stranger, first, second, third := from("192.0.2.1"), from("2001:db8::1"), from("2001:db8::2"), from("2001:db8::3")
	for i, l := range []*line{stranger, first, second, third} {
		admitted, ok := g.Admit(l, start.Add(time.Duration(i)))
		if !ok {
			t.Fatal("refused")
		}
		if l != first {
			admitted.Busy()
		}
	}
	if !first.closed || stranger.closed {
		t.Error("it is not its own connection that makes room")
	}
	if _, ok := g.Admit(from("2001:db8::4"), start); ok {
		t.Error("more than it may have")
	}
	for range 5 {
		if _, ok := g.Admit(from("198.51.100.1"), start); !ok {
			t.Error("a proxy is one client")
		}
	}
}

func TestWhoHasCostTooMuchWaitsAndOthersDoNot(t *testing.T) {
	one, other := netip.MustParseAddr("2001:db8::1"), netip.MustParseAddr("192.0.2.1")
	g := New(Limits{One: Share{Part: 0.1, AtOnce: time.Second}, All: Share{Part: 0.2, AtOnce: 3 * time.Second}})
	waits := func(from netip.Addr, now time.Time, want time.Duration) {
		t.Helper()
		if w, ok := g.Reserve(from, now, 0, time.Minute); w != want || !ok {
			t.Errorf("it waits for %v", w)
		}
	}
	waits(one, start, 0)
	g.Charge(one, start, time.Second)
	waits(one, start, 0)
	g.Charge(one, start, 10*time.Millisecond)
	waits(one.Next(), start, 100*time.Millisecond) // its neighbour in the /64
	waits(other, start, 0)
	if _, ok := g.Reserve(one, start, time.Hour, 99*time.Millisecond); ok {
		t.Error("it is let in before its time")
	}
	waits(one, start.Add(100*time.Millisecond), 0)
	g.Reserve(one, start, time.Second, time.Minute) // who waits behind it waits for longer
	waits(one, start, 10100*time.Millisecond)
	g.Charge(other, start.Add(time.Hour), 4*time.Second)
	waits(netip.MustParseAddr("192.0.2.9"), start.Add(time.Hour), 5*time.Second) // all have had theirs
}

func TestClientsThatAreMadeUpTakeNoMemory(t *testing.T) {
	g := New(Limits{Connections: 10, FromOne: 2, One: Share{Part: 0.1, AtOnce: time.Second}})
	if _, ok := g.Admit(from("192.0.2.1"), start); !ok {
		t.Fatal("refused")
	}
	for i := range 10 * mostClients {
		g.Charge(netip.AddrFrom4([4]byte{10, byte(i >> 16), byte(i >> 8), byte(i)}), start, time.Hour)
	}
	if len(g.clients) > mostClients || g.clients[netip.MustParseAddr("192.0.2.1")] == nil {
		t.Error(len(g.clients), "are known, or one is not who is here")
	}
}
