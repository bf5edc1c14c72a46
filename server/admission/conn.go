package admission

import (
	"net"
	"net/netip"
	"time"
)

// Conn is a connection that was admitted. It is idle, and has to make room for another
// if need be, until Busy says otherwise.
type Conn struct {
	net.Conn
	From  netip.Addr
	guard *Guard
	busy  bool
	since time.Time // when it became idle
	left  bool
}

// Admit admits a connection. Where there is no room, of the client or of all, that
// which was idle for longest is closed for it; where none is idle, ok is false.
func (g *Guard) Admit(conn net.Conn, now time.Time) (admitted *Conn, ok bool) {
	from := address(conn)
	admitted = &Conn{Conn: conn, From: from, guard: g, since: now}
	g.mu.Lock()
	c := g.client(Client(from), now)
	var gone *Conn
	ok = true
	switch {
	case c.here >= g.limits.FromOne && !g.Proxy(from):
		gone, ok = g.idlest(Client(from))
	case len(g.conns) >= g.limits.Connections:
		gone, ok = g.idlest(netip.Addr{})
	}
	if ok {
		if gone != nil {
			g.leave(gone)
		}
		g.conns[admitted] = struct{}{}
		c.here++
	}
	g.mu.Unlock()
	if gone != nil {
		gone.Close()
	}
	return admitted, ok
}

// address is where a connection comes from; the zero value, which all such share,
// where that has no IP.
func address(conn net.Conn) netip.Addr {
	at, err := netip.ParseAddrPort(conn.RemoteAddr().String())
	if err != nil {
		return netip.Addr{}
	}
	return at.Addr().Unmap()
}

// Proxy reports whether who connects from there does so for others.
func (g *Guard) Proxy(from netip.Addr) bool {
	for _, p := range g.Proxies {
		if p.Contains(from) {
			return true
		}
	}
	return false
}

// idlest finds who is idle for longest, of a client's connections or of all.
func (g *Guard) idlest(of netip.Addr) (found *Conn, ok bool) {
	for c := range g.conns {
		if c.busy || of.IsValid() && Client(c.From) != of {
			continue
		}
		if found == nil || c.since.Before(found.since) {
			found = c
		}
	}
	return found, found != nil
}

// leave forgets a connection; a second time it does nothing.
func (g *Guard) leave(c *Conn) {
	if c.left {
		return
	}
	c.left = true
	delete(g.conns, c)
	g.clients[Client(c.From)].here--
}

// Busy keeps the connection open.
func (g *Conn) Busy() { g.is(true, time.Time{}) }

// Idle lets it be closed for another, if it is so for longer than others.
func (g *Conn) Idle(now time.Time) { g.is(false, now) }

func (g *Conn) is(busy bool, since time.Time) {
	g.guard.mu.Lock()
	defer g.guard.mu.Unlock()
	g.busy, g.since = busy, since
}

// Close implements net.Conn.
func (g *Conn) Close() error {
	g.guard.mu.Lock()
	g.guard.leave(g)
	g.guard.mu.Unlock()
	return g.Conn.Close()
}

// mostDebt is how deep in debt a client may be and still be admitted, to be told so.
const mostDebt = 2 * time.Second

// Listener accepts the connections that a guard admits, and closes others.
type Listener struct {
	net.Listener
	Guard *Guard
	Cost  time.Duration // of admitting a connection, whatever it asks
}

// Accept implements net.Listener.
func (l Listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if admitted, ok := l.admit(conn, time.Now()); ok {
			return admitted, nil
		}
		conn.Close()
	}
}

func (l Listener) admit(conn net.Conn, now time.Time) (admitted *Conn, ok bool) {
	if from := address(conn); l.Cost > 0 && !l.Guard.Proxy(from) {
		if _, ok := l.Guard.Reserve(from, now, l.Cost, mostDebt); !ok {
			return nil, false
		}
	}
	return l.Guard.Admit(conn, now)
}
