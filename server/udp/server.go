// Package udp answers NTP requests on UDP sockets: one worker per socket, with
// its own buffers and counters, the kernel's receive time, and nothing shared
// but the newest snapshot.
package udp

import (
	"context"
	"errors"
	"net"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

// Server is a set of sockets that answer from the same clock.
type Server struct {
	clock     hw.Clock
	latest    *discipline.Latest
	responder *ntp.Responder
	sockets   []*socket
}

// Listen opens sockets on all addresses or on none. An address is IP:port;
// without the IP it means all addresses of both families, and the name
// localhost means both loopback addresses. Of these pairs a family that the
// machine has not got is left out. Nothing is answered before Run.
func Listen(addresses []string, c hw.Clock, latest *discipline.Latest, r *ntp.Responder) (*Server, error) {
	s := &Server{clock: c, latest: latest, responder: r}
	for _, address := range addresses {
		opened, err := open(address)
		s.sockets = append(s.sockets, opened...)
		if err != nil {
			s.Close()
			return nil, err
		}
	}
	return s, nil
}

// Close closes the sockets; for a server that is not to run. Run does it
// itself.
func (s *Server) Close() {
	for _, k := range s.sockets {
		k.conn.Close()
	}
}

// Run answers until ctx ends, then returns nil. When one socket fails, it ends
// the others and returns the error.
func (s *Server) Run(ctx context.Context) error {
	ctx, end := context.WithCancel(ctx)
	defer end()
	defer context.AfterFunc(ctx, s.Close)()
	ended := make(chan error)
	for _, k := range s.sockets {
		go func() { ended <- k.serve(s) }()
	}
	var failures []error
	for range s.sockets {
		if err := <-ended; !errors.Is(err, net.ErrClosed) {
			failures = append(failures, err)
		}
		end()
	}
	<-ctx.Done() // without a socket there is nothing to do until then
	return errors.Join(failures...)
}

// Counters returns what every socket has counted so far.
func (s *Server) Counters() []Counters {
	all := make([]Counters, len(s.sockets))
	for i, k := range s.sockets {
		all[i] = k.counters()
	}
	return all
}
