package ke

import (
	"errors"
	"net"
	"net/netip"
	"sync"
)

// network is the prefix of IPv6, in bits, that one client may have to itself.
const network = 64

// crowd counts the connections of each client.
type crowd struct {
	mu   sync.Mutex
	here map[netip.Addr]int
}

// enter counts a connection, unless there are too many from there.
func (c *crowd) enter(from netip.Addr) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	from = who(from)
	if c.here[from] == fromOne {
		return false
	}
	c.here[from]++
	return true
}

func (c *crowd) leave(from netip.Addr) {
	c.mu.Lock()
	defer c.mu.Unlock()
	from = who(from)
	if c.here[from]--; c.here[from] == 0 {
		delete(c.here, from)
	}
}

// who is a client as it is counted.
func who(from netip.Addr) netip.Addr {
	if from.Is4() {
		return from
	}
	return netip.PrefixFrom(from, network).Masked().Addr()
}

var errBytes = errors.New("the client sends too much")

// metered is a connection from which so many bytes are read at most.
type metered struct {
	net.Conn
	left int
}

// Read implements io.Reader.
func (m *metered) Read(b []byte) (int, error) {
	if m.left == 0 {
		return 0, errBytes
	}
	n, err := m.Conn.Read(b[:min(len(b), m.left)])
	m.left -= n
	return n, err
}
