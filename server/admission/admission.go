// Package admission limits who comes in by TCP: how many connections clients may hold and
// what they may cost, each of them and all together. It also keeps the certificate that
// they are shown.
package admission

import (
	"context"
	"net"
	"net/netip"
	"sync"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// Listen opens a socket on address. The kernel shows a connection when its first
// bytes have come, or about a second after it was opened.
func Listen(address string) (net.Listener, error) {
	config := net.ListenConfig{Control: func(_, _ string, c syscall.RawConn) error {
		// A kernel that cannot shows silent ones at once: they are cut off anyway.
		return c.Control(func(fd uintptr) { _ = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_DEFER_ACCEPT, 1) })
	}}
	return config.Listen(context.Background(), "tcp", address)
}

// Limits are what clients may have. A zero share is no limit.
type Limits struct {
	Connections int // at once, of all clients
	FromOne     int // of these from one client
	One, All    Share
}

// Share is a part of one processor: how much in the long run, and how much of its
// time at once, after a pause.
type Share struct {
	Part   float64
	AtOnce time.Duration
}

// Client is who is behind an address, as it is counted: of IPv6 the /64, which one
// client may have to itself.
func Client(a netip.Addr) netip.Addr {
	const bits = 64
	if a = a.Unmap().WithZone(""); a.Is4() || !a.IsValid() {
		return a
	}
	return netip.PrefixFrom(a, bits).Masked().Addr()
}

// Guard watches one or several listeners. Any number of goroutines may use it.
type Guard struct {
	Proxies []netip.Prefix // who connects for others: FromOne is not for them

	limits  Limits
	mu      sync.Mutex
	conns   map[*Conn]struct{}
	clients map[netip.Addr]*client
	paid    time.Time // when what all have cost is paid off
}

// New returns a guard that has admitted no connection yet.
func New(l Limits) *Guard {
	return &Guard{limits: l, conns: map[*Conn]struct{}{}, clients: map[netip.Addr]*client{}}
}

// client is what is known of one.
type client struct {
	here int       // connections
	paid time.Time // when what it has cost is paid off, at the pace of its share
}

// mostClients is how many clients are known at most. Of more those are forgotten that
// have no connection; their share of all is not.
const mostClients = 4096

// client returns what is known of a client.
func (g *Guard) client(from netip.Addr, now time.Time) *client {
	c := g.clients[from]
	if c == nil {
		g.tidy(now)
		c = new(client)
		g.clients[from] = c
	}
	return c
}

// tidy makes room for one more.
func (g *Guard) tidy(now time.Time) {
	if len(g.clients) < mostClients {
		return
	}
	for from, c := range g.clients {
		if c.here == 0 && !c.paid.After(now) {
			delete(g.clients, from)
		}
	}
	for from, c := range g.clients { // in random order
		if len(g.clients) < mostClients {
			return
		}
		if c.here == 0 {
			delete(g.clients, from)
		}
	}
}

// Reserve charges a client what something is to cost, and returns when it may begin: at
// the earliest moment at which what it and all have cost before is within their shares.
// Where that is more than longest away, nothing is charged and ok is false.
func (g *Guard) Reserve(from netip.Addr, now time.Time, cost, longest time.Duration) (wait time.Duration, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	from = Client(from)
	wait = g.limits.All.wait(g.paid, now)
	if c := g.clients[from]; c != nil {
		wait = max(wait, g.limits.One.wait(c.paid, now))
	}
	if wait > longest {
		return wait, false
	}
	g.charge(from, now, cost)
	return wait, true
}

// Charge has a client pay for what it has cost.
func (g *Guard) Charge(from netip.Addr, now time.Time, cost time.Duration) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.charge(Client(from), now, cost)
}

func (g *Guard) charge(from netip.Addr, now time.Time, cost time.Duration) {
	c := g.client(from, now)
	c.paid = g.limits.One.charge(c.paid, now, cost)
	g.paid = g.limits.All.charge(g.paid, now, cost)
}

// wait is how long a debt that is paid off then keeps from making more.
func (s Share) wait(paid, now time.Time) time.Duration {
	if s.Part == 0 || !paid.After(now) {
		return 0
	}
	return max(paid.Sub(now)-s.lasts(s.AtOnce), 0)
}

// charge returns when the debt is paid off that was to be paid off then, and cost more.
func (s Share) charge(paid, now time.Time, cost time.Duration) time.Time {
	if s.Part == 0 {
		return time.Time{}
	}
	if paid.Before(now) {
		paid = now
	}
	return paid.Add(s.lasts(cost))
}

// lasts is how long it takes to pay for time of a processor.
func (s Share) lasts(d time.Duration) time.Duration { return time.Duration(float64(d) / s.Part) }
