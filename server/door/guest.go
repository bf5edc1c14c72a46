package door

import (
	"net"
	"net/netip"
	"time"
)

// Guest is a connection that was let in. It is idle, and has to make room for another
// if need be, until Busy says otherwise.
type Guest struct {
	net.Conn
	From  netip.Addr
	guard *Guard
	busy  bool
	since time.Time // when it became idle
	left  bool
}

// Admit lets a connection in. Where there is no room, of the client or of all, that
// which was idle for longest is closed for it; where none is idle, ok is false.
func (g *Guard) Admit(conn net.Conn, now time.Time) (guest *Guest, ok bool) {
	from := address(conn)
	guest = &Guest{Conn: conn, From: from, guard: g, since: now}
	g.mu.Lock()
	c := g.client(Client(from), now)
	var gone *Guest
	ok = true
	switch {
	case c.here >= g.limits.FromOne && !g.Proxy(from):
		gone, ok = g.idlest(Client(from))
	case len(g.guests) >= g.limits.Connections:
		gone, ok = g.idlest(netip.Addr{})
	}
	if ok {
		if gone != nil {
			g.leave(gone)
		}
		g.guests[guest] = struct{}{}
		c.here++
	}
	g.mu.Unlock()
	if gone != nil {
		gone.Close()
	}
	return guest, ok
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
func (g *Guard) idlest(of netip.Addr) (found *Guest, ok bool) {
	for guest := range g.guests {
		if guest.busy || of.IsValid() && Client(guest.From) != of {
			continue
		}
		if found == nil || guest.since.Before(found.since) {
			found = guest
		}
	}
	return found, found != nil
}

// leave forgets a guest; a second time it does nothing.
func (g *Guard) leave(guest *Guest) {
	if guest.left {
		return
	}
	guest.left = true
	delete(g.guests, guest)
	g.known[Client(guest.From)].here--
}

// Busy keeps the connection open.
func (g *Guest) Busy() { g.is(true, time.Time{}) }

// Idle lets it be closed for another, if it is so for longer than others.
func (g *Guest) Idle(now time.Time) { g.is(false, now) }

func (g *Guest) is(busy bool, since time.Time) {
	g.guard.mu.Lock()
	defer g.guard.mu.Unlock()
	g.busy, g.since = busy, since
}

// Close implements net.Conn.
func (g *Guest) Close() error {
	g.guard.mu.Lock()
	g.guard.leave(g)
	g.guard.mu.Unlock()
	return g.Conn.Close()
}

// mostDebt is how deep in debt somebody may be and still be let in, to be told so.
const mostDebt = 2 * time.Second

// Listener accepts whom a guard lets in, and shuts the door to others.
type Listener struct {
	net.Listener
	Guard *Guard
	Cost  time.Duration // of letting somebody in, whatever he asks
}

// Accept implements net.Listener.
func (l Listener) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		if guest, ok := l.admit(conn, time.Now()); ok {
			return guest, nil
		}
		conn.Close()
	}
}

func (l Listener) admit(conn net.Conn, now time.Time) (guest *Guest, ok bool) {
	if from := address(conn); l.Cost > 0 && !l.Guard.Proxy(from) {
		if _, ok := l.Guard.Reserve(from, now, l.Cost, mostDebt); !ok {
			return nil, false
		}
	}
	return l.Guard.Admit(conn, now)
}
