package web

import (
	"net"
	"net/netip"
	"sync"
)

// netBits is the prefix of IPv6, in bits, that one client may have to itself.
const netBits = 64

// crowd counts the connections, all of them and those of each client.
type crowd struct {
	mu   sync.Mutex
	all  int
	here map[netip.Addr]int
}

func newCrowd() *crowd { return &crowd{here: map[netip.Addr]int{}} }

// enter counts a connection, unless there are too many.
func (c *crowd) enter(from netip.Addr) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.all == connections || c.here[from] == fromOne {
		return false
	}
	c.all++
	c.here[from]++
	return true
}

func (c *crowd) leave(from netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.all--
	if c.here[from]--; c.here[from] == 0 {
		delete(c.here, from)
	}
}

// who is the client at a, as it is counted.
func who(a string) netip.Addr {
	at, err := netip.ParseAddrPort(a)
	if err != nil {
		return netip.Addr{} // no TCP: all are one
	}
	from := at.Addr().Unmap()
	if from.Is4() {
		return from
	}
	return netip.PrefixFrom(from.WithZone(""), netBits).Masked().Addr()
}

// counted accepts whom the crowd has room for, and shuts the door to others.
type counted struct {
	net.Listener
	crowd *crowd
}

// Accept implements net.Listener.
func (l *counted) Accept() (net.Conn, error) {
	for {
		conn, err := l.Listener.Accept()
		if err != nil {
			return nil, err
		}
		from := who(conn.RemoteAddr().String())
		if l.crowd.enter(from) {
			return &guest{Conn: conn, left: sync.OnceFunc(func() { l.crowd.leave(from) })}, nil
		}
		conn.Close()
	}
}

// guest is a connection that leaves the crowd when it is closed.
type guest struct {
	net.Conn
	left func()
}

// Close implements net.Conn.
func (g *guest) Close() error {
	g.left()
	return g.Conn.Close()
}
