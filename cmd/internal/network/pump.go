// Package network is the pumps of the NTP client, one for each server: what
// refclock/ntp decides is done on the sockets of hw/peer.
package network

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/netip"
	"os"
	"slices"
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

// located returns whether there is an address to ask. If not, it has waited.
func (p *Pump) located(ctx context.Context) bool {
	host, port := p.Server.Host, cmp.Or(p.Server.Port, usualPort)
	if p.Keys != nil {
		var wait time.Duration
		var err error
		if host, port, wait, err = p.Keys.Ready(ctx); err != nil {
			p.status.Err = err
			p.tell(refclock.PeerNoKeys)
			pause(ctx, wait)
			return false
		}
		p.status.Err = nil
		if place := (place{host, port}); place != p.place { // the keys are for another server than before
			p.place, p.asked, p.found, p.all = place, nil, 0, nil
		}
	}
	now := p.Clock.Read().Raw
	dead := p.asked == nil || p.asked.Dead(now)
	if !dead || p.found != 0 && now.Sub(p.found) < p.anew() {
		return p.asked != nil && !p.asked.Stopped() || p.next(now, dead) || p.idle(ctx)
	}
	all, err := peer.Resolve(ctx, p.Resolver, host, port)
	p.found = p.Clock.Read().Raw
	p.lookups++
	p.status.Err = err
	if err == nil {
		p.all = all
	}
	return p.next(p.found, true) || p.idle(ctx)
}

// anew is how long names are not looked up again.
func (p *Pump) anew() time.Duration {
	const shortest = 8 // s
	most := mostAnew
	if p.asked == nil && len(p.refused) == 0 { // the network may come any moment
		most = soonAnew
	}
	return time.Duration(min(shortest<<min(p.lookups, 16), most)) * time.Second
}

// idle waits until names are to be looked up again.
func (p *Pump) idle(ctx context.Context) bool {
	state := refclock.PeerNoAddress
	if len(p.refused) > 0 {
		state = refclock.PeerRefused
	}
	p.tell(state)
	pause(ctx, p.anew())
	return false
}

// next goes on to another address if the one that is asked is dead. Where there is
// no other one, that is asked on.
func (p *Pump) next(now hw.Raw, dead bool) bool {
	if p.asked != nil && p.asked.Stopped() {
		p.refused[p.status.Address] = true
		p.asked = nil
	}
	if p.asked != nil && !dead {
		return true
	}
	usable := slices.DeleteFunc(slices.Clone(p.all), func(a netip.AddrPort) bool { return p.refused[a] })
	if len(usable) == 0 {
		return p.asked != nil
	}
	to := usable[(slices.Index(usable, p.status.Address)+1)%len(usable)]
	if p.asked != nil && to == p.status.Address {
		return true
	}
	p.hangUp()
	p.status.Address = to
	p.asked = ntp.New(p.options(to.Addr()), now)
	p.asked.Counts = p.counts
	return true
}

// Usual times between two requests.
const (
	nearbyPoll        = 16 * time.Second
	nearbyLongestPoll = 64 * time.Second
	publicLongestPoll = 1024 * time.Second
)

func (p *Pump) options(to netip.Addr) ntp.Options {
	o := ntp.Options{
		Server: p.Number, Shortest: p.Server.Shortest, Longest: p.Server.Longest, Public: peer.IsPublic(to),
		Interleave: p.Server.Interleave, Seal: p.Seal, IsOwnRefID: p.isOwn, RefID: refclock.RefIDOfAddress(to),
	}
	if p.Keys != nil {
		o.Seal = p.Keys
	}
	switch {
	case o.Shortest != 0:
	case o.Public:
		o.Shortest, o.Longest = ntp.PublicPoll, publicLongestPoll
	default:
		o.Shortest, o.Longest = nearbyPoll, nearbyLongestPoll
	}
	return o
}

