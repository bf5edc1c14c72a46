// Package xdp has the kernel answer plain NTP requests by itself, at the driver
// or right behind it: from an entry that is renewed many times a second, with
// what server/ntp would answer. What is not plain, and whatever is not fine,
// goes on to the sockets.
package xdp

import (
	"cmp"
	"context"
	"crypto/rand"
	"encoding/binary"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/discipline"
	"gpsntpd/hw"
	"gpsntpd/server/ntp"
)

const (
	// An entry says more than it must as it gets older, and what someone does
	// to the rate of the kernel's clock is noticed when it is renewed.
	renewEvery = 10 * time.Millisecond
	// Interfaces come and go, and so do their addresses.
	lookEvery = 5 * time.Second
)

// Options is what is answered, and where.
type Options struct {
	Listen    []netip.AddrPort // where the sockets are that hear what goes on
	Interface string           // the only one; "": all that have one of these addresses
	DSCP      int              // of the answers
	Policy    *atomic.Pointer[ntp.Policy]
	Clock     hw.Clock // what is served …
	Steered   bool     // … is the kernel's own clock
	Latest    *discipline.Latest
	Responder *ntp.Responder
	Report    func(Condition) // told of each change; by one goroutine at a time
}

// State is a word for what there is.
type State string

// The states.
const (
	Off     State = "off"
	Native  State = "xdp"         // the driver runs the program
	Generic State = "xdp_generic" // the kernel runs it behind the driver, on one interface at least
	Failed  State = "failed"      // only the sockets answer
)

// Condition is what there is, and why not more. The zero value is Off.
type Condition struct {
	State  State
	Reason string // "": nothing is amiss
}

// Server is a program in the kernel with the tables that it answers from.
type Server struct {
	Options
	clocks    clocks
	kernel    program
	secret    [2]uint64
	condition atomic.Pointer[Condition]

	mu      sync.Mutex // guards what follows
	pace    pace
	preview preview
	slot    uint32
	current *ntp.Policy // what the kernel has; nil: nothing is answered until it has another
	paused  time.Time   // since when
	own     []netip.Addr

	attached map[int]attachment // by number of the interface; Run's alone
	placed   map[place]hearer   // the same
}

// Open puts the program into the kernel, and on the interfaces. A server whose
// condition is Failed is none to be ashamed of: the sockets answer.
func Open(o Options) *Server {
	s := &Server{Options: o, clocks: now, preview: preview{responder: o.Responder}, attached: map[int]attachment{}, placed: map[place]hearer{}}
	s.condition.Store(&Condition{State: Off})
	var secret [16]byte
	rand.Read(secret[:]) // never fails
	s.secret = [2]uint64{binary.NativeEndian.Uint64(secret[:]), binary.NativeEndian.Uint64(secret[8:])}
	if err := s.kernel.load(len(o.Listen)); err != nil {
		s.become(Condition{Failed, err.Error()})
		return s
	}
	s.look()
	return s
}

// Condition returns what there is. A nil server is off.
func (s *Server) Condition() Condition {
	if s == nil {
		return Condition{State: Off}
	}
	return *s.condition.Load()
}

func (s *Server) become(c Condition) {
	if was := s.condition.Swap(&c); *was != c && s.Report != nil {
		s.Report(c)
	}
}

// Loaded reports whether the program is in the kernel; without it there is nothing to run.
func (s *Server) Loaded() bool { return s != nil && s.kernel.loaded() }

// Run renews what is answered until ctx ends, and takes the program out of the
// kernel.
func (s *Server) Run(ctx context.Context) error {
	defer s.Close()
	renew, look := time.NewTicker(renewEvery), time.NewTicker(lookEvery)
	defer renew.Stop()
	defer look.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-look.C:
			s.look()
		case <-renew.C:
			s.follow()
			s.Renew()
		}
	}
}

// Close takes the program out of the kernel, once; for a server that is not to
// run. Run does it itself.
func (s *Server) Close() {
	if s == nil {
		return
	}
	for _, a := range s.attached {
		unix.Close(a.link)
	}
	clear(s.attached)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.kernel.close()
}

// Renew puts the newest snapshot in force. It is for when there is one, and
// waits for no one for longer than a system call.
func (s *Server) Renew() {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.kernel.loaded() {
		return
	}
	if s.current == nil {
		s.publish(&entry{})
		return
	}
	if e, ok := s.entry(s.Latest.Load()); ok {
		s.publish(&e)
	}
}

// publish puts e in force. Who still reads the entry before it may do so for
// long: its place is taken only after all the others.
func (s *Server) publish(e *entry) {
	s.slot = (s.slot + 1) % slots
	if cmp.Or(s.kernel.entries.put(s.slot, *e), s.kernel.newest.put(0, s.slot)) != nil {
		s.current = nil // and what there is expires soon
	}
}

// pause has nothing answered until the access list is written anew.
func (s *Server) pause() {
	if s.current != nil {
		s.current, s.paused = nil, time.Now()
		s.publish(&entry{})
	}
}

// follow has the kernel take another policy: first nothing is answered, and once
// no one can be reading the access list any more, it is written anew.
func (s *Server) follow() {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch newest := s.Policy.Load(); {
	case s.current == newest:
	case s.current != nil:
		s.pause()
	case time.Since(s.paused) >= renewEvery/2 && s.kernel.admit(&newest.Access, s.own) == nil:
		s.current = newest
	}
}
