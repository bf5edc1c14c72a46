// Package peer is the sockets of the NTP client: names of servers, requests and
// answers, and when they left and came by the raw clock.
package peer

import (
	"context"
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/hw"
)

// Sizes in bytes.
const (
	longest     = 2048 // datagram: one that does not fit into an Ethernet frame is none of ours
	controlSize = 256
)

// Socket is a UDP socket that is connected to one server: the kernel hands it what
// comes from that address and port, and nothing else. Its own port is random. It is for
// one goroutine.
type Socket struct {
	conn  *net.UDPConn
	raw   syscall.RawConn
	clock hw.Clock

	packet          [longest]byte
	control, queued [controlSize]byte
	number          uint32 // of the next request, as the kernel counts
	sent            hw.Raw // when the last one left; before it is stamped, when it was handed over
	stamped         bool
}

// Open returns a socket to a server, whose datagrams leave by the interface called
// device, "" for whichever the kernel takes.
func Open(ctx context.Context, to netip.AddrPort, device string, c hw.Clock) (*Socket, error) {
	d := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		var err error
		failed := raw.Control(func(fd uintptr) { err = adjust(int(fd), device) })
		if failed != nil {
			return failed
		}
		return err
	}}
	conn, err := d.DialContext(ctx, "udp", to.String())
	if err != nil {
		return nil, err
	}
	s := &Socket{conn: conn.(*net.UDPConn), clock: c}
	if s.raw, err = s.conn.SyscallConn(); err != nil {
		conn.Close()
		return nil, err
	}
	return s, nil
}

// adjust has the kernel stamp what leaves and comes; kernels before 5.1 do not know
// that, and the moments are then those of the system calls.
func adjust(socket int, device string) error {
	_ = unix.SetsockoptInt(socket, unix.SOL_SOCKET, unix.SO_TIMESTAMPING_NEW, hw.KernelStamps|unix.SOF_TIMESTAMPING_TX_SOFTWARE)
	if device == "" {
		return nil
	}
	return os.NewSyscallError("SO_BINDTODEVICE "+device, unix.BindToDevice(socket, device))
}

// Close closes the socket; whoever waits for an answer is woken.
func (s *Socket) Close() error { return s.conn.Close() }

// Send sends a request.
func (s *Socket) Send(request []byte) error {
	s.sent, s.stamped = s.clock.Read().Raw, false
	if _, err := s.conn.Write(request); err != nil {
		return err
	}
	s.number++
	s.departed() // mostly the stamp is there at once
	return nil
}

// departed looks for the stamp of the last request.
func (s *Socket) departed() {
	if s.stamped || s.number == 0 {
		return
	}
	_ = s.raw.Control(func(fd uintptr) {
		for range 8 { // what else is in the queue
			_, n, _, _, err := unix.Recvmsg(int(fd), nil, s.queued[:], unix.MSG_ERRQUEUE|unix.MSG_DONTWAIT)
			if err != nil {
				return
			}
			if t := hw.ReadStamps(s.queued[:n]); t.Left && t.Number == s.number-1 && t.Kernel != 0 {
				s.sent, s.stamped = s.placed(t.Kernel, s.sent), true
				return
			}
		}
	})
}

// placed returns what the raw clock showed when CLOCK_REALTIME showed t. That was not
// before earliest: else someone has set the clock since, and earliest is returned.
func (s *Socket) placed(t hw.Time, earliest hw.Raw) hw.Raw {
	now := s.clock.Read()
	at := now.Raw - hw.Raw(now.Time.Sub(s.clock.FromKernel(t)))
	if at < earliest || at > now.Raw {
		return earliest
	}
	return at
}

// Answer is a datagram that came.
type Answer struct {
	Packet     []byte // until the next call
	Sent, Came hw.Raw // when the request left and this one came
	Stamped    bool   // by the kernel, both
}

// Receive waits for a datagram for at most so long.
func (s *Socket) Receive(wait time.Duration) (Answer, error) {
	if err := s.conn.SetReadDeadline(time.Now().Add(wait)); err != nil {
		return Answer{}, err
	}
	n, controls, flags, _, err := s.conn.ReadMsgUDPAddrPort(s.packet[:], s.control[:])
	if err != nil {
		return Answer{}, err
	}
	came := s.clock.Read().Raw
	s.departed()
	a := Answer{Packet: s.packet[:n], Sent: s.sent, Came: came, Stamped: s.stamped}
	if flags&unix.MSG_TRUNC != 0 {
		a.Packet = nil // what is left of it is not what was sent
	}
	t := hw.ReadStamps(s.control[:controls]).Kernel
	at := s.placed(t, s.sent)
	if t == 0 || at == s.sent {
		a.Stamped = false
		return a, nil
	}
	a.Came = min(at, came)
	return a, nil
}
