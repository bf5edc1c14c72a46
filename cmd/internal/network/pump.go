// Package network is the pumps of the NTP client, one for each server: what
// refclock/ntp decides is done on the sockets of hw/peer.
package network

import (
	"context"
	"io"
	"maps"
	"net/netip"
	"time"

	"gpsntpd/cmd/internal/config"
	"gpsntpd/hw"
	"gpsntpd/hw/peer"
	"gpsntpd/refclock"
	"gpsntpd/refclock/ntp"
)

// News is where the pumps tell of what they have got.
type News struct {
	Peers     chan<- refclock.Peer     // after each change
	Exchanges chan<- refclock.Exchange // each once
}

// Pump asks one server. Its fields are set before Run, and not changed.
type Pump struct {
	Number   int
	Server   config.TimeServer
	Clock    hw.Clock
	Now      func() refclock.UTC // about what time it is: to within 68 years
	Resolver peer.Resolver
	Random   io.Reader // that no one can guess
	Device   string    // interface that requests leave by; "": whichever the kernel takes
	Seal     refclock.Seal
	Keys     Keys // of NTS; nil: it is not wanted

	status refclock.Peer
	news   News

	place   place            // that NTS has sent us to
	all     []netip.AddrPort // that the name came to
	found   hw.Raw           // when; 0: never
	lookups int              // that found nothing new to ask, in a row
	refused map[netip.AddrPort]bool
	asked   *ntp.Association
	counts  ntp.Counts
	socket  *peer.Socket
	own     map[refclock.RefID]hw.Raw // when each of our addresses was last one of ours
	ownAt   hw.Raw
}

// Keys is a key exchange and what came of it.
type Keys interface {
	refclock.Seal
	// Ready returns the server of NTP, after an exchange of keys if there are none; it
	// blocks for as long as that takes. On an error it is not to be called again before wait
	// has passed.
	Ready(ctx context.Context) (host string, port uint16, wait time.Duration, err error)
	// Heard takes note that a good answer came, and Refused that the server does not
	// know the keys any more.
	Heard()
	Refused()
	Proof() refclock.Proof
	Exchanges() uint64
}

// place is where a server is, before names are looked up.
type place struct {
	host string
	port uint16
}

// Bounds of what one server costs.
const (
	mostPackets = 64 // that are looked at for one request; a flood is not listened to
	usualPort   = 123
	mostAnew    = 4096 // seconds: names are looked up at least as often while their server is dead …
	soonAnew    = 64   // … and while they have no address
)

// Run asks until ctx ends.
func (p *Pump) Run(ctx context.Context, news News) error {
	p.news, p.refused = news, map[netip.AddrPort]bool{}
	p.status = p.Start()
	p.counts.Reasons = map[*refclock.Reason]uint64{}
	defer p.hangUp()
	for ctx.Err() == nil {
		if p.located(ctx) {
			p.ask(ctx)
		}
	}
	return nil
}

// Start is how it is before anything was heard of the server.
func (p *Pump) Start() refclock.Peer {
	return refclock.Peer{Server: p.Number, Name: p.Server.String(), Sibling: p.Server.Sibling, State: refclock.PeerStarting, Proof: p.proof()}
}

func (p *Pump) proof() refclock.Proof {
	switch {
	case p.Keys != nil:
		return p.Keys.Proof()
	case p.Seal != nil:
		return refclock.ProofKey
	}
	return refclock.ProofNone
}

func (p *Pump) hangUp() {
	if p.socket != nil {
		p.socket.Close()
	}
	p.socket = nil
}

// tellTime tells of the association.
func (p *Pump) tellTime() {
	now := p.Clock.Read().Raw
	state := hw.OK
	switch {
	case p.asked.Stopped():
		state = refclock.PeerRefused
	case p.asked.Heard() == 0 && !p.asked.Dead(now):
		state = refclock.PeerStarting
		if r := p.asked.Fault(); r != nil {
			state = r.State()
		}
	case p.asked.Dead(now):
		state = refclock.PeerUnreachable
		if r := p.asked.Fault(); r != nil {
			state = r.State()
		}
	}
	p.tell(state)
}

// tell hands on how it is, if the loop has room for it: the next time is soon.
func (p *Pump) tell(state hw.State) {
	s := p.status
	s.State, s.Proof = state, p.proof()
	if a := p.asked; a != nil {
		s.Poll, s.Reach, s.Heard = a.Poll(), a.Reach(), a.Heard()
	}
	s.Requests, s.Exchanges, s.Interleaved = p.counts.Requests, p.counts.Exchanges, p.counts.Interleaved
	s.Reasons = maps.Clone(p.counts.Reasons)
	if p.Keys != nil {
		s.KeyExchanges = p.Keys.Exchanges()
	}
	select {
	case p.news.Peers <- s:
	default:
	}
}

// pause waits, and returns whether ctx still lives.
func pause(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}