// ask sends the request that is due, and listens until the next one is.
func (p *Pump) ask(ctx context.Context) {
	due, _ := p.asked.Due()
	if !pause(ctx, due.Sub(p.Clock.Read().Raw)) {
		return
	}
	p.tellTime()
	if p.asked.Missed() > 0 {
		p.hangUp() // another port: the way that the network has for the old one may be bad
	}
	chance, err := p.chance()
	var request [refclock.MostRequest]byte
	n := 0
	if err == nil {
		n, err = p.asked.Request(request[:], p.Clock.Read().Raw, chance)
	}
	if err == nil {
		err = p.send(ctx, request[:n])
	}
	if err == nil {
		p.listen(ctx)
	} else {
		p.failed(err)
	}
	p.counts = p.asked.Counts
	p.tellTime()
	if due, ok := p.asked.Due(); ok && due <= p.Clock.Read().Raw && err != nil {
		pause(ctx, time.Second) // nothing was sent
	}
}

func (p *Pump) chance() (c ntp.Chance, err error) {
	var b [18]byte
	if _, err := io.ReadFull(p.Random, b[:]); err != nil {
		return c, fmt.Errorf("random numbers: %w", err)
	}
	return ntp.Chance{
		Transmit: refclock.ReadTimestamp(b[:]), Receive: refclock.ReadTimestamp(b[8:]), Spread: binary.BigEndian.Uint16(b[16:]),
	}, nil
}

func (p *Pump) send(ctx context.Context, request []byte) (err error) {
	if p.socket == nil {
		if p.socket, err = peer.Open(ctx, p.status.Address, p.Device, p.Clock); err != nil {
			return err
		}
	}
	return p.socket.Send(request)
}

// failed takes an error of the socket.
func (p *Pump) failed(err error) {
	if r := (*refclock.Reason)(nil); errors.As(err, &r) {
		return // there was nothing to send
	}
	p.asked.Unreachable()
	p.hangUp()
}

// listen takes what comes until the next request is due.
func (p *Pump) listen(ctx context.Context) {
	socket := p.socket
	stop := context.AfterFunc(ctx, func() { socket.Close() })
	defer stop()
	for range mostPackets {
		due, more := p.asked.Due()
		wait := due.Sub(p.Clock.Read().Raw)
		if !more || wait <= 0 || ctx.Err() != nil {
			return
		}
		a, err := p.socket.Receive(wait)
		switch {
		case errors.Is(err, os.ErrDeadlineExceeded):
			return
		case err != nil:
			if ctx.Err() == nil {
				p.failed(err)
			}
			return
		}
		p.take(ctx, a)
	}
	p.hangUp() // whoever floods this port does not know the next one
}

// take judges an answer.
func (p *Pump) take(ctx context.Context, a peer.Answer) {
	x, err := p.asked.Answer(a.Packet, ntp.Stamps{Sent: a.Sent, Came: a.Came}, p.Now())
	switch {
	case errors.Is(err, refclock.ErrKeyless) && p.Keys != nil:
		p.Keys.Refused()
	case err == nil:
		p.lookups = 0
		if a.Stamped {
			p.status.Stamped++
		}
		if p.Keys != nil {
			p.Keys.Heard()
		}
		select {
		case p.news.Exchanges <- x:
		case <-ctx.Done():
			return
		}
	}
	p.counts = p.asked.Counts
	p.tellTime()
}

// isOwn reports whether a reference identifier is that of one of our addresses, those
// of a virtual router among them. One that has left us may still be what a server that
// has followed it says.
func (p *Pump) isOwn(id refclock.RefID) bool {
	const (
		good  = time.Minute // for which what the kernel said is good
		stays = time.Hour   // for which an address is remembered
	)
	now := p.Clock.Read().Raw
	if p.own == nil || now.Sub(p.ownAt) > good {
		if p.own == nil {
			p.own = map[refclock.RefID]hw.Raw{}
		}
		p.ownAt = now
		maps.DeleteFunc(p.own, func(_ refclock.RefID, at hw.Raw) bool { return now.Sub(at) > stays })
		all, _ := peer.Own()
		for _, a := range all {
			if !a.IsLoopback() {
				p.own[refclock.RefIDOfAddress(a)] = now
			}
		}
	}
	_, own := p.own[id]
	return own
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
