// Package udp answers NTP requests on UDP sockets: for each address as many
// workers as there are processors, if the kernel can spread clients over them, each on a socket of its own, with its own
// buffers, tables and counters, and nothing shared but the newest snapshot.
package udp

import (
	"context"
	"errors"
	"os"
	"sync"
	"sync/atomic"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/mmsg"
	"gpsntpd/server/ntp"
	"gpsntpd/server/nts"
)

// Options is where and how to listen.
type Options struct {
	Addresses []string // IP:port; see Listen
	Interface string   // the only one to hear and to answer on; "": all
	DSCP      int      // of the answers
	Workers   int      // for each address; 0: as many as there are processors
	Broadcast Broadcast
	NICs      *atomic.Pointer[[]hw.NIC] // whose stamps may be used; nil: the kernel's alone
	Inherited []*os.File                // sockets that were opened for us; those for datagrams take the place of Addresses
	Policy    *atomic.Pointer[ntp.Policy]
	Rings     *atomic.Pointer[nts.Ring] // master keys of NTS; nil: there is none

	spread func(f *mmsg.Family, socket, count int) error // nil: the function spread; tests have theirs
}

// Server is a set of sockets that answer from the same clock.
type Server struct {
	clock     hw.Clock
	latest    *discipline.Latest
	responder *ntp.Responder
	workers   []*worker // those of one address one after the other
	caster    caster
	closed    sync.Once
}

// Listen opens sockets on all addresses or on none. An address is IP:port;
// without the IP it means all addresses of both families, and the name
// localhost means both loopback addresses. Of these pairs a family that the
// machine has not got is left out. Nothing is answered before Run.
func Listen(o Options, c hw.Clock, latest *discipline.Latest, r *ntp.Responder) (*Server, error) {
	s := &Server{clock: c, latest: latest, responder: r}
	err := s.open(o)
	if err == nil {
		err = s.caster.aim(o.Broadcast, s.workers)
	}
	if err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// open opens the sockets, or takes those that were opened for us. Some may be
// open also beside an error.
func (s *Server) open(o Options) (err error) {
	if s.workers, err = adoptAll(o); err != nil || len(s.workers) > 0 {
		return err
	}
	for _, address := range o.Addresses {
		opened, err := openAll(address, o)
		s.workers = append(s.workers, opened...)
		if err != nil {
			return err
		}
	}
	return nil
}

// Close closes the sockets; for a server that is not to run. Run does it
// itself.
func (s *Server) Close() {
	s.closed.Do(func() {
		for _, w := range s.workers {
			w.close()
		}
	})
}

// Run answers until ctx ends, then returns nil. When one socket fails, it ends
// the others and returns the error.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	ctx, end := context.WithCancel(ctx)
	silent := make(chan struct{})
	go func() {
		defer close(silent)
		s.broadcast(ctx)
	}()
	defer func() {
		end()
		<-silent
	}()
	ended := make(chan error)
	for _, w := range s.workers {
		go func() { ended <- w.serve(s) }()
	}
	running := len(s.workers)
	var failures []error
	select {
	case <-ctx.Done():
	case err := <-ended: // never, without a socket
		failures = append(failures, err)
		running--
	}
	for _, w := range s.workers {
		w.end()
	}
	for range running {
		failures = append(failures, <-ended)
	}
	return errors.Join(failures...)
}
