package udp

import (
	"context"
	"fmt"
	"math/bits"
	"net"
	"net/netip"
	"slices"
	"sync/atomic"
	"time"

	"golang.org/x/sys/unix"

	"gpsntpd/server/ntp"
)

// Broadcast is what is sent without having been asked (mode 5), and to whom.
type Broadcast struct {
	To       []netip.AddrPort // IPv4 broadcast, multicast of either family; none: nothing is sent
	Interval time.Duration
	Key      uint32 // number of the symmetric key that it is signed with; 0: it is not
}

// caster sends broadcasts, from the sockets that answer: a client that asks back
// finds the server where they came from.
type caster struct {
	Broadcast
	targets      []target
	sent, failed atomic.Uint64
}

// target is a destination and the worker whose socket leads to it.
type target struct {
	to  unix.Sockaddr
	via *worker
}

// aim finds the sockets for b.
func (c *caster) aim(b Broadcast, workers []*worker) error {
	c.Broadcast = b
	for _, to := range b.To {
		address, err := socketAddress(to)
		if err != nil {
			return fmt.Errorf("broadcast to %s: %w", to, err)
		}
		from := sources(to.Addr(), workers)
		if len(from) == 0 {
			return fmt.Errorf("broadcast to %s: no address of this family is listened on", to)
		}
		for _, w := range from {
			if err := unix.SetsockoptInt(w.socket, unix.SOL_SOCKET, unix.SO_BROADCAST, 1); err != nil {
				return fmt.Errorf("broadcast to %s: SO_BROADCAST: %w", to, err)
			}
			c.targets = append(c.targets, target{address, w})
		}
	}
	return nil
}

// sources returns the workers to send from, one for each address: to a multicast
// group those of all addresses of the family, or else the one in the same network.
// One of loopback is only for want of others.
func sources(to netip.Addr, workers []*worker) (from []*worker) {
	var last string
	for _, w := range workers {
		at := w.at().Addr()
		if w.listen == last || at.Is4() != to.Is4() || at.Zone() != "" && to.Zone() != "" && at.Zone() != to.Zone() {
			continue
		}
		last = w.listen
		from = append(from, w)
	}
	loopback := func(w *worker) bool { return w.at().Addr().IsLoopback() }
	if outside := slices.DeleteFunc(slices.Clone(from), loopback); len(outside) > 0 && !to.IsLoopback() {
		from = outside
	}
	if to.IsMulticast() || len(from) < 2 {
		return from
	}
	near := slices.IndexFunc(from, func(w *worker) bool { return w.at().Addr().IsUnspecified() || sameNetwork(w.at().Addr(), to) })
	return from[max(near, 0):][:1]
}

// sameNetwork reports whether to lies in the network of our address at.
func sameNetwork(at, to netip.Addr) bool {
	all, err := net.InterfaceAddrs()
	return err == nil && slices.ContainsFunc(all, func(a net.Addr) bool {
		p, err := netip.ParsePrefix(a.String())
		return err == nil && p.Addr() == at && p.Masked().Contains(to)
	})
}

func (w *worker) at() netip.AddrPort { return netip.MustParseAddrPort(w.listen) }

// eager is how soon it is tried again while there is nothing to send.
const eager = time.Second

// broadcast sends until ctx ends.
func (s *Server) broadcast(ctx context.Context) {
	c := &s.caster
	if len(c.targets) == 0 {
		return
	}
	next := time.NewTimer(0)
	defer next.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-next.C:
		}
		wait := c.Interval
		if !c.cast(s) {
			wait = eager
		}
		next.Reset(wait)
	}
}

// cast sends one broadcast to each destination. It is false while the clock is not
// synchronized, and then sends none.
func (c *caster) cast(s *Server) bool {
	poll := int8(bits.Len64(uint64(max(c.Interval/time.Second, 1))) - 1) // never more seldom than it says
	var packet [ntp.BroadcastSize]byte
	for _, t := range c.targets {
		now, wait := s.clock.Read(), time.Duration(t.via.single.Load())
		tx := now.After(wait)
		n, v := s.responder.Broadcast(packet[:], poll, c.Key, s.latest.Load(), tx)
		switch {
		case v == ntp.Unsynchronized:
			return false
		case v == ntp.Answered && unix.Sendto(t.via.socket, packet[:n], unix.MSG_DONTWAIT, t.to) == nil:
			c.sent.Add(1)
		default:
			c.failed.Add(1)
		}
	}
	return true
}

// Broadcasts returns how many broadcasts were sent, and how many could not be.
func (s *Server) Broadcasts() (sent, failed uint64) {
	return s.caster.sent.Load(), s.caster.failed.Load()
}
