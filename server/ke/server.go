// Package ke is the listener of the NTS key exchange (RFC 8915, section 4): TLS
// 1.3 over TCP, on which a client gets its keys and its first cookies.
package ke

import (
	"bufio"
	"context"
	"crypto/rand"
	"crypto/tls"
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/server/admission"
	"gpsntpd/server/nts"
)

// Limits. A handshake costs a thousand times what an NTP answer does, so few are
// computed at a time, and who only holds a connection makes room for others.
const (
	connections     = 128 // of all addresses that are listened on
	fromOne         = 8   // of these from one client, or one network of IPv6
	atOnce          = 2   // for which something is computed
	greeting        = time.Second
	exchangeTimeout = 4 * time.Second
	mostBytes       = 16 << 10 // from the client, handshake included
	writeSpare      = 2048     // bytes: an answer with eight cookies has some 900

	// A handshake is reckoned at what it takes a small board. So one client may have 8
	// a second, and 64 at once: hosts that start together behind one address.
	cost   = 10 * time.Millisecond
	part   = 0.08
	inARow = 64 * cost
)

// protocol is the name for ALPN, label that of the exporter (RFC 8915, sections
// 7.2 and 7.3).
const (
	protocol = "ntske/1"
	label    = "EXPORTER-network-time-security"
)

// Options are what the server goes by.
type Options struct {
	Certificate *admission.Certificate
	Rings       *atomic.Pointer[nts.Ring]
	Ready       func() bool           // whether the date is known: without it neither side can judge certificates and keys
	Allows      func(netip.Addr) bool // who may ask
	Grant       nts.Grant
}

// Server answers on its sockets.
type Server struct {
	options                    Options
	listeners                  []net.Listener
	guard                      *admission.Guard
	turns                      turns
	exchanges, refused, failed atomic.Uint64
}

// Listen opens sockets on all addresses, IP:port or :port, or on none. Nothing
// is answered before Run.
func Listen(addresses []string, o Options) (*Server, error) {
	limits := admission.Limits{Connections: connections, FromOne: fromOne, One: admission.Share{Part: part, AtOnce: inARow}}
	s := &Server{options: o, guard: admission.New(limits), turns: make(turns, atOnce)}
	for range atOnce {
		s.turns <- nts.NewServer(o.Rings, rand.Reader)
	}
	for _, address := range addresses {
		l, err := admission.Listen(address)
		if err != nil {
			s.Close()
			return nil, err // net names the call and the address
		}
		s.listeners = append(s.listeners, l)
	}
	return s, nil
}

// Close closes the sockets; for a server that is not to run. Run does it
// itself.
func (s *Server) Close() {
	for _, l := range s.listeners {
		l.Close()
	}
}

// Run answers until ctx ends, then returns nil; or until a socket fails.
func (s *Server) Run(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(ctx, s.Close)()
	config := &tls.Config{
		MinVersion:             tls.VersionTLS13,
		NextProtos:             []string{protocol},
		GetCertificate:         s.options.Certificate.ForClient,
		SessionTicketsDisabled: true, // the next exchange is days away
	}
	ended := make(chan error)
	for _, l := range s.listeners {
		go func() { ended <- s.serve(ctx, l, config) }()
	}
	var failures []error
	for range s.listeners {
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			failures = append(failures, err)
		}
		end()
	}
	return errors.Join(failures...)
}

// again is how long to wait when there are no more file descriptors, or no memory.
const again = 100 * time.Millisecond

// serve answers clients until the listener is closed or fails, and ends when all have gone.
func (s *Server) serve(ctx context.Context, l net.Listener, config *tls.Config) error {
	var here sync.WaitGroup
	defer here.Wait()
	for {
		conn, err := l.Accept()
		switch {
		case err == nil:
			here.Go(func() { s.meet(ctx, conn, config) })
		case scarce(err):
			select {
			case <-ctx.Done():
			case <-time.After(again):
			}
		default:
			return err
		}
	}
}

// scarce reports whether an error passes by itself, as others give back what they have.
func scarce(err error) bool {
	for _, number := range []error{unix.EMFILE, unix.ENFILE, unix.ENOBUFS, unix.ENOMEM} {
		if errors.Is(err, number) {
			return true
		}
	}
	return false
}

// meet admits a client, or closes the connection.
func (s *Server) meet(ctx context.Context, conn net.Conn, config *tls.Config) {
	defer conn.Close()
	from := conn.RemoteAddr().(*net.TCPAddr).AddrPort().Addr().Unmap()
	if !s.options.Ready() || !s.options.Allows(from) {
		s.refused.Add(1)
		return
	}
	admitted, ok := s.guard.Admit(conn, time.Now())
	if !ok {
		s.refused.Add(1)
		return
	}
	defer admitted.Close()
	ctx, end := context.WithTimeout(ctx, exchangeTimeout)
	defer end()
	defer context.AfterFunc(ctx, func() { conn.Close() })()
	client := &clientConn{Conn: admitted, ctx: ctx, server: s, left: mostBytes}
	defer client.rest()
	err := admitted.SetReadDeadline(time.Now().Add(greeting))
	if err == nil {
		line := tls.Server(client, config)
		defer line.Close() // once it has been counted: who sees the end sees the count
		err = s.exchange(ctx, line, client)
	}
	switch {
	case err == nil:
		s.exchanges.Add(1)
	case errors.Is(err, errRate):
		s.refused.Add(1)
	default:
		s.failed.Add(1)
	}
}

var errProtocol = errors.New("the client does not name the protocol " + protocol)

// exchange is one key exchange. An error is the client's, or the line's.
func (s *Server) exchange(ctx context.Context, conn *tls.Conn, client *clientConn) error {
	if err := conn.HandshakeContext(ctx); err != nil {
		return err
	}
	state := conn.ConnectionState()
	if state.NegotiatedProtocol != protocol {
		return errProtocol
	}
	in := bufio.NewReader(conn)
	proposal, failure := nts.ReadProposal(in)
	if failure == nil && in.Buffered() > 0 { // the end is the last (RFC 8915, section 4.1.1)
		failure = nts.BadRequest
	}
	var keys nts.Keys
	answer := make([]byte, 0, writeSpare)
	if failure == nil {
		for i, context := range nts.Contexts() {
			secret, err := state.ExportKeyingMaterial(label, context, len(keys)/2)
			if err != nil {
				return err
			}
			copy(keys[i*len(keys)/2:], secret)
		}
		if err := client.work(); err != nil { // half an alert behind the proposal has cost us our turn
			return err
		}
		answer, failure = client.cookies.Append(answer, proposal, s.options.Grant, &keys)
	}
	if r, ok := errors.AsType[nts.Refusal](failure); ok {
		answer = r.Append(nil)
	} else if failure != nil {
		return failure
	}
	_, err := conn.Write(answer)
	return errors.Join(failure, err)
}

// Counters is what has been counted so far.
type Counters struct {
	Listen    []string // the addresses
	Exchanges uint64   // that ended well
	Refused   uint64   // connections that were not let in
	Failed    uint64   // exchanges that ended otherwise
}

// Counters returns what has been counted so far.
func (s *Server) Counters() Counters {
	c := Counters{Exchanges: s.exchanges.Load(), Refused: s.refused.Load(), Failed: s.failed.Load()}
	for _, l := range s.listeners {
		c.Listen = append(c.Listen, l.Addr().String())
	}
	return c
}
