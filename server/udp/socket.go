package udp

import (
	"net"
	"sync/atomic"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

const (
	longestRequest = 2048 // bytes; one that does not fit in an Ethernet frame is no request
	controlSize    = 128  // bytes: a time stamp and a destination, with their headers
)

// socket is one bound socket with all that its worker needs.
type socket struct {
	conn      *net.UDPConn
	family    family
	request   []byte
	control   []byte
	answer    []byte
	verdicts  [ntp.Verdicts]atomic.Uint64
	unstamped atomic.Uint64
}

func newSocket(conn *net.UDPConn, f family) *socket {
	return &socket{
		conn:    conn,
		family:  f,
		request: make([]byte, longestRequest),
		control: make([]byte, controlSize),
		answer:  make([]byte, ntp.MaxAnswer),
	}
}

// serve answers until the socket is closed or fails.
func (k *socket) serve(s *Server) error {
	for {
		v, err := k.one(s)
		if err != nil {
			return err // net names the call and the address
		}
		k.verdicts[v].Add(1)
	}
}

// one waits for one packet and answers it.
func (k *socket) one(s *Server) (ntp.Verdict, error) {
	n, controls, flags, client, err := k.conn.ReadMsgUDPAddrPort(k.request, k.control)
	if err != nil {
		return 0, err
	}
	stamp, source := k.family.arrival(k.control[:controls])
	var rx hw.Time
	if stamp != 0 {
		rx = s.clock.FromKernel(stamp)
	} else {
		k.unstamped.Add(1)
		rx = s.clock.Read().Time
	}
	switch {
	case client.Port() == 0:
		return ntp.BadSource, nil
	case flags&unix.MSG_TRUNC != 0:
		return ntp.Malformed, nil
	}
	// The snapshot is younger than the request, and the reading as young as can be.
	q := ntp.Request{Packet: k.request[:n], From: client, Received: rx}
	a := s.responder.Respond(k.answer, q, s.latest.Load(), s.clock.Read())
	if a.Size == 0 {
		return a.Verdict, nil
	}
	if _, _, err := k.conn.WriteMsgUDPAddrPort(k.answer[:a.Size], source, client); err != nil {
		return ntp.SendFailed, nil
	}
	return a.Verdict, nil
}

// Counters is what one socket has counted.
type Counters struct {
	Listen    string // its address
	Requests  uint64
	Answers   uint64
	Dropped   uint64
	Unstamped uint64               // requests whose time of arrival the kernel did not tell
	Verdicts  [ntp.Verdicts]uint64 // by ntp.Verdict
}

func (k *socket) counters() Counters {
	c := Counters{Listen: k.conn.LocalAddr().String(), Unstamped: k.unstamped.Load()}
	for v := range k.verdicts {
		n := k.verdicts[v].Load()
		c.Verdicts[v] = n
		c.Requests += n
		if ntp.Verdict(v).Sent() {
			c.Answers += n
		}
	}
	c.Dropped = c.Requests - c.Answers
	return c
}
